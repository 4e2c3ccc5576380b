#include "app/deploy/sagemaker_form.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/hcl_file.hpp"
#include "app/scenario/platform_price.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::string_view kTarget = "aws_appautoscaling_target";
constexpr std::string_view kTracking = "aws_appautoscaling_policy";
constexpr std::string_view kEndpoint = "aws_sagemaker_endpoint_configuration";

constexpr std::string_view kTargetAt = "aws_appautoscaling_target>";
constexpr std::string_view kTrackingAt =
    "aws_appautoscaling_policy>target_tracking_scaling_policy_configuration>";
constexpr std::string_view kVariantAt = "aws_sagemaker_endpoint_configuration>production_variants>";
constexpr std::string_view kPriceNames = "aws-sagemaker/";

constexpr std::string_view kConcurrency = "concurrent-requests-per-copy";
constexpr std::string_view kBacklog = "backlog-per-instance";
constexpr std::string_view kConcurrencyMetric = "SageMakerVariantConcurrentRequestsPerModelHighResolution";
constexpr std::string_view kBacklogMetric = "ApproximateBacklogSizePerInstance";
constexpr double kDefaultBacklog = 5;

constexpr std::array kCapacity{
    KnobRow{"workers.min", "min_capacity", KnobUnit::kCount},
    KnobRow{"workers.max", "max_capacity", KnobUnit::kCount, 1},
};
constexpr std::array kCooldowns{
    KnobRow{"policy.cooldown_in", "scale_in_cooldown", KnobUnit::kSeconds},
    KnobRow{"policy.cooldown_out", "scale_out_cooldown", KnobUnit::kSeconds},
};
constexpr KnobRow kTargetValue{"policy.target", "target_value", KnobUnit::kNumber};

/// The instance of SageMaker's that holds one worker; empty: none is known.
std::string instance_type(DeployPool& pool) {
    if (const auto price = pool.value("price.catalog"); price && price->as_text().starts_with(kPriceNames))
        return price->as_text().substr(kPriceNames.size());
    const std::int64_t per_worker = pool.value("gpus.per_worker")->as_integer();
    const PriceBook book = PriceBook::built_in();
    for (const PriceBook::Entry& entry : book.entries()) {
        const GpuFacts* gpu = gpu_of_price_list(entry.gpu);
        if (entry.name.starts_with(kPriceNames) && gpu != nullptr && gpu->name == pool.gpu() &&
            instance_gpus(entry).value_or(1) == per_worker)
            return entry.name.substr(kPriceNames.size());
    }
    return {};
}

void put_variant(DeployDraft& draft, DeployPool& pool) {
    const std::string at(kVariantAt);
    pool.value("gpu");
    pool.value("gpus.per_worker");
    draft.put_text(fmt::format("{}>name", kEndpoint), dns_label(pool.name()));
    draft.put_text(at + "variant_name", "AllTraffic");
    draft.put_placeholder(
        at + "model_name", kReplaceMe,
        pool.facts().serves ? fmt::format("the model, {}", *pool.facts().serves) : std::string("the model"));
    const std::string instance = instance_type(pool);
    if (instance.empty())
        draft.put_placeholder(
            at + "instance_type", kReplaceMe,
            fmt::format("the instance: none with GPUs of that name is known (\"{}\")", pool.gpu()));
    else
        draft.put_text(at + "instance_type", instance);
    draft.put(at + "initial_instance_count",
              ConfigNode::integer("", std::max<std::int64_t>(pool.value("workers.min")->as_integer(), 1)));
}

/// What both resources of the scaling name.
void put_scalable(DeployDraft& draft, const DeployPool& pool, std::string_view resource) {
    draft.put_text(fmt::format("{}>service_namespace", resource), "sagemaker");
    draft.put_text(fmt::format("{}>resource_id", resource),
                   fmt::format("endpoint/{}/variant/AllTraffic", dns_label(pool.name())));
    draft.put_text(fmt::format("{}>scalable_dimension", resource), "sagemaker:variant:DesiredInstanceCount");
}

void put_metric(DeployDraft& draft, DeployPool& pool) {
    const std::string at(kTrackingAt);
    const bool backlog = pool.value("policy.metric")->as_text() == kBacklog;
    const auto target = pool.value("policy.target");
    draft.put(at + "target_value",
              to_platform(kTargetValue, target ? *target
                                               : ConfigNode::number("", backlog ? kDefaultBacklog
                                                                                : pool.facts().concurrency))
                  .value);
    draft.put_knobs(pool, at, kCooldowns);
    if (!backlog)
        return draft.put_text(at + "predefined_metric_specification>predefined_metric_type",
                              kConcurrencyMetric);
    const std::string metric = at + "customized_metric_specification>";
    draft.put_text(metric + "metric_name", kBacklogMetric);
    draft.put_text(metric + "namespace", "AWS/SageMaker");
    draft.put_text(metric + "statistic", "Average");
    draft.put_text(metric + "dimensions>name", "EndpointName");
    draft.put_text(metric + "dimensions>value", dns_label(pool.name()));
}

bool is_sagemaker_target(const ConfigNode& resource) {
    const ConfigNode* space = find_in_tree(resource, "service_namespace");
    return space != nullptr && plain_text(*space) == "sagemaker";
}

/// "chat" of "endpoint/chat/variant/AllTraffic"; empty: it is written otherwise.
std::string endpoint_name(const ConfigNode& target) {
    const ConfigNode* id = find_in_tree(target, "resource_id");
    constexpr std::string_view kPrefix = "endpoint/";
    if (id == nullptr || id->kind() != Kind::kText || !id->as_text().starts_with(kPrefix))
        return {};
    const std::string rest = id->as_text().substr(kPrefix.size());
    return rest.substr(0, rest.find('/'));
}

/// The resource of that type with the label, or the only one of its type.
const ConfigNode* resource_beside(const ConfigNode& resources, std::string_view type,
                                  const std::string& label) {
    const ConfigNode* all = resources.find(type);
    if (all == nullptr || all->kind() != Kind::kObject)
        return nullptr;
    if (const ConfigNode* same = all->find(label))
        return same;
    return all->members().size() == 1 ? &all->members().front().second : nullptr;
}

void read_sagemaker_metric(DeployReading& reading) {
    const std::string at(kTrackingAt);
    const std::string predefined =
        reading.take_text(at + "predefined_metric_specification>predefined_metric_type");
    const std::string customized = reading.take_text(at + "customized_metric_specification>metric_name");
    reading.take(at + "customized_metric_specification");
    const bool backlog = customized.find("Backlog") != std::string::npos;
    if (!backlog && predefined.find("Concurrent") == std::string::npos)
        reading.assume(fmt::format("policy.metric {}: what \"{}{}\" counts is not simulated", kConcurrency,
                                   predefined, customized));
    reading.set_text("platform", backlog ? "sagemaker-async" : "sagemaker");
    reading.set_text("policy.metric", backlog ? kBacklog : kConcurrency);
    reading.take_knob(at, kTargetValue);
    reading.take_knobs(at, kCooldowns);
    const ConfigNode* target = find_in_tree(reading.pool(), "policy>target");
    constexpr double kMostServerSlots = 10'000;
    const double slots =
        backlog || target == nullptr ? 1 : std::clamp(std::ceil(target->as_number()), 1.0, kMostServerSlots);
    reading.set("concurrency", ConfigNode::integer("", static_cast<std::int64_t>(slots)));
    reading.assume(fmt::format("concurrency {}: what a server takes at once is in no such file; {}", slots,
                               backlog ? "set your server's own" : "the target is taken as all of it"));
}

void read_variant(DeployReading& reading) {
    const std::string path = fmt::format("{}instance_type", kVariantAt);
    const std::string instance = reading.take_text(path);
    reading.take(fmt::format("{}>name", kEndpoint));
    reading.take(fmt::format("{}variant_name", kVariantAt));
    reading.take(fmt::format("{}initial_instance_count", kVariantAt));
    const PriceBook book = PriceBook::built_in();
    for (const PriceBook::Entry& entry : book.entries()) {
        const GpuFacts* gpu = gpu_of_price_list(entry.gpu);
        if (gpu == nullptr || entry.name != fmt::format("{}{}", kPriceNames, instance))
            continue;
        reading.set_text("gpu", gpu->name);
        reading.set("gpus.per_worker", ConfigNode::integer("", instance_gpus(entry).value_or(1)));
        return reading.set_text("price.catalog", entry.name);
    }
    reading.set_text("gpu", "A10G");
    reading.assume(fmt::format("gpu A10G: no price is known for the instance \"{}\"", instance));
}

}  // namespace

void write_sagemaker(DeployPool& pool, DeployDraft& draft) {
    put_variant(draft, pool);
    draft.put_knobs(pool, kTargetAt, kCapacity);
    put_scalable(draft, pool, kTarget);
    draft.put_text(fmt::format("{}>name", kTracking), dns_label(pool.name()));
    draft.put_text(fmt::format("{}>policy_type", kTracking), "TargetTrackingScaling");
    put_scalable(draft, pool, kTracking);
    put_metric(draft, pool);
    pool.value("concurrency");
    draft.unsaid.push_back(fmt::format("concurrency {}: the server's own limit (vLLM: --max-num-seqs {})",
                                       pool.facts().concurrency, pool.facts().concurrency));
    if (const auto step = pool.value("policy.backlog_without_capacity"); step && step->as_flag())
        draft.unsaid.emplace_back(
            "policy.backlog_without_capacity true: a step policy on "
            "HasBacklogWithoutCapacity and its alarm, which are not written");
}

std::string sagemaker_text(const ConfigNode& tree) {
    std::string label = find_in_tree(tree, fmt::format("{}>name", kTracking))->as_text();
    std::replace(label.begin(), label.end(), '-', '_');
    std::string text;
    for (const auto& [type, body] : tree.members())
        text += fmt::format("{}resource \"{}\" \"{}\" {{\n{}}}\n", text.empty() ? "" : "\n", type, label,
                            hcl_text(body, 1));
    return text;
}

bool is_sagemaker(const ConfigNode& tree) { return tree.find(kTarget) != nullptr; }

std::vector<DeployUnit> sagemaker_units(const ConfigNode& root) {
    std::vector<DeployUnit> units;
    const ConfigNode* resources = root.find("resource");
    const ConfigNode* targets = find_in_tree(root, fmt::format("resource>{}", kTarget));
    if (targets == nullptr || targets->kind() != Kind::kObject || resources->kind() != Kind::kObject)
        return units;
    for (const auto& [label, target] : targets->members()) {
        if (!is_sagemaker_target(target))
            continue;
        std::vector<ConfigNode::Member> members{{std::string(kTarget), target}};
        for (const std::string_view type : {kTracking, kEndpoint}) {
            if (const ConfigNode* resource = resource_beside(*resources, type, label))
                members.emplace_back(type, *resource);
        }
        const std::string name = endpoint_name(target);
        units.push_back(
            {name.empty() ? label : name, ConfigNode::object(target.where(), std::move(members)), {}});
    }
    return units;
}

void read_sagemaker(DeployReading& reading) {
    if (reading.peek(kTrackingAt.substr(0, kTrackingAt.size() - 1)) == nullptr)
        throw InputError(reading.peek(kTarget)->where(), "has no target tracking policy beside it",
                         "an aws_appautoscaling_policy with the same label");
    for (const std::string_view resource : {kTarget, kTracking}) {
        for (const char* member :
             {"name", "policy_type", "service_namespace", "resource_id", "scalable_dimension"})
            reading.take(fmt::format("{}>{}", resource, member));
    }
    read_sagemaker_metric(reading);
    read_variant(reading);
    reading.take_knobs(kTargetAt, kCapacity);
    reading.set_text("policy.name", "sagemaker-target-tracking");
}

}  // namespace spillway
