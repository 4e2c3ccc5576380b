#include "app/plan/plan_space.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "policies/registry.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr const char* kWhere = "plan";
constexpr std::array kTimeouts{"5s", "15s", "30s", "60s", "2m", "5m", "15m"};
constexpr std::array kWarmTimeouts{"30s", "2m", "10m"};
constexpr std::int64_t kMostFixedWorkers = 24;
constexpr std::int64_t kMostFloor = 4;
constexpr std::int64_t kMostBase = 8;

/// Names that autoscalers have for the same knob.
constexpr std::array<std::string_view, 2> kIdleNames{"idle_timeout", "scaledown_window"};
constexpr std::array<std::string_view, 2> kFloorNames{"min", "min_containers"};
constexpr std::array<std::string_view, 2> kSpareNames{"buffer", "buffer_containers"};

ConfigNode value(const std::string& json) { return read_config_text(json, kWhere); }

std::string text_member(const ConfigNode& node, std::string_view name, const std::string& fallback) {
    const ConfigNode* member = node.find(name);
    return member != nullptr && member->kind() == ConfigNode::Kind::kText ? member->as_text() : fallback;
}

bool is_of_workers(const ConfigNode& pool) { return text_member(pool, "kind", "workers") == "workers"; }

std::int64_t most_workers(const ConfigNode& pool) {
    const ConfigNode* workers = pool.find("workers");
    const ConfigNode* most = workers != nullptr ? workers->find("max") : nullptr;
    return most != nullptr ? most->as_integer() : kMostFixedWorkers;
}

FieldChange change(std::string at, ConfigNode node) { return {std::move(at), std::move(node), kWhere}; }

/// The scenario with these pools alone, and what was said of several taken away.
std::vector<FieldChange> with_pools(std::vector<ConfigNode> pools) {
    std::vector<FieldChange> changes{change("requires", ConfigNode(kWhere)),
                                     change("policy", ConfigNode(kWhere)),
                                     change("route", ConfigNode(kWhere))};
    changes.push_back(change("pools", ConfigNode::list(kWhere, std::move(pools))));
    return changes;
}

ConfigNode with_policy(const ConfigNode& pool, const std::string& policy) {
    return with_member(pool, {"policy", value(policy)});
}

class Space {
public:
    void add(std::string label, std::vector<FieldChange> changes) {
        candidates_.push_back({std::move(label), std::move(changes)});
    }
    void add_alone(const ConfigNode& pool, const std::string& policy, const std::string& words) {
        add(fmt::format("{}: {}", text_member(pool, "name", "pool"), words),
            with_pools({with_policy(pool, policy)}));
    }
    void add_general(const ConfigNode& pool) {
        for (std::int64_t n = 1; n <= std::min(kMostFixedWorkers, most_workers(pool)); ++n)
            add_alone(pool, fmt::format(R"({{"name": "fixed", "workers": {}}})", n),
                      fmt::format("fixed {}", n));
        for (const char* idle : kTimeouts)
            add_alone(pool, fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}"}})", idle),
                      fmt::format("scale to zero after {}", idle));
        for (std::int64_t floor = 0; floor <= std::min(kMostFloor, most_workers(pool)); ++floor) {
            for (int spare = 0; spare <= 2; ++spare) {
                for (const char* idle : kWarmTimeouts) {
                    if (floor + spare > 0)
                        add_warm(pool, floor, spare, idle);
                }
            }
        }
    }
    void add_pair(const ConfigNode& base, const ConfigNode& buffer) {
        const std::string first = text_member(base, "name", "");
        const std::string second = text_member(buffer, "name", "");
        for (std::int64_t n = 1; n <= std::min(kMostBase, most_workers(base)); ++n) {
            std::vector<FieldChange> changes =
                with_pools({without_member(base, "policy"), without_member(buffer, "policy")});
            changes.push_back(change(
                "policy",
                value(fmt::format(
                    R"({{"name": "spike-buffer", "base": "{}", "buffer": "{}", "base_workers": {}, "when": "queue-age", "queue_age": "1s"}})",
                    first, second, n))));
            add(fmt::format("{} {} with {} for the rest", n, first, second), std::move(changes));
        }
    }
    /// The knobs that the pool's autoscaler has.
    void add_platform(const ConfigNode& pool, const ConfigNode& policy) {
        const std::span<const ParamSpec> params = params_of(policy_name(policy));
        const std::string idle = first_of(params, kIdleNames);
        const std::string floor = first_of(params, kFloorNames);
        const std::string spare = first_of(params, kSpareNames);
        for (std::int64_t n = 0; n <= (floor.empty() ? 0 : 2); ++n) {
            for (int extra = 0; extra <= (spare.empty() ? 0 : 2); ++extra) {
                for (const char* time : kTimeouts) {
                    ConfigNode knobs = policy;
                    std::string words = policy_name(policy);
                    const auto set = [&](const std::string& name, const std::string& json) {
                        if (name.empty())
                            return;
                        knobs = with_member(knobs, {name, value(json)});
                        words += fmt::format(", {} {}", name, json);
                    };
                    set(floor, std::to_string(n));
                    set(spare, std::to_string(extra));
                    set(idle, fmt::format("\"{}\"", time));
                    add(fmt::format("{}: {}", text_member(pool, "name", "pool"), words),
                        with_pools({with_member(pool, {"policy", knobs})}));
                    if (idle.empty())
                        break;
                }
            }
        }
    }
    void add_concurrency() {
        const std::size_t known = candidates_.size();
        for (std::size_t i = 0; i < known; ++i) {
            for (const double factor : {0.5, 2.0}) add_with_concurrency(i, factor);
        }
    }
    std::vector<Candidate> take() && { return std::move(candidates_); }

private:
    void add_warm(const ConfigNode& pool, std::int64_t floor, int spare, const char* idle) {
        add_alone(pool,
                  fmt::format(R"({{"name": "keep-warm", "min": {}, "buffer": {}, "idle_timeout": "{}"}})",
                              floor, spare, idle),
                  fmt::format("keep {} warm and {} spare, stop after {}", floor, spare, idle));
    }
    static std::span<const ParamSpec> params_of(const std::string& policy) {
        for (const ScalePolicyEntry& entry : scale_policies()) {
            if (entry.name == policy)
                return entry.params;
        }
        return {};
    }
    static std::string first_of(std::span<const ParamSpec> params, std::span<const std::string_view> names) {
        for (const std::string_view name : names) {
            if (std::any_of(params.begin(), params.end(),
                            [&](const ParamSpec& one) { return one.name == name; }))
                return std::string(name);
        }
        return {};
    }
    /// Of the pools that are served token by token.
    void add_with_concurrency(std::size_t number, double factor) {
        Candidate scaled = candidates_[number];
        bool any = false;
        for (FieldChange& one : scaled.changes) {
            if (one.at != "pools")
                continue;
            std::vector<ConfigNode> pools(one.value.items().begin(), one.value.items().end());
            for (ConfigNode& pool : pools) {
                const ConfigNode* service = pool.find("service");
                const ConfigNode* slots = pool.find("concurrency");
                if (service == nullptr || slots == nullptr || text_member(*service, "model", "") != "llm")
                    continue;
                const auto scaled_slots =
                    static_cast<std::int64_t>(static_cast<double>(slots->as_integer()) * factor);
                if (scaled_slots < 1)
                    continue;
                pool = with_member(pool, {"concurrency", ConfigNode::integer(kWhere, scaled_slots)});
                scaled.label += fmt::format(", concurrency {}", scaled_slots);
                any = true;
            }
            one.value = ConfigNode::list(kWhere, std::move(pools));
        }
        if (any)
            candidates_.push_back(std::move(scaled));
    }

    std::vector<Candidate> candidates_;
};

}  // namespace

std::vector<Candidate> default_space(const ScenarioFile& file) {
    std::vector<ConfigNode> pools;
    for (const ConfigNode& pool : file.scenario().pools) {
        if (is_of_workers(pool))
            pools.push_back(without_member(pool, "tags"));
    }
    if (pools.empty())
        throw InputError(file.node().where(), "has no pool of workers to plan");
    const PriceBook book = PriceBook::built_in();
    Space space;
    space.add("as it stands", {});
    for (const ConfigNode& pool : pools) {
        const ConfigNode whole = expand_platform(pool, book);
        const ConfigNode* policy = whole.find("policy");
        if (pool.find("platform") != nullptr && policy != nullptr) {
            space.add_platform(pool, *policy);
        } else {
            space.add_general(pool);
        }
    }
    for (const ConfigNode& base : pools) {
        for (const ConfigNode& buffer : pools) {
            if (&base != &buffer && base.find("platform") == nullptr)
                space.add_pair(base, buffer);
        }
    }
    space.add_concurrency();
    return std::move(space).take();
}

std::vector<Candidate> space_of(const Study& study) {
    std::vector<Candidate> candidates;
    for (const StudyPoint& point : study.points) {
        Candidate& candidate = candidates.emplace_back();
        for (std::size_t axis = 0; axis < study.axes.size(); ++axis)
            candidate.label += fmt::format("{}{} {}", axis > 0 ? ", " : "", study.axes[axis].name(),
                                           point.values[axis].label);
        candidate.changes = point.changes();
    }
    return candidates;
}

}  // namespace spillway
