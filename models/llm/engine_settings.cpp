#include "models/llm/engine_settings.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// How fast clients take their tokens.
void read_pace(ParamReader& reader, EngineRules& rules) {
    constexpr double kLongest = 1000;
    const std::optional<double> rate = reader.optional_rate("read_rate");
    if (rate && !(*rate * kLongest >= 1))
        throw InputError(reader.where("read_rate"), "a client that hardly reads", R"(at least "0.001/s")");
    rules.send_time = reader.duration("send_time");
    if (to_seconds(rules.send_time) > kLongest)
        throw InputError(reader.where("send_time"), "a token takes too long", R"(at most "1000s")");
    rules.read_period = std::max(to_ticks(rules.send_time), rate ? ticks_from_seconds(1 / *rate) : Ticks{0});
}

/// What prompts may find of others.
void read_prefixes(ParamReader& reader, EngineRules& rules) {
    rules.prefix_cache = reader.flag("prefix_cache");
    rules.prefix_unit = read_count(reader, "prefix_unit", rules.prefix_unit);
    rules.shared_prefix = reader.ratio("shared_prefix");
    if (rules.shared_prefix > 0 && !rules.prefix_cache) {
        throw InputError(reader.where("shared_prefix"), "has no effect without the prefix cache",
                         R"(leave it out, or write "prefix_cache": true)");
    }
    if (rules.prefix_unit % rules.block_tokens != 0) {
        throw InputError(
            reader.where("prefix_unit"),
            "must be a multiple of the engine's block of " + std::to_string(rules.block_tokens) + " tokens",
            "what the traffic counts as one: 512 in Mooncake's");
    }
    // A share of a prompt ends anywhere, and an engine shares whole blocks of its own.
    if (rules.shared_prefix > 0) {
        rules.block_units = rules.prefix_unit / rules.block_tokens;
        rules.prefix_unit = rules.block_tokens;
    }
}

}  // namespace

std::uint32_t read_count(ParamReader& reader, std::string_view name, std::uint32_t fallback,
                         CountRange range) {
    const std::optional<std::int64_t> value = reader.optional_integer(name);
    if (!value)
        return fallback;
    if (*value < range.least || *value > range.most) {
        throw InputError(reader.where(name), std::to_string(*value) + " is out of range",
                         "from " + std::to_string(range.least) + " to " + std::to_string(range.most));
    }
    return static_cast<std::uint32_t>(*value);
}

void read_settings(ParamReader& reader, EngineRules& rules) {
    rules.max_sequences = read_count(reader, "max_sequences", rules.max_sequences);
    rules.max_batched_tokens = read_count(reader, "max_batched_tokens", rules.max_batched_tokens);
    rules.default_max_tokens = read_count(reader, "max_tokens", rules.default_max_tokens, {0});
    rules.kv_blocks = read_count(reader, "kv_blocks", static_cast<std::uint32_t>(rules.kv_blocks));
    rules.order = static_cast<QueueOrder>(reader.choice("order"));
    read_prefixes(reader, rules);
    read_pace(reader, rules);
    if (rules.max_sequences > rules.max_batched_tokens) {
        throw InputError(reader.where(), "more sequences than tokens in an iteration",
                         "max_batched_tokens must be at least max_sequences");
    }
}

}  // namespace spillway
