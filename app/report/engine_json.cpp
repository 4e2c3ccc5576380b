#include "app/report/engine_json.hpp"

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json itl_object(const LatencyFigures& itl) {
    const auto seconds = [](const std::optional<Duration>& time) {
        return time ? Json(to_seconds(*time)) : Json(nullptr);
    };
    return {{"gaps", itl.requests},      {"mean_s", seconds(itl.mean)},  {"min_s", seconds(itl.min)},
            {"p50_s", seconds(itl.p50)}, {"p90_s", seconds(itl.p90)},    {"p95_s", seconds(itl.p95)},
            {"p99_s", seconds(itl.p99)}, {"p99.9_s", seconds(itl.p999)}, {"max_s", seconds(itl.max)}};
}

}  // namespace

std::string itl_json(const LatencyFigures& itl) { return itl_object(itl).dump(); }

std::string engine_json(const PoolResult& pool) {
    const ServiceUsage& engine = pool.usage.engine;
    return Json{{"iterations", engine.iterations},
                {"runs", engine.runs},
                {"prefill_tokens", engine.prefill_tokens},
                {"cached_tokens", engine.cached_tokens},
                {"cached_share", pool.cached_share()},
                {"output_tokens", engine.output_tokens},
                {"preemptions", engine.preemptions},
                {"redone_tokens", engine.redone_tokens},
                {"peak_kv_blocks", engine.peak_kv_blocks},
                {"kv_blocks", engine.kv_blocks},
                {"peak_kv_share", pool.peak_kv_share()},
                {"longest_prompt", engine.longest_prompt},
                {"largest_batch", engine.largest_batch},
                {"beyond_measured", pool.beyond_measured},
                {"itl", itl_object(pool.itl)}}
        .dump();
}

}  // namespace spillway
