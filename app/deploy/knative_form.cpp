// Knative Serving: a Service with its autoscaling annotations.
#include <array>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/kubernetes_pod.hpp"
#include "app/deploy/yaml_file.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 1> kKnativePolicies{"knative-kpa"};

constexpr std::string_view kAnnotations = "Service>spec>template>metadata>annotations>";
constexpr std::string_view kRevision = "Service>spec>template>spec>";

constexpr std::array kKnativeAnnotations{
    KnobRow{"workers.min", "autoscaling.knative.dev/min-scale", KnobUnit::kCountText},
    KnobRow{"workers.max", "autoscaling.knative.dev/max-scale", KnobUnit::kCountText},
    KnobRow{"policy.initial_scale", "autoscaling.knative.dev/initial-scale", KnobUnit::kCountText},
    KnobRow{"policy.activation_scale", "autoscaling.knative.dev/activation-scale", KnobUnit::kCountText, 1},
    KnobRow{"policy.target", "autoscaling.knative.dev/target", KnobUnit::kNumberText, 0.01},
    KnobRow{"policy.target_utilization", "autoscaling.knative.dev/target-utilization-percentage",
            KnobUnit::kPercentText, 1, 100},
    KnobRow{"policy.window", "autoscaling.knative.dev/window", KnobUnit::kDurationText, 6, 3600},
    KnobRow{"policy.panic_window", "autoscaling.knative.dev/panic-window-percentage", KnobUnit::kPercentText,
            1, 100},
    KnobRow{"policy.panic_threshold", "autoscaling.knative.dev/panic-threshold-percentage",
            KnobUnit::kPercentText, 110, 1000},
    KnobRow{"policy.scale_down_delay", "autoscaling.knative.dev/scale-down-delay", KnobUnit::kDurationText, 0,
            3600},
    KnobRow{"policy.scale_to_zero_pod_retention_period",
            "autoscaling.knative.dev/scale-to-zero-pod-retention-period", KnobUnit::kDurationText},
    KnobRow{"init_timeout", "serving.knative.dev/progress-deadline", KnobUnit::kDurationText},
};
constexpr std::array kKnativeRevision{
    KnobRow{"concurrency", "containerConcurrency", KnobUnit::kCount, 1, 1000},
    KnobRow{"execution_timeout", "timeoutSeconds", KnobUnit::kSeconds, 1},
};
/// Spellings of before Knative 1.0.
constexpr std::array kKnativeFormerly{
    KnobRow{"workers.min", "autoscaling.knative.dev/minScale", KnobUnit::kCountText},
    KnobRow{"workers.max", "autoscaling.knative.dev/maxScale", KnobUnit::kCountText},
    KnobRow{"policy.initial_scale", "autoscaling.knative.dev/initialScale", KnobUnit::kCountText},
    KnobRow{"policy.target_utilization", "autoscaling.knative.dev/targetUtilizationPercentage",
            KnobUnit::kPercentText},
};

constexpr int kUnlimitedPods = 100;

void write_knative(DeployPool& pool, DeployDraft& draft) {
    draft.put_text("Service>apiVersion", "serving.knative.dev/v1");
    draft.put_text("Service>kind", "Service");
    draft.put_text("Service>metadata>name", dns_label(pool.name()));
    draft.put_text(fmt::format("{}autoscaling.knative.dev/class", kAnnotations),
                   "kpa.autoscaling.knative.dev");
    draft.put_text(fmt::format("{}autoscaling.knative.dev/metric", kAnnotations), "concurrency");
    draft.put_knobs(pool, kAnnotations, kKnativeAnnotations);
    draft.put_knobs(pool, kRevision, kKnativeRevision);
    put_pod(draft, pool, kRevision);
}

void read_scale_limits(DeployReading& reading) {
    const ConfigNode* most = find_in_tree(reading.pool(), "workers>max");
    if (most == nullptr || most->as_integer() == 0) {
        reading.set("workers.max", ConfigNode::integer("", kUnlimitedPods));
        reading.assume(fmt::format("workers.max {}: the file sets no limit", kUnlimitedPods));
    }
    const ConfigNode* slots = find_in_tree(reading.pool(), "concurrency");
    if (slots == nullptr || slots->as_integer() == 0) {
        reading.set("concurrency", ConfigNode::integer("", kUnlimitedPods));
        reading.assume(
            fmt::format("concurrency {}: containerConcurrency sets no limit, and {} is Knative's "
                        "target then",
                        kUnlimitedPods, kUnlimitedPods));
    }
}

void read_knative(DeployReading& reading) {
    for (const char* path : {"Service>apiVersion", "Service>kind", "Service>metadata>name"})
        reading.take(path);
    reading.set_text("platform", "knative");
    const std::string metric = fmt::format("{}autoscaling.knative.dev/metric", kAnnotations);
    if (reading.peek(metric) != nullptr && plain_text(*reading.peek(metric)) != "concurrency")
        reading.pass_over(metric, "the policy knows concurrency alone");
    reading.take(metric);
    const std::string scaler = fmt::format("{}autoscaling.knative.dev/class", kAnnotations);
    if (reading.peek(scaler) != nullptr && !plain_text(*reading.peek(scaler)).starts_with("kpa."))
        reading.pass_over(scaler, "read as Knative's own autoscaler");
    reading.take(scaler);
    take_pod(reading, kRevision);
    reading.take_knobs(kAnnotations, kKnativeFormerly);
    reading.take_knobs(kRevision, kKnativeRevision);
    reading.take_knobs(kAnnotations, kKnativeAnnotations);
    read_scale_limits(reading);
    reading.set_text("policy.name", "knative-kpa");
}

}  // namespace

DeployForm knative_form() {
    return {"knative",
            "Knative Serving: a Service with its autoscaling annotations, as YAML",
            "Knative",
            "knative",
            "#",
            kKnativePolicies,
            "it sizes by the requests in flight over a window, and no pod has a time-out of its own",
            nullptr,
            write_knative,
            [](const ConfigNode& tree) { return yaml_text(*tree.find("Service")); },
            [](std::string_view text) { return text.find("serving.knative.dev/") != text.npos; },
            [](std::string_view text, const std::string& shown) {
                return kubernetes_units(text, shown, "Service");
            },
            read_knative};
}

}  // namespace spillway
