// Kubernetes: a HorizontalPodAutoscaler with the Deployment that it scales.
#include <array>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/scaler_parts.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 1> kHpaPolicies{"kubernetes-hpa"};
constexpr std::string_view kHpaBehavior = "HorizontalPodAutoscaler>spec>behavior>";
constexpr std::array kHpaRows{
    KnobRow{"workers.min", "minReplicas", KnobUnit::kCount, 1},
    KnobRow{"workers.max", "maxReplicas", KnobUnit::kCount, 1},
};
void write_hpa(DeployPool& pool, DeployDraft& draft) {
    const std::string root = "HorizontalPodAutoscaler>";
    put_scaler_head(draft, pool, "autoscaling/v2", "HorizontalPodAutoscaler");
    draft.put_knobs(pool, root + "spec>", kHpaRows);
    const std::string metric = pool.value("policy.metric")->as_text();
    const bool of_each = is_of_each_pod(metric);
    const std::string at =
        root + (of_each ? "spec>metrics>[type=Pods]>pods>" : "spec>metrics>[type=External]>external>");
    draft.put_placeholder(at + "metric>name", names_of_metric(metric).name,
                          fmt::format("what your metrics adapter calls {}", metric));
    draft.put_text(at + "target>type", "AverageValue");
    const KnobValue target =
        to_platform({"policy.target", "", KnobUnit::kQuantity, 0.001}, target_of(pool, metric));
    draft.put(at + "target>averageValue", target.value);
    if (!target.rounded.empty())
        draft.unsaid.push_back(target.rounded);
    put_behavior(draft, pool, kHpaBehavior);
    put_deployment(draft, pool);
}

void read_hpa_form(DeployReading& reading) {
    const std::string root = "HorizontalPodAutoscaler>";
    take_scaler_head(reading, "HorizontalPodAutoscaler");
    reading.set_text("platform", "kubernetes-hpa");
    take_deployment(reading);
    if (!reading.take_knob(root + "spec>", kHpaRows[0]))
        reading.set("workers.min", ConfigNode::integer("", 1));
    reading.take_knob(root + "spec>", kHpaRows[1]);
    reading.set_text("policy.name", "kubernetes-hpa");
    const bool of_each = reading.peek(root + "spec>metrics>[type=Pods]") != nullptr;
    const std::string list = root + (of_each ? "spec>metrics>[type=Pods]>" : "spec>metrics>[type=External]>");
    if (reading.peek(list + "type") == nullptr) {
        const ConfigNode* metrics = reading.peek(root + "spec>metrics");
        throw InputError(
            metrics != nullptr ? metrics->where() : reading.peek("HorizontalPodAutoscaler")->where(),
            "has no metric that counts requests", "of type Pods or External, with an averageValue");
    }
    reading.take(list + "type");
    const std::string at = list + (of_each ? "pods>" : "external>");
    reading.take(at + "target>type");
    set_metric(reading, reading.take_text(at + "metric>name"), of_each ? "in-flight" : "queued-and-running");
    reading.take_knob(at, {"policy.target", "target>averageValue", KnobUnit::kQuantity});
    take_behavior(reading, kHpaBehavior);
    assume_concurrency(reading);
}

}  // namespace

DeployForm hpa_form() {
    return {"hpa",
            "Kubernetes: a HorizontalPodAutoscaler and the Deployment that it scales, as YAML",
            "a HorizontalPodAutoscaler",
            "kubernetes-hpa",
            "#",
            kHpaPolicies,
            "it sizes by a metric, never to zero, and no pod has a time-out of its own",
            nullptr,
            write_hpa,
            [](const ConfigNode& tree) { return scaler_text(tree, "HorizontalPodAutoscaler"); },
            [](std::string_view text) { return text.find("HorizontalPodAutoscaler") != text.npos; },
            [](std::string_view text, const std::string& shown) {
                return kubernetes_units(text, shown, "HorizontalPodAutoscaler");
            },
            read_hpa_form};
}

}  // namespace spillway
