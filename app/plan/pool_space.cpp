#include "app/plan/pool_space.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "policies/registry.hpp"

namespace spillway {
namespace {

constexpr const char* kWhere = "plan";
constexpr std::int64_t kMostUnlimited = 24;  // workers of a pool without a limit
constexpr std::int64_t kMostBase = 8;
constexpr std::int64_t kMostPlatformFloor = 2;

constexpr std::array<std::int64_t, 24> kFixed{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12,
                                              13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24};
constexpr std::array<std::int64_t, 7> kCoarseFixed{1, 2, 3, 4, 6, 10, 16};
constexpr std::array kTimeouts{"5s", "15s", "30s", "60s", "2m", "5m", "15m"};
constexpr std::array kCoarseTimeouts{"30s", "5m"};
constexpr std::array kWarmTimeouts{"30s", "2m", "10m"};

/// What a plan tries of each knob.
struct KnobValues {
    std::span<const std::int64_t> fixed;
    std::span<const char* const> timeouts;
    std::span<const char* const> warm_timeouts;
    std::int64_t most_floor;
    std::int64_t most_spare;
};
constexpr KnobValues kFull{kFixed, kTimeouts, kWarmTimeouts, 4, 2};
constexpr KnobValues kCoarse{kCoarseFixed, kCoarseTimeouts, kCoarseTimeouts, 1, 0};

const KnobValues& knob_values(Detail detail) { return detail == Detail::kFull ? kFull : kCoarse; }

/// Names that autoscalers have for the same knob.
constexpr std::array<std::string_view, 2> kIdleNames{"idle_timeout", "scaledown_window"};
constexpr std::array<std::string_view, 2> kFloorNames{"min", "min_containers"};
constexpr std::array<std::string_view, 2> kSpareNames{"buffer", "buffer_containers"};

ConfigNode knobs_of(const std::string& json) { return read_config_text(json, kWhere); }

std::string text_or(const ConfigNode& node, std::string_view name, const std::string& fallback) {
    const ConfigNode* member = node.find(name);
    return member != nullptr && member->kind() == ConfigNode::Kind::kText ? member->as_text() : fallback;
}

std::int64_t most_workers(const ConfigNode& pool) {
    const ConfigNode* workers = pool.find("workers");
    const ConfigNode* most = workers != nullptr ? workers->find("max") : nullptr;
    return most != nullptr ? most->as_integer() : kMostUnlimited;
}

FieldChange planned_change(std::string at, ConfigNode node) {
    return {std::move(at), std::move(node), kWhere};
}

/// The scenario with these pools alone, and what was said of several taken away.
std::vector<FieldChange> with_pools(std::vector<ConfigNode> pools) {
    std::vector<FieldChange> changes{planned_change("requires", ConfigNode(kWhere)),
                                     planned_change("policy", ConfigNode(kWhere)),
                                     planned_change("route", ConfigNode(kWhere))};
    changes.push_back(planned_change("pools", ConfigNode::list(kWhere, std::move(pools))));
    return changes;
}

std::span<const ParamSpec> knobs_of_policy(const std::string& policy) {
    for (const ScalePolicyEntry& entry : scale_policies()) {
        if (entry.name == policy)
            return entry.params;
    }
    return {};
}

std::string first_knob(std::span<const ParamSpec> params, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        if (std::any_of(params.begin(), params.end(), [&](const ParamSpec& one) { return one.name == name; }))
            return std::string(name);
    }
    return {};
}

/// The knobs of an autoscaler that a plan varies, by the names that this one has for them; empty where it has
/// none.
struct PlatformKnobs {
    explicit PlatformKnobs(const ConfigNode& policy) : policy(policy) {
        const std::span<const ParamSpec> params = knobs_of_policy(policy_name(policy));
        idle = first_knob(params, kIdleNames);
        floor = first_knob(params, kFloorNames);
        spare = first_knob(params, kSpareNames);
    }

    /// What is set, in words, and the autoscaler with it.
    std::pair<std::string, ConfigNode> set(std::int64_t floor_size, std::int64_t spare_size,
                                           const char* timeout) const {
        std::pair<std::string, ConfigNode> result{policy_name(policy), policy};
        const auto add = [&](const std::string& name, const std::string& json) {
            if (name.empty())
                return;
            result.second = with_member(result.second, {name, knobs_of(json)});
            result.first += fmt::format(", {} {}", name, json);
        };
        add(floor, std::to_string(floor_size));
        add(spare, std::to_string(spare_size));
        add(idle, fmt::format("\"{}\"", timeout));
        return result;
    }

    ConfigNode policy;
    std::string idle;
    std::string floor;
    std::string spare;
};

/// A pool with its concurrency times a factor, where it is served token by token and can have it.
std::optional<ConfigNode> with_scaled_slots(const ConfigNode& pool, double factor) {
    const ConfigNode* service = pool.find("service");
    const ConfigNode* slots = pool.find("concurrency");
    if (service == nullptr || slots == nullptr || text_or(*service, "model", "") != "llm")
        return std::nullopt;
    const auto scaled = static_cast<std::int64_t>(static_cast<double>(slots->as_integer()) * factor);
    if (scaled < 1)
        return std::nullopt;
    return with_member(pool, {"concurrency", ConfigNode::integer(kWhere, scaled)});
}

}  // namespace

void PoolSpace::add_alone(const NamedPool& pool, const std::string& policy, const std::string& words) {
    candidates_.push_back({fmt::format("{}: {}", pool.label, words),
                           with_pools({with_member(pool.node, {"policy", knobs_of(policy)})})});
}

void PoolSpace::add_fixed(const NamedPool& pool, std::int64_t workers) {
    add_alone(pool, fmt::format(R"({{"name": "fixed", "workers": {}}})", workers),
              fmt::format("fixed {}", workers));
}

void PoolSpace::add_scale_to_zero(const NamedPool& pool, const char* idle) {
    add_alone(pool, fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}"}})", idle),
              fmt::format("scale to zero after {}", idle));
}

void PoolSpace::add_warm(const NamedPool& pool, std::int64_t floor, std::int64_t spare, const char* idle) {
    add_alone(pool,
              fmt::format(R"({{"name": "keep-warm", "min": {}, "buffer": {}, "idle_timeout": "{}"}})", floor,
                          spare, idle),
              fmt::format("keep {} warm and {} spare, stop after {}", floor, spare, idle));
}

void PoolSpace::add_general(const NamedPool& pool, Detail detail) {
    const KnobValues& values = knob_values(detail);
    const std::int64_t most = most_workers(pool.node);
    for (const std::int64_t n : values.fixed) {
        if (n <= most)
            add_fixed(pool, n);
    }
    for (const char* idle : values.timeouts) add_scale_to_zero(pool, idle);
    for (std::int64_t floor = 0; floor <= std::min(values.most_floor, most); ++floor) {
        for (std::int64_t spare = 0; spare <= values.most_spare; ++spare) {
            for (const char* idle : values.warm_timeouts) {
                if (floor + spare > 0)
                    add_warm(pool, floor, spare, idle);
            }
        }
    }
}

void PoolSpace::add_pair(const ConfigNode& base, const ConfigNode& buffer) {
    const std::string first = text_or(base, "name", "");
    const std::string second = text_or(buffer, "name", "");
    for (std::int64_t n = 1; n <= std::min(kMostBase, most_workers(base)); ++n) {
        std::vector<FieldChange> changes =
            with_pools({without_member(base, "policy"), without_member(buffer, "policy")});
        changes.push_back(planned_change(
            "policy",
            knobs_of(fmt::format(
                R"({{"name": "spike-buffer", "base": {}, "buffer": {}, "base_workers": {}, "when": "queue-age", "queue_age": "1s"}})",
                json_text(ConfigNode::text(kWhere, first)), json_text(ConfigNode::text(kWhere, second)),
                n))));
        candidates_.push_back(
            {fmt::format("{} {} with {} for the rest", n, first, second), std::move(changes)});
    }
}

void PoolSpace::add_platform(const NamedPool& pool, const ConfigNode& policy, Detail detail) {
    const KnobValues& values = knob_values(detail);
    const PlatformKnobs knobs(policy);
    const std::int64_t most_floor = knobs.floor.empty() ? 0 : std::min(values.most_floor, kMostPlatformFloor);
    const std::int64_t most_spare = knobs.spare.empty() ? 0 : values.most_spare;
    for (std::int64_t floor = 0; floor <= most_floor; ++floor) {
        for (std::int64_t spare = 0; spare <= most_spare; ++spare) {
            for (const char* idle : values.timeouts) {
                const auto [words, set] = knobs.set(floor, spare, idle);
                candidates_.push_back({fmt::format("{}: {}", pool.label, words),
                                       with_pools({with_member(pool.node, {"policy", set})})});
                if (knobs.idle.empty())
                    break;
            }
        }
    }
}

void PoolSpace::add_concurrency() {
    const std::size_t known = candidates_.size();
    for (std::size_t i = 0; i < known; ++i) {
        for (const double factor : {0.5, 2.0}) add_with_concurrency(i, factor);
    }
}

void PoolSpace::add_with_concurrency(std::size_t number, double factor) {
    Candidate scaled = candidates_[number];
    bool any = false;
    for (FieldChange& one : scaled.changes) {
        if (one.at != "pools")
            continue;
        std::vector<ConfigNode> pools(one.value.items().begin(), one.value.items().end());
        for (ConfigNode& pool : pools) {
            auto changed = with_scaled_slots(pool, factor);
            if (!changed)
                continue;
            pool = *std::move(changed);
            scaled.label += fmt::format(", concurrency {}", pool.find("concurrency")->as_integer());
            any = true;
        }
        one.value = ConfigNode::list(kWhere, std::move(pools));
    }
    if (any)
        candidates_.push_back(std::move(scaled));
}

}  // namespace spillway
