#include "app/report/engine_table.hpp"

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {

std::string engine_table(const RunResult& result) {
    TextTable table({"engine", "iterations", "prompt tokens computed", "from the prefix cache",
                     "output tokens", "preemptions", "tokens redone", "peak KV memory"});
    bool any = false;
    for (const PoolResult& pool : result.pools) {
        const ServiceUsage& engine = pool.usage.engine;
        if (!pool.has_engine())
            continue;
        any = true;
        table.add({pool.setup.name, show_count(engine.iterations), show_count(engine.prefill_tokens),
                   show_share(pool.cached_share()), show_count(engine.output_tokens),
                   show_count(engine.preemptions), show_count(engine.redone_tokens),
                   show_share(pool.peak_kv_share())});
    }
    if (!any)
        return {};
    return table.text() +
           "  from the prefix cache: share of the prompt tokens that were found and not computed; peak KV\n"
           "  memory: most of it in use at once on one worker\n";
}

}  // namespace spillway
