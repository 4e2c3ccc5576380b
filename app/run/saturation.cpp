#include "app/run/saturation.hpp"

#include <fmt/format.h>

namespace spillway {
namespace {

constexpr double kLongAtLimit = 0.5;  // of the window
constexpr double kFullyLoaded = 0.9;  // of what the workers can carry

double share_at_limit(const PoolResult& pool) {
    const auto& times = pool.usage.time_at_workers;
    const auto limit = static_cast<std::size_t>(pool.setup.max_workers);
    if (limit >= times.size() || pool.usage.window == Duration::zero())
        return 0;
    return to_seconds(times[limit]) / to_seconds(pool.usage.window);
}

}  // namespace

std::string saturation(const RunResult& result) {
    for (const PoolResult& pool : result.pools) {
        if (pool.setup.sort != PoolSort::kWorkers || pool.loaded_share < kFullyLoaded)
            continue;
        const double share = share_at_limit(pool);
        if (share >= kLongAtLimit) {
            return fmt::format("{}: at its limit of {} workers {:.0f}% of the time, and these {:.0f}% loaded",
                               pool.setup.name, pool.setup.max_workers, 100 * share, 100 * pool.loaded_share);
        }
    }
    return {};
}

}  // namespace spillway
