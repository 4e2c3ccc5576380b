// SkyServe: the service section of a SkyPilot task.
#include <array>

#include <fmt/format.h>

#include "app/deploy/config_tree.hpp"
#include "app/deploy/deploy_form.hpp"
#include "app/deploy/yaml_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 2> kSkyServePolicies{"skyserve", "fixed"};

constexpr std::array kReplicaPolicy{
    KnobRow{"workers.min", "min_replicas", KnobUnit::kCount},
    KnobRow{"workers.max", "max_replicas", KnobUnit::kCount, 1},
    KnobRow{"policy.target_qps_per_replica", "target_qps_per_replica", KnobUnit::kRate},
    KnobRow{"policy.upscale_delay", "upscale_delay_seconds", KnobUnit::kSeconds},
    KnobRow{"policy.downscale_delay", "downscale_delay_seconds", KnobUnit::kSeconds},
};
constexpr KnobRow kOverprovision{"policy.num_overprovision", "num_overprovision", KnobUnit::kCount};
constexpr KnobRow kInitialDelay{"init_timeout", "service>readiness_probe>initial_delay_seconds",
                                KnobUnit::kSeconds};
constexpr KnobRow kFixedReplicas{"policy.workers", "service>replicas", KnobUnit::kCount, 1};

void write_skyserve(DeployPool& pool, DeployDraft& draft) {
    draft.put_text("name", dns_label(pool.name()));
    draft.put_placeholder("service>readiness_probe>path", "/REPLACE_ME",
                          "where the server says that it is ready");
    draft.put_knob(pool, "", kInitialDelay);
    if (pool.policy() == "fixed") {
        draft.put_knob(pool, "", kFixedReplicas);
        pool.value("workers.min");
        pool.value("workers.max");
    } else {
        draft.put_knobs(pool, "service>replica_policy>", kReplicaPolicy);
        if (pool.value("policy.num_overprovision")->as_integer() > 0)
            draft.put_knob(pool, "service>replica_policy>", kOverprovision);
    }
    draft.put_gpu(pool, "resources>accelerators", GpuNaming::kSkyPilot,
                  fmt::format(":{}", pool.value("gpus.per_worker")->as_integer()));
    draft.put("resources>use_spot", ConfigNode::flag("", pool.facts().spot));
    draft.put_placeholder(
        "run", "REPLACE_ME",
        pool.facts().serves
            ? fmt::format("what starts a server of {}, on the port that resources name", *pool.facts().serves)
            : std::string("what starts the server, on the port that resources name"));
    pool.value("concurrency");
    draft.unsaid.push_back(fmt::format("concurrency {}: the server's own limit (vLLM: --max-num-seqs {})",
                                       pool.facts().concurrency, pool.facts().concurrency));
}

std::vector<DeployUnit> skyserve_units(std::string_view text, const std::string& shown) {
    std::vector<DeployUnit> units;
    for (ConfigNode& document : read_yaml(text, shown)) {
        if (find_in_tree(document, "service") == nullptr)
            continue;
        const ConfigNode* name = find_in_tree(document, "name");
        units.push_back({name != nullptr ? plain_text(*name) : "service", std::move(document), {}});
    }
    return units;
}

/// "H100:2", or {H100: 2}.
void take_accelerators(DeployReading& reading) {
    const ConfigNode* node = reading.peek("resources>accelerators");
    if (node == nullptr || node->kind() != ConfigNode::Kind::kObject || node->members().size() != 1)
        return reading.take_gpu("resources>accelerators", GpuNaming::kSkyPilot);
    const std::string name = node->members().front().first;
    const std::string path = fmt::format("resources>accelerators>{}", name);
    reading.take_knob("", {"gpus.per_worker", path, KnobUnit::kCount});
    if (const auto gpu = gpu_named(GpuNaming::kSkyPilot, name))
        reading.set_text("gpu", *gpu);
    else
        reading.assume(fmt::format("no GPU: the accelerator \"{}\" is not known", name));
}

void read_skyserve_concurrency(DeployReading& reading) {
    if (const auto stated = reading.take_option("run", "--max-num-seqs"); stated && *stated > 0) {
        reading.set("concurrency", ConfigNode::integer("", *stated));
        return;
    }
    reading.set("concurrency", ConfigNode::integer("", 1));
    reading.assume("concurrency 1: what a server takes at once is in no such file; set your server's own");
}

void read_skyserve(DeployReading& reading) {
    reading.take("name");
    reading.set_text("platform", "skyserve");
    take_accelerators(reading);
    reading.take_knob("", kInitialDelay);
    read_skyserve_concurrency(reading);
    if (const ConfigNode* spot = reading.take("resources>use_spot");
        spot != nullptr && require_value(*spot).as_flag())
        reading.assume(
            "replicas on spot: their price is taken, their interruptions are not: give the pool a "
            "supply of kind spot (docs/failures.md)");
    if (reading.peek("service>replica_policy") == nullptr) {
        if (!reading.take_knob("", kFixedReplicas))
            throw InputError(reading.peek("service")->where(), "has neither replica_policy nor replicas");
        const ConfigNode replicas = *find_in_tree(reading.pool(), "policy>workers");
        reading.set("workers.max", replicas);
        reading.set_text("policy.name", "fixed");
        return;
    }
    reading.take_knobs("service>replica_policy>", kReplicaPolicy);
    reading.take_knob("service>replica_policy>", kOverprovision);
    if (reading.has("workers.max") && reading.has("policy.target_qps_per_replica")) {
        reading.set_text("policy.name", "skyserve");
        return;
    }
    // Without a target, SkyServe keeps min_replicas.
    const ConfigNode* floor = find_in_tree(reading.pool(), "workers>min");
    if (floor == nullptr)
        throw InputError(reading.peek("service>replica_policy")->where(), "has no min_replicas");
    const ConfigNode replicas = *floor;
    if (!reading.has("workers.max"))
        reading.set("workers.max", replicas);
    reading.set("policy",
                ConfigNode::object("", {{"name", ConfigNode::text("", "fixed")}, {"workers", replicas}}));
}

}  // namespace

DeployForm skyserve_form() {
    return {"skyserve",
            "SkyServe: the service section of a SkyPilot task, as YAML",
            "SkyServe",
            "skyserve",
            "#",
            kSkyServePolicies,
            "it sizes by requests a second after long delays, and no replica has a time-out of its own",
            nullptr,
            write_skyserve,
            yaml_text,
            [](std::string_view text) {
                return text.find("replica_policy:") != text.npos ||
                       (text.find("service:") != text.npos && text.find("readiness_probe") != text.npos);
            },
            skyserve_units,
            read_skyserve};
}

}  // namespace spillway
