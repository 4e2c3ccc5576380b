#include "traces/combine/operations.hpp"

#include <limits>
#include <string>

#include "sim/core/error.hpp"
#include "traces/combine/combine.hpp"
#include "traces/combine/copies.hpp"
#include "traces/gen/generator_params.hpp"

namespace spillway {
namespace {

constexpr double kLeastTimeFactor = 1e-6;
constexpr double kMostTimeFactor = 1e6;

std::optional<Cut> read_cut(ParamReader& params) {
    const ConfigNode* node = params.node("cut");
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kCutParams);
    Cut cut{reader.duration("from"), reader.optional_duration("for")};
    if (cut.length == Duration{0})
        throw InputError(reader.where("for"), "leaves nothing");
    reader.finish();
    return cut;
}

Duration read_period(ParamReader& reader, const std::optional<Cut>& cut, double time_factor) {
    const std::optional<Duration> stated = reader.optional_duration("period");
    if (stated == Duration{0})
        throw InputError(reader.where("period"), "must be above 0");
    if (stated)
        return *stated;
    if (cut && cut->length) {
        const auto period = duration_from_seconds(to_seconds(*cut->length) * time_factor);
        if (!period || *period == Duration{0})
            throw InputError(reader.where(), "its parts last no time, or too long", "state a \"period\"");
        return *period;
    }
    throw InputError(reader.where(), "\"period\" is missing",
                     "state it, or the length of a \"cut\": \"24h\"");
}

std::optional<RepeatSpec> read_repeat(ParamReader& params, const std::optional<Cut>& cut,
                                      double time_factor) {
    const ConfigNode* node = params.node("repeat");
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kRepeatParams);
    RepeatSpec spec{read_period(reader, cut, time_factor), reader.optional_integer("times"),
                    reader.optional_duration("for")};
    if (spec.times == 0)
        throw InputError(reader.where("times"), "must be 1 or more");
    reader.finish();
    return spec;
}

std::optional<Bursts> read_bursts(ParamReader& params) {
    const ConfigNode* node = params.node("bursts");
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kBurstParams);
    const Bursts bursts{reader.duration("every"), reader.number("factor")};
    if (bursts.every == Duration{0})
        throw InputError(reader.where("every"), "must be above 0");
    if (!(bursts.factor >= 1))
        throw InputError(reader.where("factor"), "must be 1 or more",
                         "traffic that is calmer than it came is another traffic: use a generator for it");
    reader.finish();
    return bursts;
}

std::optional<std::uint32_t> read_limit(ParamReader& params, std::string_view name) {
    const std::optional<std::int64_t> tokens = params.optional_integer(name);
    if (!tokens)
        return std::nullopt;
    if (*tokens < 1 || *tokens > std::numeric_limits<std::uint32_t>::max())
        throw InputError(params.where(name), "must be 1 or more, and no more than a request can have");
    return static_cast<std::uint32_t>(*tokens);
}

}  // namespace

Operations read_operations(ParamReader& params) {
    Operations ops{read_cut(params),
                   positive_number(params, "time_factor"),
                   {},
                   0,
                   params.duration("copy_jitter"),
                   read_bursts(params),
                   read_limit(params, "max_input_tokens"),
                   read_limit(params, "max_output_tokens")};
    if (!(ops.time_factor >= kLeastTimeFactor && ops.time_factor <= kMostTimeFactor))
        throw InputError(params.where("time_factor"), "is not from a millionth to a million");
    ops.repeat = read_repeat(params, ops.cut, ops.time_factor);
    ops.rate_factor = positive_number(params, "rate_factor");
    if (ops.rate_factor > kMaxRateFactor) {
        throw InputError(params.where("rate_factor"), "is above " + std::to_string(kMaxRateFactor),
                         "copies of one trace do not become other traffic: use a generator for more");
    }
    return ops;
}

}  // namespace spillway
