#include "app/deploy/scaler_parts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/kubernetes_pod.hpp"
#include "app/deploy/yaml_file.hpp"

namespace spillway {
namespace {

constexpr std::string_view kPodSpec = "Deployment>spec>template>spec>";
constexpr KnobRow kGracePeriod{"policy.drain_limit", "terminationGracePeriodSeconds", KnobUnit::kSeconds};

constexpr double kDefaultUse = 0.7;

constexpr std::array kMetricNames{
    MetricNames{"in-flight", "requests_running", "sum(vllm:num_requests_running)"},
    MetricNames{"busy-share", "worker_busy", "sum(clamp_max(vllm:num_requests_running, 1))"},
    MetricNames{"queued", "requests_waiting", "sum(vllm:num_requests_waiting)"},
    MetricNames{"queued-and-running", "requests_waiting_and_running",
                "sum(vllm:num_requests_waiting) + sum(vllm:num_requests_running)"},
};

/// By the words in its name or query.
std::string_view metric_meant(std::string text) {
    for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    const auto has_any = [&](std::initializer_list<std::string_view> words) {
        return std::any_of(words.begin(), words.end(),
                           [&](std::string_view word) { return text.find(word) != std::string::npos; });
    };
    if (has_any({"busy", "clamp_max", "utilization", "duty"}))
        return "busy-share";
    const bool waits = has_any({"waiting", "queue", "pending", "backlog"});
    const bool runs =
        has_any({"running", "in_flight", "inflight", "in-flight", "ongoing", "concurren", "active"});
    if (waits)
        return runs ? "queued-and-running" : "queued";
    return runs ? "in-flight" : "";
}

}  // namespace

const MetricNames& names_of_metric(std::string_view metric) {
    const auto* const found = std::find_if(kMetricNames.begin(), kMetricNames.end(),
                                           [&](const MetricNames& one) { return one.metric == metric; });
    return found != kMetricNames.end() ? *found : kMetricNames.front();
}

bool is_of_each_pod(std::string_view metric) { return metric == "in-flight" || metric == "busy-share"; }

void set_metric(DeployReading& reading, const std::string& words, std::string_view fallback) {
    const std::string_view metric = metric_meant(words);
    reading.set_text("policy.metric", metric.empty() ? fallback : metric);
    if (metric.empty())
        reading.assume(fmt::format("policy.metric {}: what \"{}\" counts is not known", fallback, words));
}

ConfigNode target_of(DeployPool& pool, std::string_view metric) {
    if (const auto target = pool.value("policy.target"))
        return *target;
    return ConfigNode::number("",
                              metric == "busy-share" ? kDefaultUse : kDefaultUse * pool.facts().concurrency);
}

void assume_concurrency(DeployReading& reading) {
    if (const auto stated = reading.take_option("Deployment", "--max-num-seqs"); stated && *stated > 0)
        return reading.set("concurrency", ConfigNode::integer("", *stated));
    const ConfigNode* target = find_in_tree(reading.pool(), "policy>target");
    const ConfigNode* metric = find_in_tree(reading.pool(), "policy>metric");
    int slots = 1;
    if (target != nullptr && (metric == nullptr || metric->as_text() != "busy-share")) {
        constexpr double kRoundingNoise = 1e-9;
        constexpr double kMostServerSlots = 10'000;
        slots = static_cast<int>(
            std::clamp(std::ceil(target->as_number() / kDefaultUse - kRoundingNoise), 1.0, kMostServerSlots));
    }
    reading.set("concurrency", ConfigNode::integer("", slots));
    reading.assume(fmt::format("concurrency {}: what a server takes at once is in no such file; {}", slots,
                               slots > 1 ? "the target is taken as 70% of it" : "set your server's own"));
}

void put_scaler_head(DeployDraft& draft, const DeployPool& pool, std::string_view version,
                     const std::string& kind) {
    const std::string name = dns_label(pool.name());
    draft.put_text(kind + ">apiVersion", version);
    draft.put_text(kind + ">kind", kind);
    draft.put_text(kind + ">metadata>name", name);
    draft.put_text(kind + ">spec>scaleTargetRef>apiVersion", "apps/v1");
    draft.put_text(kind + ">spec>scaleTargetRef>kind", "Deployment");
    draft.put_text(kind + ">spec>scaleTargetRef>name", name);
}

void take_scaler_head(DeployReading& reading, const std::string& kind) {
    for (const char* path : {"apiVersion", "kind", "metadata>name", "spec>scaleTargetRef"})
        reading.take(fmt::format("{}>{}", kind, path));
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

void take_deployment(DeployReading& reading) {
    for (const char* path :
         {"apiVersion", "kind", "metadata>name", "spec>selector", "spec>template>metadata"})
        reading.take(fmt::format("Deployment>{}", path));
    if (reading.peek("Deployment") == nullptr) {
        reading.assume(
            "one GPU a worker of no name, and pods that end within 30s: the file holds no Deployment");
        return;
    }
    take_pod(reading, kPodSpec);
    reading.take_knob(kPodSpec, kGracePeriod);
}

std::string scaler_text(const ConfigNode& tree, std::string_view kind) {
    return yaml_text(*tree.find(kind)) + "---\n" + yaml_text(*tree.find("Deployment"));
}

}  // namespace spillway
