#include "app/deploy/kubernetes_pod.hpp"

#include <map>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/yaml_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr KnobRow kPodGpus{"gpus.per_worker", "containers>[0]>resources>limits>nvidia.com/gpu",
                           KnobUnit::kCountText, 1};

std::string text_under(const ConfigNode& document, std::string_view path) {
    const ConfigNode* node = find_in_tree(document, path);
    return node != nullptr && node->kind() == ConfigNode::Kind::kText ? node->as_text() : "";
}

/// Knative's Service, not the one of Kubernetes' own.
bool is_of_kind(const ConfigNode& document, std::string_view kind) {
    return text_under(document, "kind") == kind &&
           (kind != "Service" || text_under(document, "apiVersion").starts_with("serving.knative.dev/"));
}

/// Those of a file; what `kubectl get` prints of several is one List of them.
std::vector<ConfigNode> kubernetes_objects(std::string_view text, const std::string& shown) {
    std::vector<ConfigNode> objects;
    for (ConfigNode& document : read_yaml(text, shown)) {
        const ConfigNode* items =
            document.kind() == ConfigNode::Kind::kObject ? document.find("items") : nullptr;
        if (text_under(document, "kind") == "List" && items != nullptr &&
            items->kind() == ConfigNode::Kind::kList)
            objects.insert(objects.end(), items->items().begin(), items->items().end());
        else
            objects.push_back(std::move(document));
    }
    return objects;
}

}  // namespace

void put_pod(DeployDraft& draft, DeployPool& pool, std::string_view prefix) {
    pool.value("gpu");
    if (!pool.gpu().empty())
        draft.put_gpu(pool, fmt::format("{}nodeSelector>nvidia.com/gpu.product", prefix),
                      GpuNaming::kNodeLabel);
    draft.put_text(fmt::format("{}containers>[0]>name", prefix), dns_label(pool.name()));
    put_image(draft, pool, fmt::format("{}containers>[0]>image", prefix));
    draft.put_knob(pool, prefix, kPodGpus);
}

void take_pod(DeployReading& reading, std::string_view prefix) {
    reading.take(fmt::format("{}containers>[0]>name", prefix));
    reading.take_gpu(fmt::format("{}nodeSelector>nvidia.com/gpu.product", prefix), GpuNaming::kNodeLabel);
    reading.take_gpu(fmt::format("{}nodeSelector>cloud.google.com/gke-accelerator", prefix),
                     GpuNaming::kGoogle);
    if (!reading.take_knob(prefix, kPodGpus))
        reading.assume("one GPU a worker: the file states no nvidia.com/gpu");
}

std::vector<DeployUnit> kubernetes_units(std::string_view text, const std::string& shown,
                                         std::string_view kind) {
    const std::vector<ConfigNode> documents = kubernetes_objects(text, shown);
    std::vector<DeployUnit> units;
    for (const ConfigNode& document : documents) {
        if (!is_of_kind(document, kind))
            continue;
        DeployUnit& unit = units.emplace_back();
        unit.name = text_under(document, "metadata>name");
        std::vector<ConfigNode::Member> members{{std::string(kind), document}};
        const std::string target = text_under(document, "spec>scaleTargetRef>name");
        for (const ConfigNode& other : documents) {
            if (&other == &document)
                continue;
            const std::string other_kind = text_under(other, "kind");
            const std::string other_name = text_under(other, "metadata>name");
            if (members.size() == 1 && !target.empty() && other_name == target && other_kind == "Deployment")
                members.emplace_back("Deployment", other);
            else
                unit.passed_over.push_back(fmt::format("{}: {} \"{}\"", other.where(),
                                                       other_kind.empty() ? "a document" : other_kind,
                                                       other_name));
        }
        unit.tree = ConfigNode::object(shown, std::move(members));
        if (unit.name.empty())
            unit.name = target.empty() ? "workers" : target;
    }
    return units;
}

}  // namespace spillway
