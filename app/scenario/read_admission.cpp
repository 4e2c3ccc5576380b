#include "app/scenario/read_admission.hpp"

#include <algorithm>

#include "app/scenario/scenario_params.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

/// Cloud Run's rule: the longer of a multiple of the mean start-up time and a constant, then 429.
void read_pending_limit(const ConfigNode& node, double mean_start_seconds, PoolSpec& spec) {
    ParamReader reader(node, tables::kPendingLimit);
    const double factor = reader.number("start_factor");
    if (!(factor >= 0))
        throw InputError(reader.where("start_factor"), "must be 0 or more");
    const std::optional<Duration> grown = duration_from_seconds(factor * mean_start_seconds);
    if (!grown)
        throw InputError(reader.where("start_factor"), "makes a limit of centuries");
    spec.queue.max_wait = std::max(*grown, reader.duration("at_least"));
    spec.queue.late_is_refused = true;
    reader.finish();
}

ScaledLimit read_scaled_limit(ParamReader& reader) {
    const ScaledLimit limit{reader.number("base"), reader.number("per_worker")};
    if (!(limit.base > 0))
        throw InputError(reader.where("base"), "must be above 0");
    if (!(limit.per_worker >= 0))
        throw InputError(reader.where("per_worker"), "must be 0 or more");
    return limit;
}

}  // namespace

void read_queue(const ConfigNode& node, double mean_start_seconds, PoolSpec& spec) {
    ParamReader queue(node, tables::kQueue);
    if (const auto length = queue.optional_integer("max_length")) {
        spec.queue.max_length = static_cast<std::size_t>(*length);
    }
    spec.queue.max_wait = queue.duration("max_wait");
    spec.queue.hold_without_worker = queue.choice("without_worker") == 0;
    if (const ConfigNode* limit = queue.node("pending_limit")) {
        if (queue.has("max_wait"))
            throw InputError(limit->where(), "is given beside \"max_wait\"", "one of the two");
        read_pending_limit(*limit, mean_start_seconds, spec);
    }
    queue.finish();
}

void read_rate_limit(const ConfigNode& node, PoolSpec& spec) {
    ParamReader limit(node, tables::kRateLimit);
    spec.rate_limit.requests_per_minute = limit.optional_number("requests_per_minute");
    spec.rate_limit.tokens_per_minute = limit.optional_number("tokens_per_minute");
    for (const auto& amount : {spec.rate_limit.requests_per_minute, spec.rate_limit.tokens_per_minute}) {
        if (amount && !(*amount > 0))
            throw InputError(node.where(), "an allowance must be above 0");
    }
    if (const ConfigNode* requests = limit.node("requests")) {
        ParamReader window(*requests, tables::kWindowLimit);
        spec.rate_limit.per_window = read_scaled_limit(window);
        spec.rate_limit.window = window.duration("window");
        if (spec.rate_limit.window == Duration::zero())
            throw InputError(window.where("window"), "must be above 0");
        window.finish();
    }
    if (const ConfigNode* concurrent = limit.node("concurrent")) {
        ParamReader reader(*concurrent, tables::kConcurrentLimit);
        spec.rate_limit.concurrent = read_scaled_limit(reader);
        reader.finish();
    }
    limit.finish();
}

}  // namespace spillway
