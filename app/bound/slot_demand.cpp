#include "app/bound/slot_demand.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace spillway {

SlotDemand::SlotDemand(std::vector<double> bounds, double begin, const std::vector<DemandItem>& items,
                       std::size_t budgets)
    : bounds_(std::move(bounds)), begin_(begin), budgets_(budgets), cold_(budgets, false) {
    SPILLWAY_CHECK(bounds_.size() >= 2 && bounds_.front() == 0, "slots without bounds");
    const std::size_t count = bounds_.size() - 1;
    slots_.resize(count);
    for (Slot& slot : slots_) slot.counts.assign(budgets_, 0);
    inside_.assign(count * count, 0);
    std::vector<std::vector<Placed>> placed(count);
    for (const DemandItem& item : items) {
        const double end = std::min(item.end, bounds_.back());
        const double behind = std::max(0.0, item.end - bounds_.back());
        const auto first = static_cast<std::size_t>(
            std::upper_bound(bounds_.begin(), bounds_.end() - 1, item.at) - bounds_.begin() - 1);
        const auto bound = std::lower_bound(bounds_.begin() + 1, bounds_.end(), end);
        const auto last = std::max(first, static_cast<std::size_t>(bound - bounds_.begin() - 1));
        const Placed one{last, std::max(0.0, item.work - behind), std::max(0.0, item.duration - behind),
                         item.api_cost, item.budget};
        placed[first].push_back(one);
        add_arrival(item, first);
        inside_[first * count + last] += one.work;
        longest_ = std::max(longest_, one.duration);
        largest_work_ = std::max(largest_work_, one.work);
        if (one.work > 0)
            api_rate_ = std::min(api_rate_, one.api_cost / one.work);
    }
    // By arrival at or after `first` and end at or before `last`.
    for (std::size_t first = count; first-- > 0;) {
        for (std::size_t last = 0; last < count; ++last) {
            double& sum = inside_[first * count + last];
            if (last > 0)
                sum += inside_[first * count + last - 1];
            if (first + 1 < count)
                sum += inside_[(first + 1) * count + last];
            if (last > 0 && first + 1 < count)
                sum -= inside_[(first + 1) * count + last - 1];
        }
    }
    for (std::size_t slot = 0; slot < count; ++slot) fill(slots_[slot], placed[slot]);
}

void SlotDemand::add_arrival(const DemandItem& item, std::size_t first) {
    if (!item.cold)
        return;
    Slot& slot = slots_[first];
    cold_[*item.cold] = true;
    ++slot.may_be_cold;
    ++slot.counts[*item.cold];
    const auto after = std::upper_bound(bounds_.begin(), bounds_.end() - 1, item.entered);
    slot.entered = std::max(slot.entered, static_cast<std::size_t>(after - bounds_.begin() - 1));
}

double SlotDemand::work_inside(std::size_t first, std::size_t last) const {
    return std::max(0.0, inside_[first * slots_.size() + last]);
}

void SlotDemand::fill(Slot& slot, std::vector<Placed>& placed) const {
    if (placed.empty())
        return;
    for (const Placed& one : placed) {
        ++slot.counts[one.budget];
        slot.work += one.work;
        slot.least_api = std::min(slot.least_api, one.api_cost);
        slot.all_api += one.api_cost;
    }
    add_limits(slot, placed);
    std::erase_if(placed, [](const Placed& one) { return one.duration <= 0; });
    std::stable_sort(placed.begin(), placed.end(),
                     [](const Placed& a, const Placed& b) { return a.last < b.last; });
    // All of them, and those that must be served soonest.
    for (const double part : {0.25, 0.5, 1.0}) {
        const auto wanted = static_cast<std::size_t>(std::ceil(part * static_cast<double>(placed.size())));
        std::size_t count = wanted;
        while (count > 0 && count < placed.size() && placed[count].last == placed[count - 1].last) ++count;
        if (count > 0 && (slot.covers.empty() || static_cast<double>(count) > slot.covers.back().count))
            add_cover(slot, placed, count);
    }
    if (placed.size() < 2)
        return;
    std::stable_sort(placed.begin(), placed.end(),
                     [](const Placed& a, const Placed& b) { return a.duration > b.duration; });
    add_cover(slot, placed, 1);
}

/// For every threshold t: the work of some requests is at most t for each, and what all have above t.
void SlotDemand::add_limits(Slot& slot, const std::vector<Placed>& placed) const {
    std::vector<std::vector<double>> works(budgets_);
    for (const Placed& one : placed) works[one.budget].push_back(one.work);
    for (std::vector<double>& each : works) std::sort(each.begin(), each.end());
    for (const double rank : {1.0, 0.75, 0.5}) {
        WorkLimit& limit = slot.limits.emplace_back();
        for (const std::vector<double>& each : works) {
            const double at = each.empty() ? 0 : rank * static_cast<double>(each.size() - 1);
            const double threshold = each.empty() ? 0 : each[static_cast<std::size_t>(at)];
            limit.slopes.push_back(threshold);
            for (const double work : each) limit.rest += std::max(0.0, work - threshold);
        }
        if (placed.size() == 1)
            return;
    }
}

void SlotDemand::add_cover(Slot& slot, const std::vector<Placed>& sorted, std::size_t count) const {
    Cover& cover = slot.covers.emplace_back();
    cover.longest.assign(budgets_, 0);
    cover.count = static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Placed& one = sorted[i];
        cover.last = std::max(cover.last, one.last);
        cover.duration += one.duration / cover.count;
        cover.longest[one.budget] = std::max(cover.longest[one.budget], one.duration);
    }
}

}  // namespace spillway
