// KEDA: a ScaledObject, which makes a HorizontalPodAutoscaler, with the Deployment that it scales.
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/scaler_parts.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 2> kKedaPolicies{"keda", "kubernetes-hpa"};
constexpr std::string_view kKedaBehavior =
    "ScaledObject>spec>advanced>horizontalPodAutoscalerConfig>behavior>";
constexpr std::string_view kPrometheus = "ScaledObject>spec>triggers>[type=prometheus]>";

constexpr std::array kScaledObjectRows{
    KnobRow{"policy.polling_interval", "pollingInterval", KnobUnit::kSeconds, 1},
    KnobRow{"policy.cooldown_period", "cooldownPeriod", KnobUnit::kSeconds},
    KnobRow{"workers.min", "minReplicaCount", KnobUnit::kCount},
    KnobRow{"workers.max", "maxReplicaCount", KnobUnit::kCount, 1},
};
constexpr int kKedaMost = 100;  // without maxReplicaCount

void write_keda(DeployPool& pool, DeployDraft& draft) {
    put_scaler_head(draft, pool, "keda.sh/v1alpha1", "ScaledObject");
    draft.put_knobs(pool, "ScaledObject>spec>", kScaledObjectRows);
    if (pool.policy() == "kubernetes-hpa" && pool.value("workers.min")->as_integer() == 0)
        draft.put_count("ScaledObject>spec>minReplicaCount", 1);  // an HPA's floor
    put_behavior(draft, pool, kKedaBehavior);
    const std::string metric = pool.value("policy.metric")->as_text();
    const std::string at(kPrometheus);
    draft.put_text(at + "metricType", "AverageValue");
    draft.put_placeholder(at + "metadata>serverAddress", "http://REPLACE_ME:9090", "your Prometheus");
    draft.put_placeholder(at + "metadata>query", names_of_metric(metric).query,
                          "the query is in vLLM's metrics; another server has others, and labels tell yours");
    draft.put(at + "metadata>threshold",
              to_platform({"policy.target", "", KnobUnit::kNumberText}, target_of(pool, metric)).value);
    if (pool.value("policy.activation"))
        draft.put_knob(pool, at,
                       {"policy.activation", "metadata>activationThreshold", KnobUnit::kNumberText});
    if (is_of_each_pod(metric))
        draft.unsaid.push_back(
            fmt::format("policy.metric {}: a trigger sees the sum over all replicas, and "
                        "not those that report nothing yet",
                        metric));
    put_deployment(draft, pool);
}

/// A source of KEDA's, and where it says what one replica is for.
struct TriggerNames {
    std::string_view type;
    std::string_view threshold;
    std::string_view activation;
    std::string_view metric;  ///< that it shows; empty: its query says
};
constexpr std::array kTriggerNames{
    TriggerNames{"prometheus", "threshold", "activationThreshold", ""},
    TriggerNames{"metrics-api", "targetValue", "activationTargetValue", ""},
    TriggerNames{"rabbitmq", "value", "activationValue", "queued-and-running"},
    TriggerNames{"aws-sqs-queue", "queueLength", "activationQueueLength", "queued-and-running"},
    TriggerNames{"redis", "listLength", "activationListLength", "queued"},
    TriggerNames{"redis-streams", "pendingEntriesCount", "activationPendingEntriesCount",
                 "queued-and-running"},
    TriggerNames{"kafka", "lagThreshold", "activationLagThreshold", "queued-and-running"},
    TriggerNames{"gcp-pubsub", "value", "activationValue", "queued-and-running"},
};

const TriggerNames& trigger_of(const DeployReading& reading) {
    for (const TriggerNames& names : kTriggerNames) {
        if (reading.peek(fmt::format("ScaledObject>spec>triggers>[type={}]", names.type)) != nullptr)
            return names;
    }
    const ConfigNode* triggers = reading.peek("ScaledObject>spec>triggers");
    std::vector<std::string_view> known;
    known.reserve(kTriggerNames.size());
    for (const TriggerNames& names : kTriggerNames) known.push_back(names.type);
    throw InputError(triggers != nullptr ? triggers->where() : reading.peek("ScaledObject")->where(),
                     "has no trigger that counts requests",
                     fmt::format("of these types: {}", fmt::join(known, ", ")));
}

void take_trigger(DeployReading& reading) {
    const TriggerNames& names = trigger_of(reading);
    const std::string at = fmt::format("ScaledObject>spec>triggers>[type={}]>", names.type);
    reading.take(at + "type");
    const std::string type = reading.take_text(at + "metricType");
    if (!type.empty() && type != "AverageValue")
        reading.assume(fmt::format("a target for each replica: metricType {} has no counterpart", type));
    const std::string metadata = at + "metadata>";
    reading.take_knob(metadata, {"policy.target", names.threshold, KnobUnit::kNumberText});
    reading.take_knob(metadata, {"policy.activation", names.activation, KnobUnit::kNumberText});
    if (names.metric.empty()) {
        const std::string words =
            reading.take_text(metadata + "query") + reading.take_text(metadata + "valueLocation");
        set_metric(reading, words, "queued-and-running");
    } else {
        reading.set_text("policy.metric", names.metric);
    }
}

void read_keda(DeployReading& reading) {
    take_scaler_head(reading, "ScaledObject");
    reading.set_text("platform", "kubernetes-keda");
    take_deployment(reading);
    reading.take_knobs("ScaledObject>spec>", kScaledObjectRows);
    if (!reading.has("workers.max")) {
        reading.set("workers.max", ConfigNode::integer("", kKedaMost));
        reading.assume("workers.max 100: KEDA's, for the file has no maxReplicaCount");
    }
    reading.pass_over("ScaledObject>spec>idleReplicaCount",
                      "the policy goes to workers.min when idle, and this to 0 beneath a minimum");
    reading.set_text("policy.name", "keda");
    take_trigger(reading);
    take_behavior(reading, kKedaBehavior);
    assume_concurrency(reading);
}

}  // namespace

DeployForm keda_form() {
    return {"keda",
            "KEDA: a ScaledObject and the Deployment that it scales, as YAML",
            "KEDA",
            "kubernetes-keda",
            "#",
            kKedaPolicies,
            "it sizes by a metric of requests, and no replica has a time-out of its own",
            nullptr,
            write_keda,
            [](const ConfigNode& tree) { return scaler_text(tree, "ScaledObject"); },
            [](std::string_view text) { return text.find("ScaledObject") != text.npos; },
            [](std::string_view text, const std::string& shown) {
                return kubernetes_units(text, shown, "ScaledObject");
            },
            read_keda};
}

}  // namespace spillway
