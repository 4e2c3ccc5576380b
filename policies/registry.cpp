#include "policies/registry.hpp"

#include <array>
#include <vector>

#include "policies/entries.hpp"
#include "policies/plugin.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kNamed{
    required_param("name", ParamKind::kText, "which one, as `spillway list` names it")};

/// The built-in entries, then those of a plug-in.
template <class Entry>
std::vector<Entry> with_own(std::span<const Entry> built_in, const PolicyContext& context,
                            std::span<const Entry> PluginManifest::*own) {
    std::vector<Entry> all(built_in.begin(), built_in.end());
    if (context.plugin != nullptr)
        all.insert(all.end(), (context.plugin->*own).begin(), (context.plugin->*own).end());
    return all;
}

/// A name that nobody knows may be one of a library that was not loaded.
template <class Make>
const RegistryEntry<Make>& entry_named(const ConfigNode& name, const std::vector<RegistryEntry<Make>>& table,
                                       std::string_view kind, const PolicyContext& context) {
    try {
        return find_entry(std::span<const RegistryEntry<Make>>(table), kind, name.as_text(), name.where());
    } catch (const InputError& unknown) {
        if (context.plugin != nullptr)
            throw;
        throw InputError(unknown.where(), unknown.problem(),
                         unknown.hint() + "; one of your own takes `spillway run --plugin LIBRARY`");
    }
}

template <class Make>
auto make(const std::vector<RegistryEntry<Make>>& table, std::string_view kind, const ConfigNode& node,
          const PolicyContext& context) {
    const bool name_only = node.kind() == ConfigNode::Kind::kText;
    const ConfigNode named =
        name_only
            ? ConfigNode::object(node.where(), {{"name", ConfigNode::text(node.where(), node.as_text())}})
            : node;
    const ConfigNode* name = named.find("name");
    if (name == nullptr) {
        throw InputError(node.where(), "\"name\" is missing", "name: which " + std::string(kind));
    }
    const RegistryEntry<Make>& entry = entry_named(*name, table, kind, context);
    ParamReader reader(named, kNamed, entry.params);
    static_cast<void>(reader.text("name"));
    auto made = entry.make(reader, context);
    reader.finish();
    return made;
}

}  // namespace

std::span<const ScalePolicyEntry> scale_policies() {
    static const std::array kTable{
        fixed_entry(),
        scale_to_zero_entry(),
        keep_warm_entry(),
        schedule_entry(),
        queue_depth_entry(),
        concurrency_target_entry(),
        runpod_queue_delay_entry(),
        runpod_request_count_entry(),
        modal_entry(),
        cloud_run_entry(),
        knative_kpa_entry(),
        kubernetes_hpa_entry(),
        keda_entry(),
        azure_container_apps_entry(),
        sagemaker_target_tracking_entry(),
        baseten_entry(),
        huggingface_entry(),
        beam_entry(),
        cerebrium_entry(),
        fireworks_entry(),
        ray_serve_entry(),
        skyserve_entry(),
        aibrix_entry(),
        hybrid_histogram_entry(),
        forecast_entry(),
    };
    return kTable;
}

std::span<const FleetPolicyEntry> fleet_policies() {
    static const std::array kTable{
        pool_wise_entry(),
        spike_buffer_entry(),
        class_split_entry(),
        gpu_fallback_entry(),
    };
    return kTable;
}

std::span<const PoolRouteEntry> pool_routes() {
    static const std::array kTable{
        single_entry(), by_class_entry(), by_work_entry(),
        split_entry(),  overflow_entry(), warm_pool_first_entry(),
    };
    return kTable;
}

std::span<const WorkerRouteEntry> worker_routes() {
    static const std::array kTable{
        warm_first_entry(),   least_loaded_entry(),    round_robin_entry(),      two_choices_entry(),
        least_tokens_entry(), prefix_affinity_entry(), session_affinity_entry(),
    };
    return kTable;
}

std::string policy_name(const ConfigNode& node) {
    if (node.kind() == ConfigNode::Kind::kText)
        return node.as_text();
    const ConfigNode* name = node.find("name");
    return name != nullptr ? name->as_text() : std::string{};
}

std::span<const ParamSpec> named_params() { return kNamed; }

std::unique_ptr<ScalePolicy> make_scale_policy(const ConfigNode& node, const PolicyContext& context) {
    return make(with_own(scale_policies(), context, &PluginManifest::scale_policies), "scale policy", node,
                context);
}
FleetSetup make_fleet_policy(const ConfigNode& node, const PolicyContext& context) {
    return make(with_own(fleet_policies(), context, &PluginManifest::fleet_policies), "fleet policy", node,
                context);
}
std::unique_ptr<PoolRoute> make_pool_route(const ConfigNode& node, const PolicyContext& context) {
    return make(with_own(pool_routes(), context, &PluginManifest::pool_routes), "pool route", node, context);
}
std::unique_ptr<WorkerRoute> make_worker_route(const ConfigNode& node, const PolicyContext& context) {
    return make(with_own(worker_routes(), context, &PluginManifest::worker_routes), "worker route", node,
                context);
}

}  // namespace spillway
