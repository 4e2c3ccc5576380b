// Terraform: Google Cloud Run with a GPU, google_cloud_run_v2_service; Amazon SageMaker is in a file of its
// own.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/hcl_file.hpp"
#include "app/deploy/sagemaker_form.hpp"
#include "app/io/json_file.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 2> kTerraformPolicies{"cloud-run", "sagemaker-target-tracking"};
constexpr std::string_view kResource = "google_cloud_run_v2_service";
constexpr std::string_view kLimits = "template>containers>resources>limits>";

constexpr std::array kCloudRunTemplate{
    KnobRow{"concurrency", "template>max_instance_request_concurrency", KnobUnit::kCount, 1, 1000},
    KnobRow{"execution_timeout", "template>timeout", KnobUnit::kDurationText, 1, 3600},
    KnobRow{"workers.min", "template>scaling>min_instance_count", KnobUnit::kCount},
    KnobRow{"workers.max", "template>scaling>max_instance_count", KnobUnit::kCount, 1},
};
constexpr std::array kCloudRunMeters{
    KnobRow{"price.cpu.vcpu", "cpu", KnobUnit::kNumberText, 0.08},
    KnobRow{"price.memory.size", "memory", KnobUnit::kBytesText},
};
constexpr KnobRow kCloudRunGpus{"gpus.per_worker", "nvidia.com/gpu", KnobUnit::kCountText, 1, 1};
constexpr KnobRow kServiceFloor{"workers.min", "scaling>min_instance_count", KnobUnit::kCount};

/// The least that Cloud Run gives a GPU.
struct CloudRunLeast {
    std::string_view gpu;
    std::string_view vcpus;
    std::string_view memory;
};
constexpr std::array kCloudRunLeast{CloudRunLeast{"L4", "4", "16Gi"},
                                    CloudRunLeast{"RTX-PRO-6000", "20", "80Gi"}};
constexpr std::string_view kZonalPrice = "cloud-run/L4-zonal";
constexpr int kCloudRunMost = 100;  // without max_instance_count

void put_meters(DeployDraft& draft, DeployPool& pool) {
    const std::string gpu = pool.gpu();
    const auto* const least = std::find_if(kCloudRunLeast.begin(), kCloudRunLeast.end(),
                                           [&](const CloudRunLeast& one) { return one.gpu == gpu; });
    if (least != kCloudRunLeast.end()) {
        draft.put_text(fmt::format("{}cpu", kLimits), least->vcpus);
        draft.put_text(fmt::format("{}memory", kLimits), least->memory);
    } else if (!gpu.empty()) {
        draft.unsaid.push_back(fmt::format("gpu {}: Cloud Run is known to sell L4 and RTX-PRO-6000", gpu));
    }
    draft.put_knobs(pool, kLimits, kCloudRunMeters);
    draft.put_knob(pool, kLimits, kCloudRunGpus);
}

void write_cloud_run(DeployPool& pool, DeployDraft& draft) {
    const std::string label = dns_label(pool.name());
    draft.put_text("name", label);
    draft.put_placeholder("location", kReplaceMe, "the region");
    const auto price = pool.value("price.catalog");
    const bool zonal = price && price->as_text() == kZonalPrice;
    draft.put("template>gpu_zonal_redundancy_disabled", ConfigNode::flag("", !zonal));
    draft.put_knobs(pool, "", kCloudRunTemplate);
    pool.value("gpu");
    if (!pool.gpu().empty())
        draft.put_gpu(pool, "template>node_selector>accelerator", GpuNaming::kGoogle);
    put_image(draft, pool, "template>containers>image");
    put_meters(draft, pool);
    // GPUs are billed by the instance, whether it serves or not.
    draft.put("template>containers>resources>cpu_idle", ConfigNode::flag("", false));
}

std::string cloud_run_text(const ConfigNode& tree) {
    std::string label = tree.find("name")->as_text();
    std::replace(label.begin(), label.end(), '-', '_');
    return fmt::format("resource \"{}\" \"{}\" {{\n{}}}\n", kResource, label, hcl_text(tree, 1));
}

std::vector<DeployUnit> terraform_units(std::string_view text, const std::string& shown) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    const bool json = begin != text.npos && text[begin] == '{';
    const ConfigNode root = json ? read_config_text(text, shown) : read_hcl(text, shown);
    std::vector<DeployUnit> units;
    std::vector<std::string> others;
    if (root.kind() != ConfigNode::Kind::kObject)
        throw InputError(shown, "is no Terraform: an object with \"resource\" belongs there");
    for (const auto& [type, content] : root.members()) {
        if (type != "resource" && !(json && type.starts_with("//")))
            others.push_back(content.where());
    }
    const ConfigNode* services = find_in_tree(root, fmt::format("resource>{}", kResource));
    if (const ConfigNode* resources = root.find("resource");
        resources != nullptr && resources->kind() == ConfigNode::Kind::kObject) {
        for (const auto& [type, content] : resources->members()) {
            const bool known = type == kResource || type == "aws_appautoscaling_target" ||
                               type == "aws_appautoscaling_policy" ||
                               type == "aws_sagemaker_endpoint_configuration";
            if (!known)
                others.push_back(content.where());
        }
    }
    if (services != nullptr && services->kind() == ConfigNode::Kind::kObject) {
        for (const auto& [label, service] : services->members()) {
            const ConfigNode* name = find_in_tree(service, "name");
            const bool plain = name != nullptr && name->kind() == ConfigNode::Kind::kText;
            units.push_back({plain ? name->as_text() : label, service, others});
        }
    }
    for (DeployUnit& endpoint : sagemaker_units(root)) {
        endpoint.passed_over = others;
        units.push_back(std::move(endpoint));
    }
    return units;
}

void read_cloud_run(DeployReading& reading) {
    reading.take("name");
    reading.set_text("platform", "cloud-run-gpu");
    reading.take_gpu("template>node_selector>accelerator", GpuNaming::kGoogle);
    reading.take_knob("", kServiceFloor);
    reading.take_knobs("", kCloudRunTemplate);
    if (!reading.has("workers.max")) {
        reading.set("workers.max", ConfigNode::integer("", kCloudRunMost));
        reading.assume("workers.max 100: Cloud Run's, for the file has no max_instance_count");
    }
    if (!reading.has("concurrency")) {
        constexpr int kDefaultConcurrency = 80;
        reading.set("concurrency", ConfigNode::integer("", kDefaultConcurrency));
        reading.assume("concurrency 80: Cloud Run's, for the file has no max_instance_request_concurrency");
    }
    reading.take_knob(kLimits, kCloudRunGpus);
    const ConfigNode* single = reading.take("template>gpu_zonal_redundancy_disabled");
    const bool disabled = single != nullptr && require_value(*single).as_flag();
    const ConfigNode* gpu = find_in_tree(reading.pool(), "gpu");
    if (!disabled && gpu != nullptr && gpu->as_text() == "L4") {
        reading.set_text("price.catalog", kZonalPrice);
        if (single == nullptr)
            reading.assume("the price with zonal redundancy, which Cloud Run gives unless it is disabled");
    }
    reading.take_knobs(kLimits, kCloudRunMeters);
    reading.take("template>containers>resources>cpu_idle");
    reading.set_text("policy.name", "cloud-run");
}

}  // namespace

DeployForm terraform_form() {
    return {"terraform",
            "Terraform: a service of Google Cloud Run, or an endpoint of Amazon SageMaker and its scaling",
            "Terraform's Cloud Run or SageMaker",
            "cloud-run-gpu",
            "#",
            kTerraformPolicies,
            "Cloud Run sizes by concurrency over a minute and stops idle instances by a rule that nobody can "
            "set, and SageMaker tracks a target",
            nullptr,
            [](DeployPool& pool, DeployDraft& draft) {
                pool.policy() == "cloud-run" ? write_cloud_run(pool, draft) : write_sagemaker(pool, draft);
            },
            [](const ConfigNode& tree) {
                return is_sagemaker(tree) ? sagemaker_text(tree) : cloud_run_text(tree);
            },
            [](std::string_view text) {
                return text.find("google_cloud_run_v2_service") != text.npos ||
                       text.find("aws_appautoscaling_target") != text.npos;
            },
            terraform_units,
            [](DeployReading& reading) {
                reading.peek("aws_appautoscaling_target") != nullptr ? read_sagemaker(reading)
                                                                     : read_cloud_run(reading);
            }};
}

}  // namespace spillway
