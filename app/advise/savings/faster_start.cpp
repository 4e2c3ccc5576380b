#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"
#include "models/cold_start/loaders.hpp"
#include "models/cold_start/startup_presets.hpp"

namespace spillway {
namespace {

constexpr std::string_view kSnapshotPreset = "modal/memory-snapshot";
constexpr std::string_view kCacheStorage = "nvme-29.4gb/s";
constexpr std::array kCacheLoaders{"safetensors", "serverlessllm"};

/// The pool's start as an object, whichever way it is written; empty where it takes no time.
std::optional<ConfigNode> written_start(const AdvisedPool& pool) {
    const ConfigNode* start = pool.whole.find("startup");
    if (start == nullptr)
        return std::nullopt;
    if (start->kind() == ConfigNode::Kind::kList)
        return ConfigNode::object("advise", {{"phases", *start}});
    return *start;
}

/// Whether starts restore a snapshot already, by themselves or by their preset.
bool restores(const ConfigNode& start) {
    const ConfigNode* preset = start.find("preset");
    return start.find("snapshot") != nullptr ||
           (preset != nullptr && find_startup_preset(preset->as_text(), preset->where()).snapshot);
}

ConfigNode with_start(const ConfigNode& root, const AdvisedPool& pool, ConfigNode start) {
    const ConfigNode& own = root.find("pools")->items()[pool.number];
    return with_pool(root, pool.number, with_member(own, {"startup", std::move(start)}));
}

/// `change` for each pool alone, and for all of them where there are several.
template <class Change>
void for_pools(const AdviceGround& ground, const std::vector<const AdvisedPool*>& pools,
               const std::string& words, const Change& change, std::vector<SavingTry>& tries) {
    ConfigNode all = ground.root();
    for (const AdvisedPool* pool : pools) {
        tries.push_back({ground.prefix(*pool) + words, change(ground.root(), *pool)});
        all = change(all, *pool);
    }
    if (pools.size() > 1)
        tries.push_back({"all pools: " + words, std::move(all)});
}

bool is_fetched(const ConfigNode& phase) {
    return text_at(phase, "phase") == "weights" && phase.find("bandwidth") != nullptr;
}

bool fetches_weights(const ConfigNode& start) {
    const ConfigNode* phases = start.find("phases");
    return phases != nullptr && phases->kind() == ConfigNode::Kind::kList &&
           std::any_of(phases->items().begin(), phases->items().end(), is_fetched);
}

template <class Change>
ConfigNode with_weights(const ConfigNode& root, const AdvisedPool& pool, const Change& change) {
    const ConfigNode start = *written_start(pool);
    std::vector<ConfigNode> phases;
    for (const ConfigNode& phase : start.find("phases")->items())
        phases.push_back(is_fetched(phase) ? change(phase) : phase);
    return with_start(root, pool,
                      with_member(start, {"phases", ConfigNode::list("advise", std::move(phases))}));
}

/// Every start reads the weights from its host's disk.
ConfigNode from_disk(ConfigNode phase, const char* loader) {
    for (const std::string_view member : {"bandwidth", "noise", "latency", "over", "error"})
        phase = without_member(phase, member);
    phase = with_member(phase, {"loader", advised_text(loader)});
    return with_member(phase, {"storage", advised_text(std::string(kCacheStorage))});
}

/// Starts on a host that has the weights read them from its disk, others fetch them.
ConfigNode kept_on_disk(const ConfigNode& phase, const std::string& pool) {
    const Loader& loader = find_loader(kCacheLoaders.front(), std::string(kCacheStorage), "advise", "advise");
    ConfigNode kept =
        with_member(phase, {"cached_bandwidth", advised_text(fmt::format("{:.0f}B/s", loader.bandwidth))});
    if (phase.find("weights") == nullptr)
        kept = with_below(kept, "weights", "name", advised_text(pool));
    return kept;
}

ConfigNode with_host_caches(const ConfigNode& root) {
    std::vector<ConfigNode> hosts;
    for (const ConfigNode& group : root.find("hosts")->items())
        hosts.push_back(group.find("weight_cache") != nullptr
                            ? group
                            : with_member(group, {"weight_cache", advised_text("1TB")}));
    return with_member(root, {"hosts", ConfigNode::list("advise", std::move(hosts))});
}

}  // namespace

SavingProposal propose_snapshot(const AdviceGround& ground) {
    SavingProposal proposal;
    const StartupPreset& preset = find_startup_preset(kSnapshotPreset, "advise");
    const ConfigNode snapshot = without_member(*preset.snapshot, "replaces");
    std::vector<const AdvisedPool*> pools;
    for (const AdvisedPool* pool : ground.workers()) {
        const auto start = written_start(*pool);
        if (start && !restores(*start))
            pools.push_back(pool);
    }
    for_pools(
        ground, pools, "as modal/memory-snapshot",
        [&](const ConfigNode& root, const AdvisedPool& pool) {
            return with_start(root, pool, with_member(*written_start(pool), {"snapshot", snapshot}));
        },
        proposal.tries);
    if (proposal.tries.empty())
        proposal.why_not = "no pool of workers has a \"startup\" without a snapshot";
    return proposal;
}

SavingProposal propose_weight_cache(const AdviceGround& ground) {
    SavingProposal proposal;
    std::vector<const AdvisedPool*> pools;
    for (const AdvisedPool* pool : ground.workers()) {
        const auto start = written_start(*pool);
        if (start && fetches_weights(*start))
            pools.push_back(pool);
    }
    if (ground.root().find("hosts") != nullptr && !pools.empty()) {
        AdviceGround cached = ground;
        cached.file = ScenarioFile(with_host_caches(ground.root()), ground.file.folder());
        for_pools(
            cached, pools, "kept by the hosts",
            [&](const ConfigNode& root, const AdvisedPool& pool) {
                return with_weights(root, pool,
                                    [&](const ConfigNode& phase) { return kept_on_disk(phase, pool.name); });
            },
            proposal.tries);
        return proposal;
    }
    for (const char* loader : kCacheLoaders)
        for_pools(
            ground, pools, fmt::format("{} from {}", loader, kCacheStorage),
            [&](const ConfigNode& root, const AdvisedPool& pool) {
                return with_weights(root, pool,
                                    [&](const ConfigNode& phase) { return from_disk(phase, loader); });
            },
            proposal.tries);
    if (proposal.tries.empty())
        proposal.why_not =
            "no start has a phase \"weights\" with a \"bandwidth\" at which they come from elsewhere";
    return proposal;
}

}  // namespace spillway
