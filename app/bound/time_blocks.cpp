#include "app/bound/time_blocks.hpp"

#include <algorithm>

namespace spillway {
namespace {

constexpr double kMostSlots = 40'000;
constexpr std::size_t kOneBlock = 800;  // slots: traffic of fewer is not cut
constexpr std::size_t kBlockSlots = 400;
constexpr double kPartOfWindow = 10;
constexpr double kWindowsOfBlock = 6;

/// Where windows open and close, at least `apart`.
std::vector<double> slot_bounds(const std::vector<DemandItem>& items, double horizon, double apart) {
    std::vector<double> moments{0};
    for (const DemandItem& item : items) {
        for (const double at : {item.at, item.end}) {
            if (at > 0 && at < horizon)
                moments.push_back(at);
        }
    }
    std::sort(moments.begin(), moments.end());
    std::vector<double> bounds{0};
    for (const double at : moments) {
        if (at - bounds.back() >= apart && horizon - at >= apart)
            bounds.push_back(at);
    }
    bounds.push_back(horizon);
    return bounds;
}

double typical_window(const std::vector<DemandItem>& items, double horizon) {
    std::vector<double> windows;
    windows.reserve(items.size());
    for (const DemandItem& item : items) windows.push_back(item.end - item.at);
    if (windows.empty())
        return horizon;
    const auto middle = windows.begin() + static_cast<std::ptrdiff_t>(windows.size() / 2);
    std::nth_element(windows.begin(), middle, windows.end());
    return *middle;
}

double longest_window(const std::vector<DemandItem>& items) {
    double longest = 0;
    for (const DemandItem& item : items) longest = std::max(longest, item.end - item.at);
    return longest;
}

std::vector<TimeBlock> group(const std::vector<double>& bounds, const std::vector<DemandItem>& items,
                             std::size_t slots_each) {
    std::vector<TimeBlock> blocks;
    const std::size_t slots = bounds.size() - 1;
    std::size_t item = 0;
    for (std::size_t slot = 0; slot < slots; slot += slots_each) {
        const std::size_t end = std::min(slots, slot + slots_each);
        TimeBlock& block = blocks.emplace_back();
        block.begin = bounds[slot];
        for (std::size_t i = slot; i <= end; ++i) block.bounds.push_back(bounds[i] - block.begin);
        block.first = item;
        while (item < items.size() && (end == slots || items[item].at < bounds[end])) ++item;
        block.last = item;
    }
    return blocks;
}

}  // namespace

std::vector<TimeBlock> time_blocks(const std::vector<DemandItem>& items, double horizon) {
    const double window = std::min(typical_window(items, horizon), horizon);
    double apart = std::max({window / kPartOfWindow, horizon / kMostSlots, 1e-3});
    std::vector<double> bounds = slot_bounds(items, horizon, apart);
    if (bounds.size() <= kOneBlock + 1)
        return group(bounds, items, kOneBlock);
    const double block = horizon * static_cast<double>(kBlockSlots) / static_cast<double>(bounds.size());
    if (longest_window(items) * kWindowsOfBlock <= block)
        return group(bounds, items, kBlockSlots);
    while (bounds.size() > kOneBlock + 1) {
        apart *= 1.25;
        bounds = slot_bounds(items, horizon, apart);
    }
    return group(bounds, items, kOneBlock);
}

}  // namespace spillway
