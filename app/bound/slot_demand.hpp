#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace spillway {

/// A request that the objectives may or may not let go. Times in seconds from the begin of its block; the
/// service lies between `at` and `end`.
struct DemandItem {
    double at = 0;
    double end = 0;
    double work = 0;
    double duration = 0;
    double api_cost = std::numeric_limits<double>::infinity();
    std::uint32_t budget = 0;
    std::optional<std::uint32_t> cold;  ///< budget of those that may meet a cold start
    double entered = 0;                 ///< when it stands before the workers, at the latest
};

/// The requests of one block by slots of time. Windows are rounded outwards to slots, so that it asks for
/// less than the requests do. What may be served behind the block is taken off.
class SlotDemand {
public:
    /// Requests of one slot whose windows end by `last`.
    struct Cover {
        std::size_t last = 0;
        double count = 0;
        double duration = 0;          ///< mean
        std::vector<double> longest;  ///< by budget; 0: none of them
    };
    /// Work of n requests of a slot <= sum over budgets of slope x n + rest.
    struct WorkLimit {
        std::vector<double> slopes;
        double rest = 0;
    };
    struct Slot {
        std::vector<double> counts;  ///< by budget
        double may_be_cold = 0;      ///< requests with a budget of cold starts
        std::size_t entered = 0;     ///< slot in which the last of them stands before the workers
        double work = 0;
        std::vector<WorkLimit> limits;
        std::vector<Cover> covers;
        double least_api = std::numeric_limits<double>::infinity();  ///< dollars, of one request
        double all_api = 0;                                          ///< of all of them
    };

    /// `bounds` of the slots ascend from 0; `begin` is when the block begins, in seconds since time 0.
    SlotDemand(std::vector<double> bounds, double begin, const std::vector<DemandItem>& items,
               std::size_t budgets);

    std::size_t size() const noexcept { return slots_.size(); }
    const Slot& slot(std::size_t number) const { return slots_[number]; }
    double length(std::size_t slot) const { return bounds_[slot + 1] - bounds_[slot]; }
    double begin_of(std::size_t slot) const { return begin_ + bounds_[slot]; }
    double end() const { return bounds_.back(); }
    std::size_t budgets() const noexcept { return budgets_; }
    /// Whether the budget is one of cold starts, which let no work go.
    bool is_cold(std::size_t budget) const { return cold_[budget]; }
    /// Work of the requests whose windows lie in the slots first..last.
    double work_inside(std::size_t first, std::size_t last) const;
    double total_work() const { return work_inside(0, size() - 1); }
    double longest() const noexcept { return longest_; }
    double largest_work() const noexcept { return largest_work_; }
    /// API dollars a second of work, at least.
    double api_rate() const noexcept { return api_rate_; }
    bool has_api() const noexcept { return api_rate_ < std::numeric_limits<double>::infinity(); }

private:
    struct Placed {
        std::size_t last;
        double work;
        double duration;
        double api_cost;
        std::uint32_t budget;
    };
    void add_arrival(const DemandItem& item, std::size_t first);
    void fill(Slot& slot, std::vector<Placed>& placed) const;
    void add_limits(Slot& slot, const std::vector<Placed>& placed) const;
    void add_cover(Slot& slot, const std::vector<Placed>& sorted, std::size_t count) const;

    std::vector<double> bounds_;
    double begin_;
    std::size_t budgets_;
    std::vector<bool> cold_;  // by budget
    std::vector<Slot> slots_;
    std::vector<double> inside_;  // by first and last slot
    double longest_ = 0;
    double largest_work_ = 0;
    double api_rate_ = std::numeric_limits<double>::infinity();
};

}  // namespace spillway
