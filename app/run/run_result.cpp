#include "app/run/run_result.hpp"

namespace spillway {
namespace {

std::optional<double> per(double cost, std::uint64_t count, double unit) {
    if (count == 0)
        return std::nullopt;
    return cost / static_cast<double>(count) * unit;
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double PoolResult::cached_share() const {
    return share(usage.engine.cached_tokens, usage.engine.cached_tokens + usage.engine.prefill_tokens);
}

double PoolResult::peak_kv_share() const {
    return share(usage.engine.peak_kv_blocks, usage.engine.kv_blocks);
}

double RunResult::window_hours() const { return to_seconds(horizon) / 3600; }

double RunResult::cost_per_hour() const { return to_usd(cost) / window_hours(); }

std::optional<double> RunResult::cost_per_thousand_inside() const {
    return per(to_usd(cost), summary.all.requests.inside_slo, 1e3);
}

std::optional<double> RunResult::cost_per_thousand_offered() const {
    return per(to_usd(cost), summary.all.requests.offered, 1e3);
}

std::optional<double> RunResult::cost_per_million_output_tokens() const {
    return per(to_usd(cost), summary.all.requests.output_tokens, 1e6);
}

SummedTime RunResult::drain_gpu_time() const {
    SummedTime time{0};
    for (const PoolResult& pool : pools) {
        if (pool.setup.sort == PoolSort::kWorkers)
            time += pool.usage.drain_busy * pool.setup.gpus_per_worker;
    }
    return time;
}

}  // namespace spillway
