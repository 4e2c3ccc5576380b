#include "app/report/fleet_table.hpp"

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {

std::string fleet_table(const RunResult& result) {
    TextTable table({"fleet", "policy", "workers p50", "mean", "max", "starts", "occupied", "loaded",
                     "peak at once", "peak queue"});
    for (const PoolResult& pool : result.pools) {
        const bool api = pool.setup.sort == PoolSort::kApi;
        table.add({pool.setup.name + (pool.setup.gpu ? " (" + *pool.setup.gpu + ")" : ""), pool.setup.policy,
                   api ? "-" : std::to_string(pool.workers_p50),
                   api ? "-" : fmt::format("{:.2f}", pool.workers_mean),
                   api ? "-" : std::to_string(pool.usage.peak_workers),
                   api ? "-" : show_count(pool.usage.starts), api ? "-" : show_share(pool.occupied_share),
                   api ? "-" : show_share(pool.loaded_share), std::to_string(pool.usage.peak_in_flight),
                   std::to_string(pool.usage.peak_queue)});
    }
    return table.text();
}

}  // namespace spillway
