#include "app/bound/floor.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/bound/block_program.hpp"
#include "app/bound/time_blocks.hpp"

namespace spillway {
namespace {

constexpr std::size_t kSampledBlocks = 8;
constexpr int kPriceSteps = 9;
constexpr double kClock = 1e-6;  // seconds: more than sums of times in doubles lose

/// The requests that have a promise; those that nobody could keep it for are let go from the start.
struct Demand {
    std::vector<DemandItem> items;
    std::vector<double> limits;  ///< by budget: those of misses, then those of cold starts
    std::size_t misses = 0;      ///< budgets of misses
};

/// Whether it shows in every pool when a request is served by a worker that was not there when it came.
bool tells_cold_starts(const std::vector<BoundPool>& pools) {
    return std::all_of(pools.begin(), pools.end(), [](const BoundPool& pool) {
        return pool.sort == PoolSort::kApi || (pool.spec->on_worker_lost == OnWorkerLost::kFail &&
                                               pool.cost.start.shortest > Duration::zero());
    });
}

std::optional<double> window_end(const OfferedRequest& request, const Promise& promise, double horizon) {
    const double limit = to_seconds(promise.limit);
    const double at = to_seconds(request.at);
    switch (promise.kind) {
        case PromiseKind::kAnswer:
            return request.last_token >= limit ? std::nullopt : std::optional(at + limit + kClock);
        case PromiseKind::kFirstToken:
            return request.first_token >= limit ? std::nullopt
                                                : std::optional(at + limit + request.rest + kClock);
        case PromiseKind::kPaced: {
            const double rest =
                std::min(double{request.rest}, request.paced_tokens * to_seconds(promise.pace));
            return request.first_token >= limit ? std::nullopt : std::optional(at + limit + rest + kClock);
        }
        case PromiseKind::kEver:
            return horizon;
    }
    return std::nullopt;
}

Demand demand_of(const Offered& offered, const std::vector<BoundPool>& pools, const ServicePlan& plan,
                 double horizon) {
    Demand demand;
    demand.limits = plan.may_miss;
    demand.misses = plan.may_miss.size();
    if (tells_cold_starts(pools))
        demand.limits.insert(demand.limits.end(), plan.may_be_cold.begin(), plan.may_be_cold.end());
    std::vector<bool> open_ended(plan.may_miss.size(), false);
    for (const OfferedRequest& request : offered.requests) {
        const std::optional<Promise>& promise = plan.by_class[request.class_id.value];
        if (!promise)
            continue;
        const auto budget = static_cast<std::uint32_t>(promise->budget);
        std::optional<double> end = window_end(request, *promise, horizon);
        if (!end) {
            --demand.limits[budget];
            continue;
        }
        if (std::isinf(*end)) {
            end = horizon;
            open_ended[budget] = true;
        }
        const double less = request.duration > 0 ? std::max(0.0, 1 - kClock / request.duration) : 0;
        DemandItem& item = demand.items.emplace_back();
        item.at = item.entered = to_seconds(request.at);
        item.end = *end;
        item.work = less * request.work;
        item.duration = less * request.duration;
        item.api_cost = request.api_cost;
        item.budget = budget;
        const auto& cold = plan.cold_by_class[request.class_id.value];
        if (cold && demand.limits.size() > demand.misses) {
            item.cold = static_cast<std::uint32_t>(demand.misses + *cold);
            item.entered += double{request.way_in} + kClock;
        }
    }
    for (std::size_t budget = 0; budget < open_ended.size(); ++budget)
        demand.limits[budget] += open_ended[budget] ? left_open(offered.requests.size()) : 0;
    return demand;
}

/// Without workers: all but the dearest requests, each at its price.
double by_apis_alone(const Demand& demand) {
    std::vector<std::vector<double>> costs(demand.misses);
    for (const DemandItem& item : demand.items) costs[item.budget].push_back(item.api_cost);
    double dollars = 0;
    for (std::size_t budget = 0; budget < costs.size(); ++budget) {
        std::sort(costs[budget].begin(), costs[budget].end());
        const auto paid = static_cast<std::ptrdiff_t>(costs[budget].size()) -
                          static_cast<std::ptrdiff_t>(demand.limits[budget]);
        for (std::ptrdiff_t i = 0; i < paid; ++i) dollars += costs[budget][static_cast<std::size_t>(i)];
    }
    return dollars;
}

/// Finds the least cost block by block. Blocks share nothing but the number of requests that may be let go:
/// it gets a price (a Lagrange multiplier), and whatever the price, the sum is a bound.
class BlockSum {
public:
    BlockSum(const Demand& demand, std::vector<BlockUnit> units, double horizon)
        : demand_(demand), units_(std::move(units)), blocks_(time_blocks(demand.items, horizon)) {}

    double run() {
        if (blocks_.size() == 1) {
            const LettingGo free{std::vector<double>(demand_.limits.size(), 0), demand_.limits};
            return solve(blocks_.front(), free).dollars;
        }
        const LettingGo priced{fair_prices(), {}};
        double dollars = 0;
        for (const TimeBlock& block : blocks_) dollars += solve(block, priced).dollars;
        for (std::size_t budget = 0; budget < demand_.limits.size(); ++budget)
            dollars -= priced.prices[budget] * demand_.limits[budget];
        return dollars;
    }
    const std::vector<TimeBlock>& blocks() const noexcept { return blocks_; }

private:
    std::vector<DemandItem> items_of(const TimeBlock& block) const {
        const auto at = [&](std::size_t i) { return demand_.items.begin() + static_cast<std::ptrdiff_t>(i); };
        std::vector<DemandItem> items(at(block.first), at(block.last));
        for (DemandItem& item : items) {
            item.at -= block.begin;
            item.end -= block.begin;
        }
        return items;
    }
    BlockFloor solve(const TimeBlock& block, const LettingGo& letting_go) const {
        if (block.first == block.last)
            return {0, std::vector<double>(demand_.limits.size(), 0)};
        const SlotDemand demand(block.bounds, block.begin, items_of(block), demand_.limits.size());
        return BlockProgram(demand, units_, letting_go).solve();
    }

    /// Prices at which as large a share of some blocks' requests is let go as may be of all; any price would
    /// do for the proof.
    std::vector<double> fair_prices() const {
        std::vector<const TimeBlock*> sample;
        const std::size_t step = std::max<std::size_t>(1, blocks_.size() / kSampledBlocks);
        for (std::size_t i = step / 2; i < blocks_.size(); i += step) sample.push_back(&blocks_[i]);
        std::vector<double> arrivals(demand_.limits.size(), 0);
        std::vector<double> sampled(demand_.limits.size(), 0);
        const auto count = [](const DemandItem& item, std::vector<double>& counts) {
            ++counts[item.budget];
            if (item.cold)
                ++counts[*item.cold];
        };
        for (const DemandItem& item : demand_.items) count(item, arrivals);
        for (const TimeBlock* block : sample) {
            for (std::size_t i = block->first; i < block->last; ++i) count(demand_.items[i], sampled);
        }
        std::vector<double> high(demand_.limits.size(), dearest_request());
        std::vector<double> prices(high.size(), 0);
        std::vector<double> low(high.size(), 0);
        for (int round = 0; round < kPriceSteps; ++round) {
            for (std::size_t i = 0; i < prices.size(); ++i) prices[i] = (low[i] + high[i]) / 2;
            std::vector<double> gone(prices.size(), 0);
            for (const TimeBlock* block : sample) {
                const BlockFloor floor = solve(*block, {prices, {}});
                for (std::size_t i = 0; i < gone.size(); ++i) gone[i] += floor.gone[i];
            }
            for (std::size_t i = 0; i < prices.size(); ++i) {
                const bool too_many = gone[i] * arrivals[i] > demand_.limits[i] * sampled[i];
                (too_many ? low : high)[i] = prices[i];
            }
        }
        return high;
    }

    /// Nobody pays more for one request than a start and its time.
    double dearest_request() const {
        double longest = 0;
        for (const DemandItem& item : demand_.items) longest = std::max(longest, item.duration);
        double dearest = 0;
        for (const BlockUnit& unit : units_) {
            const double seconds = to_seconds(unit.cost->start.billed) + longest;
            dearest = std::max(dearest, unit.cost->per_second * seconds);
        }
        return dearest;
    }

    const Demand& demand_;
    std::vector<BlockUnit> units_;
    std::vector<TimeBlock> blocks_;
};

}  // namespace

Floor proved_floor(const Offered& offered, const std::vector<BoundPool>& pools, const ServicePlan& plan,
                   SimTime horizon) {
    Floor floor;
    for (const std::optional<Promise>& promise : plan.by_class) {
        if (promise)
            floor.objective += (floor.objective.empty() ? "" : ", ") + promise->text;
    }
    const Demand demand = demand_of(offered, pools, plan, to_seconds(horizon));
    floor.reachable =
        std::all_of(demand.limits.begin(), demand.limits.end(), [](double left) { return left >= 0; });
    if (!floor.reachable)
        return floor;
    std::vector<UnitCost> costs;
    for (const BoundPool& pool : pools) {
        if (pool.sort == PoolSort::kWorkers)
            costs.push_back(pool.cost);
    }
    if (costs.empty()) {
        floor.dollars = by_apis_alone(demand);
        return floor;
    }
    const auto solve = [&] {
        std::vector<BlockUnit> units;
        for (std::size_t i = 0; i < costs.size(); ++i)
            units.push_back({&costs[i], offered.work_ratios[i], offered.duration_ratios[i]});
        BlockSum sum(demand, std::move(units), to_seconds(horizon));
        floor.blocks = sum.blocks().size();
        floor.slots = 0;
        for (const TimeBlock& block : sum.blocks()) floor.slots += block.bounds.size() - 1;
        return sum.run();
    };
    double covered = 0;
    for (const UnitCost& cost : costs) covered += cost.per_second * cost.covered;
    floor.dollars = std::max(0.0, solve() - covered);
    if (covered > 0) {
        // Or else as if all of a committed pool's use were covered.
        for (UnitCost& cost : costs) cost.per_second = cost.covered > 0 ? 0 : cost.per_second;
        floor.dollars = std::max(floor.dollars, solve());
    }
    // What sums of doubles may have lost.
    floor.dollars *= 1 - 1e-9;
    return floor;
}

}  // namespace spillway
