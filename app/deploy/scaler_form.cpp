// Kubernetes' HorizontalPodAutoscaler, and KEDA's ScaledObject, which makes one; each with the Deployment that
// it scales.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/kubernetes_pod.hpp"
#include "app/deploy/yaml_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array<std::string_view, 2> kKedaPolicies{"keda", "kubernetes-hpa"};
constexpr std::array<std::string_view, 1> kHpaPolicies{"kubernetes-hpa"};

constexpr std::string_view kKedaBehavior =
    "ScaledObject>spec>advanced>horizontalPodAutoscalerConfig>behavior>";
constexpr std::string_view kHpaBehavior = "HorizontalPodAutoscaler>spec>behavior>";
constexpr std::string_view kPodSpec = "Deployment>spec>template>spec>";
constexpr std::string_view kPrometheus = "ScaledObject>spec>triggers>[type=prometheus]>";

constexpr std::array kScaledObjectRows{
    KnobRow{"policy.polling_interval", "pollingInterval", KnobUnit::kSeconds, 1},
    KnobRow{"policy.cooldown_period", "cooldownPeriod", KnobUnit::kSeconds},
    KnobRow{"workers.min", "minReplicaCount", KnobUnit::kCount},
    KnobRow{"workers.max", "maxReplicaCount", KnobUnit::kCount, 1},
};
constexpr std::array kHpaRows{
    KnobRow{"workers.min", "minReplicas", KnobUnit::kCount, 1},
    KnobRow{"workers.max", "maxReplicas", KnobUnit::kCount, 1},
};
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
constexpr KnobRow kGracePeriod{"policy.drain_limit", "terminationGracePeriodSeconds", KnobUnit::kSeconds};

/// A share of growth so small that the limit in pods alone decides, of any size that a pool may have: what a
/// file means that has no limit in percent.
constexpr double kNoShare = 1e-6;
constexpr double kDefaultTolerance = 0.1;
constexpr double kDefaultUse = 0.7;
constexpr int kKedaMost = 100;  // without maxReplicaCount

/// What the autoscaler looks at: the name of a metric, and a query where there is one.
struct MetricNames {
    std::string_view metric;  ///< of policy.metric
    std::string_view name;
    std::string_view query;
};
constexpr std::array kMetricNames{
    MetricNames{"in-flight", "requests_running", "sum(vllm:num_requests_running)"},
    MetricNames{"busy-share", "worker_busy", "sum(clamp_max(vllm:num_requests_running, 1))"},
    MetricNames{"queued", "requests_waiting", "sum(vllm:num_requests_waiting)"},
    MetricNames{"queued-and-running", "requests_waiting_and_running",
                "sum(vllm:num_requests_waiting) + sum(vllm:num_requests_running)"},
};

const MetricNames& names_of_metric(std::string_view metric) {
    const auto* const found = std::find_if(kMetricNames.begin(), kMetricNames.end(),
                                           [&](const MetricNames& one) { return one.metric == metric; });
    return found != kMetricNames.end() ? *found : kMetricNames.front();
}

/// By the words in its name or query.
std::string_view metric_meant(std::string text) {
    for (char& letter : text)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    const auto has_any = [&](std::initializer_list<std::string_view> words) {
        return std::any_of(words.begin(), words.end(),
                           [&](std::string_view word) { return text.find(word) != std::string::npos; });
    };
    if (has_any({"busy", "clamp_max", "utilization", "duty"}))
        return "busy-share";
    const bool waits = has_any({"waiting", "queue", "pending", "backlog"});
    const bool runs = has_any({"running", "in_flight", "inflight", "in-flight", "ongoing", "concurren", "active"});
    if (waits)
        return runs ? "queued-and-running" : "queued";
    return runs ? "in-flight" : "";
}

/// policy.target, which the policy takes from the concurrency when it is not given.
ConfigNode target_of(DeployPool& pool, std::string_view metric) {
    if (const auto target = pool.value("policy.target"))
        return *target;
    return ConfigNode::number("", metric == "busy-share" ? kDefaultUse
                                                         : kDefaultUse * pool.facts().concurrency);
}

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

void put_deployment(DeployDraft& draft, DeployPool& pool) {
    const std::string name = dns_label(pool.name());
    draft.put_text("Deployment>apiVersion", "apps/v1");
    draft.put_text("Deployment>kind", "Deployment");
    draft.put_text("Deployment>metadata>name", name);
    draft.put_text("Deployment>spec>selector>matchLabels>app", name);
    draft.put_text("Deployment>spec>template>metadata>labels>app", name);
    put_pod(draft, pool, kPodSpec);
    draft.put_knob(pool, kPodSpec, kGracePeriod);
    pool.value("concurrency");
    draft.unsaid.push_back(fmt::format("concurrency {}: the server's own limit (vLLM: --max-num-seqs {})",
                                       pool.facts().concurrency, pool.facts().concurrency));
}

void put_target_reference(DeployDraft& draft, const DeployPool& pool, const std::string& at) {
    draft.put_text(at + ">apiVersion", "apps/v1");
    draft.put_text(at + ">kind", "Deployment");
    draft.put_text(at + ">name", dns_label(pool.name()));
}

void write_keda(DeployPool& pool, DeployDraft& draft) {
    draft.put_text("ScaledObject>apiVersion", "keda.sh/v1alpha1");
    draft.put_text("ScaledObject>kind", "ScaledObject");
    draft.put_text("ScaledObject>metadata>name", dns_label(pool.name()));
    put_target_reference(draft, pool, "ScaledObject>spec>scaleTargetRef");
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
        draft.put_knob(pool, at, {"policy.activation", "metadata>activationThreshold", KnobUnit::kNumberText});
    if (metric == "in-flight" || metric == "busy-share")
        draft.unsaid.push_back(fmt::format("policy.metric {}: a trigger sees the sum over all replicas, and "
                                           "not those that report nothing yet",
                                           metric));
    put_deployment(draft, pool);
}

void write_hpa(DeployPool& pool, DeployDraft& draft) {
    const std::string root = "HorizontalPodAutoscaler>";
    draft.put_text(root + "apiVersion", "autoscaling/v2");
    draft.put_text(root + "kind", "HorizontalPodAutoscaler");
    draft.put_text(root + "metadata>name", dns_label(pool.name()));
    put_target_reference(draft, pool, root + "spec>scaleTargetRef");
    draft.put_knobs(pool, root + "spec>", kHpaRows);
    const std::string metric = pool.value("policy.metric")->as_text();
    const bool of_each = metric == "in-flight" || metric == "busy-share";
    const std::string at =
        root + (of_each ? "spec>metrics>[type=Pods]>pods>" : "spec>metrics>[type=External]>external>");
    draft.put_placeholder(at + "metric>name", names_of_metric(metric).name,
                          fmt::format("what your metrics adapter calls {}", metric));
    draft.put_text(at + "target>type", "AverageValue");
    const KnobValue target = to_platform({"policy.target", "", KnobUnit::kQuantity, 0.001},
                                         target_of(pool, metric));
    draft.put(at + "target>averageValue", target.value);
    if (!target.rounded.empty())
        draft.unsaid.push_back(target.rounded);
    put_behavior(draft, pool, kHpaBehavior);
    put_deployment(draft, pool);
}

void take_up_policies(DeployReading& reading, std::string_view prefix) {
    const ConfigNode* policies = reading.peek(fmt::format("{}scaleUp>policies", prefix));
    const std::string choice = reading.take_text(fmt::format("{}scaleUp>selectPolicy", prefix));
    if (choice == "Min" || choice == "Disabled") {
        reading.assume(fmt::format("growth by the larger of its limits: selectPolicy {} of scaleUp has no "
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
    reading.take_knob(kPodSpec, kGracePeriod);
}

void take_deployment(DeployReading& reading) {
    for (const char* path : {"apiVersion", "kind", "metadata>name", "spec>selector", "spec>template>metadata"})
        reading.take(fmt::format("Deployment>{}", path));
    if (reading.peek("Deployment") == nullptr) {
        reading.assume("one GPU a worker of no name, and pods that end within 30s: the file holds no Deployment");
        return;
    }
    take_pod(reading, kPodSpec);
}

/// The server's own limit is in no such file: the target is usually 70% of it, as it is here by default.
void assume_concurrency(DeployReading& reading) {
    const ConfigNode* target = find_in_tree(reading.pool(), "policy>target");
    const ConfigNode* metric = find_in_tree(reading.pool(), "policy>metric");
    int slots = 1;
    if (target != nullptr && (metric == nullptr || metric->as_text() != "busy-share")) {
        constexpr double kNoise = 1e-9;
        constexpr double kMostSlots = 10'000;
        slots = static_cast<int>(
            std::clamp(std::ceil(target->as_number() / kDefaultUse - kNoise), 1.0, kMostSlots));
    }
    reading.set("concurrency", ConfigNode::integer("", slots));
    reading.assume(fmt::format("concurrency {}: what a server takes at once is in no such file; {}", slots,
                               slots > 1 ? "the target is taken as 70% of it" : "set your server's own"));
}

void set_metric(DeployReading& reading, const std::string& words, std::string_view fallback) {
    const std::string_view metric = metric_meant(words);
    reading.set_text("policy.metric", metric.empty() ? fallback : metric);
    if (metric.empty())
        reading.assume(fmt::format("policy.metric {}: what \"{}\" counts is not known", fallback, words));
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
    TriggerNames{"redis-streams", "pendingEntriesCount", "activationPendingEntriesCount", "queued-and-running"},
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
        const std::string words = reading.take_text(metadata + "query") + reading.take_text(metadata + "valueLocation");
        set_metric(reading, words, "queued-and-running");
    } else {
        reading.set_text("policy.metric", names.metric);
    }
}

void read_keda(DeployReading& reading) {
    for (const char* path : {"apiVersion", "kind", "metadata>name", "spec>scaleTargetRef"})
        reading.take(fmt::format("ScaledObject>{}", path));
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

void read_hpa_form(DeployReading& reading) {
    const std::string root = "HorizontalPodAutoscaler>";
    for (const char* path : {"apiVersion", "kind", "metadata>name", "spec>scaleTargetRef"})
        reading.take(root + path);
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
        throw InputError(metrics != nullptr ? metrics->where() : reading.peek("HorizontalPodAutoscaler")->where(),
                         "has no metric that counts requests",
                         "of type Pods or External, with an averageValue");
    }
    reading.take(list + "type");
    const std::string at = list + (of_each ? "pods>" : "external>");
    reading.take(at + "target>type");
    set_metric(reading, reading.take_text(at + "metric>name"), of_each ? "in-flight" : "queued-and-running");
    reading.take_knob(at, {"policy.target", "target>averageValue", KnobUnit::kQuantity});
    take_behavior(reading, kHpaBehavior);
    assume_concurrency(reading);
}

std::string two_documents(const ConfigNode& tree, std::string_view first) {
    return yaml_text(*tree.find(first)) + "---\n" + yaml_text(*tree.find("Deployment"));
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
            [](const ConfigNode& tree) { return two_documents(tree, "ScaledObject"); },
            [](std::string_view text) { return text.find("ScaledObject") != text.npos; },
            [](std::string_view text, const std::string& shown) {
                return kubernetes_units(text, shown, "ScaledObject");
            },
            read_keda};
}

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
            [](const ConfigNode& tree) { return two_documents(tree, "HorizontalPodAutoscaler"); },
            [](std::string_view text) { return text.find("HorizontalPodAutoscaler") != text.npos; },
            [](std::string_view text, const std::string& shown) {
                return kubernetes_units(text, shown, "HorizontalPodAutoscaler");
            },
            read_hpa_form};
}

}  // namespace spillway
