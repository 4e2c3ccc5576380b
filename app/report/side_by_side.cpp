#include "app/report/side_by_side.hpp"

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {

std::string side_by_side(const std::vector<RunResult>& results) {
    TextTable table({"scenario", "$/h", "month", "$/1k inside SLO", "$/1k offered", "p50", "p95", "p99",
                     "cold", "failed", "inside SLO", "workers", "occupied"});
    for (const RunResult& result : results) {
        const ClassSummary& one = result.headline_class();
        double workers = 0;
        double occupied = 0;
        for (const PoolResult& pool : result.pools) {
            if (pool.setup.sort == PoolSort::kApi)
                continue;
            workers += pool.workers_mean;
            occupied += pool.workers_mean * pool.occupied_share;
        }
        const auto offered = result.cost_per_thousand_offered();
        const auto each = result.cost_per_thousand_inside();
        table.add({result.scenario, show_usd(result.cost_per_hour()),
                   result.month ? show_usd(to_usd(*result.month)) : "-", each ? show_usd(*each) : "-",
                   offered ? show_usd(*offered) : "-", show(one.total.p50, one.total.requests),
                   show(one.total.p95, one.total.requests), show(one.total.p99, one.total.requests),
                   show_share(one.requests.share(one.requests.cold)),
                   show_share(one.requests.share(one.requests.missed())),
                   show_share(one.requests.share(one.requests.inside_slo)),
                   workers > 0 ? fmt::format("{:.2f}", workers) : "-",
                   workers > 0 ? show_share(occupied / workers) : "-"});
    }
    return table.text();
}

}  // namespace spillway
