#include "app/report/fleet_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

bool has_workers(const PoolResult& pool) { return pool.setup.sort == PoolSort::kWorkers; }

/// Size and use of the workers; an API has none to tell of.
std::vector<std::string> worker_cells(const PoolResult& pool) {
    if (!has_workers(pool))
        return {"-", "-", "-", "-", "-", "-"};
    return {std::to_string(pool.workers_p50),        fmt::format("{:.2f}", pool.workers_mean),
            std::to_string(pool.usage.peak_workers), show_count(pool.usage.starts),
            show_share(pool.occupied_share),         show_share(pool.loaded_share)};
}

}  // namespace

std::string fleet_table(const RunResult& result) {
    const bool workers = std::any_of(result.pools.begin(), result.pools.end(), has_workers);
    std::vector<std::string> header{"fleet", "policy"};
    if (workers)
        header.insert(header.end(), {"workers p50", "mean", "max", "starts", "occupied", "loaded"});
    header.insert(header.end(), {"peak concurrency", "peak queue"});
    TextTable table(std::move(header), {0, 1});
    for (const PoolResult& pool : result.pools) {
        std::vector<std::string> row{pool.setup.name + (pool.setup.gpu ? " (" + *pool.setup.gpu + ")" : ""),
                                     pool.setup.policy};
        if (workers) {
            const std::vector<std::string> cells = worker_cells(pool);
            row.insert(row.end(), cells.begin(), cells.end());
        }
        row.push_back(show_count(static_cast<std::uint64_t>(pool.usage.peak_in_flight)));
        row.push_back(show_count(static_cast<std::uint64_t>(pool.usage.peak_queue)));
        table.add(std::move(row));
    }
    std::string legend;
    if (workers) {
        legend =
            "  workers: those that are ready; occupied: share of the paid time with a request on the "
            "worker;\n"
            "  loaded: share that the same work takes at a worker's best rate;\n";
    }
    return table.text() + legend +
           "  peak concurrency: most requests on workers at once; peak queue: most requests waiting at "
           "once\n";
}

}  // namespace spillway
