#include "sim/metrics/bin_counts.hpp"

#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

std::vector<std::pair<std::uint32_t, std::uint64_t>> non_empty(const BinGrid<std::uint64_t>& grid) {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> bins;
    grid.for_each([&](std::uint32_t bin, std::uint64_t count) {
        if (count > 0)
            bins.emplace_back(bin, count);
    });
    return bins;
}

}  // namespace

void BinCounts::merge(const BinCounts& other) {
    other.grid_.for_each([this](std::uint32_t bin, std::uint64_t count) {
        if (count > 0)
            grid_.at(bin) += count;
    });
    widen(other.min_, other.max_);
}

std::vector<Duration> BinCounts::at_ranks(std::span<const std::uint64_t> ranks, std::uint64_t zeros) const {
    std::vector<Duration> values;
    values.reserve(ranks.size());
    const auto next = [&](std::uint64_t passed) {
        return values.size() < ranks.size() && ranks[values.size()] <= passed;
    };
    std::uint64_t passed = zeros;
    while (next(passed)) values.push_back(Duration::zero());
    grid_.for_each([&](std::uint32_t bin, std::uint64_t count) {
        passed += count;
        while (next(passed)) values.push_back(std::clamp(bin_middle(bin), min_, max_));
    });
    SPILLWAY_CHECK(values.size() == ranks.size(), "a rank lies beyond the number of values");
    return values;
}

bool BinCounts::operator==(const BinCounts& other) const {
    return min_ == other.min_ && max_ == other.max_ && non_empty(grid_) == non_empty(other.grid_);
}

std::vector<Duration> select_ranks(std::vector<Duration>& values, std::span<const std::uint64_t> ranks,
                                   std::uint64_t zeros) {
    std::vector<Duration> selected;
    selected.reserve(ranks.size());
    auto unsorted = values.begin();
    for (const std::uint64_t rank : ranks) {
        if (rank <= zeros) {
            selected.push_back(Duration::zero());
            continue;
        }
        SPILLWAY_CHECK(rank - zeros <= values.size(), "a rank lies beyond the number of values");
        const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - zeros - 1);
        if (place >= unsorted) {
            std::nth_element(unsorted, place, values.end());
            unsorted = place + 1;  // all before it are smaller; the next rank is in the rest
        }
        selected.push_back(*place);
    }
    return selected;
}

}  // namespace spillway
