// How fast a HorizontalPodAutoscaler may grow and shrink: its "behavior".
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/scaler_parts.hpp"

namespace spillway {
namespace {

constexpr KnobRow kUpWindow{"policy.up_window", "scaleUp>stabilizationWindowSeconds", KnobUnit::kSeconds, 0,
                            3600};
constexpr std::array kUpPercent{
    KnobRow{"policy.up_share", "scaleUp>policies>[type=Percent]>value", KnobUnit::kPercent, 1},
    KnobRow{"policy.up_period", "scaleUp>policies>[type=Percent]>periodSeconds", KnobUnit::kSeconds, 1, 1800},
};
constexpr std::array kUpPods{
    KnobRow{"policy.up_pods", "scaleUp>policies>[type=Pods]>value", KnobUnit::kCount},
    KnobRow{"policy.up_period", "scaleUp>policies>[type=Pods]>periodSeconds", KnobUnit::kSeconds, 1, 1800},
};
constexpr KnobRow kDownWindow{"policy.down_window", "scaleDown>stabilizationWindowSeconds",
                              KnobUnit::kSeconds, 0, 3600};
constexpr std::array kDownPercent{
    KnobRow{"policy.down_share", "scaleDown>policies>[type=Percent]>value", KnobUnit::kPercent, 1, 100},
    KnobRow{"policy.down_period", "scaleDown>policies>[type=Percent]>periodSeconds", KnobUnit::kSeconds, 1,
            1800},
};
constexpr std::array kTolerances{
    KnobRow{"policy.tolerance", "scaleUp>tolerance", KnobUnit::kQuantity},
    KnobRow{"policy.tolerance", "scaleDown>tolerance", KnobUnit::kQuantity},
};

/// A share of growth so small that the limit in pods alone decides, of any size that a pool may have: what a
/// file means that has no limit in percent.
constexpr double kNoShare = 1e-6;
constexpr double kDefaultTolerance = 0.1;

void take_up_policies(DeployReading& reading, std::string_view prefix) {
    const ConfigNode* policies = reading.peek(fmt::format("{}scaleUp>policies", prefix));
    const std::string choice = reading.take_text(fmt::format("{}scaleUp>selectPolicy", prefix));
    if (choice == "Min" || choice == "Disabled") {
        reading.assume(
            fmt::format("growth by the larger of its limits: selectPolicy {} of scaleUp has no "
                        "counterpart",
                        choice));
    }
    if (policies == nullptr)
        return;
    const bool percent = reading.take_knob(prefix, kUpPercent[0]);
    const bool pods = reading.take_knob(prefix, kUpPods[0]);
    if (!percent)
        reading.set("policy.up_share", ConfigNode::number("", kNoShare));
    if (!pods)
        reading.set("policy.up_pods", ConfigNode::integer("", 0));
    if (percent)
        reading.take_knob(prefix, kUpPercent[1]);
    const std::string second = fmt::format("{}{}", prefix, kUpPods[1].key);
    const ConfigNode* first = find_in_tree(reading.pool(), "policy>up_period");
    if (pods && percent && first != nullptr && reading.peek(second) != nullptr &&
        from_platform(kUpPods[1], *reading.peek(second)).as_text() != first->as_text())
        reading.pass_over(second, "both limits of growth have the period of the one in percent");
    else if (pods)
        percent ? static_cast<void>(reading.take(second))
                : static_cast<void>(reading.take_knob(prefix, kUpPods[1]));
}

/// The kind of a limit, by which it was found.
void take_limit_types(DeployReading& reading, std::string_view prefix) {
    for (const char* limit : {"scaleUp>policies>[type=Percent]", "scaleUp>policies>[type=Pods]",
                              "scaleDown>policies>[type=Percent]"})
        reading.take(fmt::format("{}{}>type", prefix, limit));
}

}  // namespace

void put_behavior(DeployDraft& draft, DeployPool& pool, std::string_view prefix) {
    draft.put_knob(pool, prefix, kUpWindow);
    const double share = pool.value("policy.up_share")->as_number();
    const auto tolerance = pool.value("policy.tolerance");
    const bool own_tolerance = std::abs(tolerance->as_ratio() - kDefaultTolerance) > 1e-12;
    if (own_tolerance)
        draft.put_knob(pool, prefix, kTolerances[0]);
    draft.put_text(fmt::format("{}scaleUp>selectPolicy", prefix), "Max");
    if (share > kNoShare)
        draft.put_knobs(pool, prefix, kUpPercent);
    if (pool.value("policy.up_pods")->as_integer() > 0)
        draft.put_knobs(pool, prefix, kUpPods);
    draft.put_knob(pool, prefix, kDownWindow);
    if (own_tolerance)
        draft.put_knob(pool, prefix, kTolerances[1]);
    if (pool.value("policy.down_share")->as_ratio() > 0) {
        draft.put_knobs(pool, prefix, kDownPercent);
    } else {
        draft.put_text(fmt::format("{}scaleDown>selectPolicy", prefix), "Disabled");
        pool.value("policy.down_period");
    }
}

void take_behavior(DeployReading& reading, std::string_view prefix) {
    reading.take_knob(prefix, kUpWindow);
    take_limit_types(reading, prefix);
    take_up_policies(reading, prefix);
    reading.take_knob(prefix, kDownWindow);
    const std::string choice = reading.take_text(fmt::format("{}scaleDown>selectPolicy", prefix));
    if (choice == "Disabled")
        reading.set("policy.down_share", ConfigNode::integer("", 0));
    else
        reading.take_knobs(prefix, kDownPercent);
    const std::string pods = fmt::format("{}scaleDown>policies>[type=Pods]", prefix);
    reading.pass_over(pods, "the policy limits a decrease in percent alone");
    const ConfigNode* down = reading.peek(fmt::format("{}{}", prefix, kTolerances[1].key));
    const bool up = reading.take_knob(prefix, kTolerances[0]);
    if (up && down != nullptr &&
        from_platform(kTolerances[1], *down).as_number() ==
            find_in_tree(reading.pool(), "policy>tolerance")->as_number())
        reading.take(fmt::format("{}{}", prefix, kTolerances[1].key));
}

}  // namespace spillway
