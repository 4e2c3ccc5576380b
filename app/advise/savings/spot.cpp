#include <algorithm>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"
#include "policies/registry.hpp"

namespace spillway {
namespace {

constexpr const char* kSpotZone = R"({"name": "advised-spot",
  "capacity": {"up": {"weibull": {"mean": "4.3h", "shape": 0.6}}, "down": {"exponential": {"mean": "1.6h"}}}})";
constexpr const char* kSpotSupply =
    R"({"name": "advised-spot", "zone": "advised-spot", "kind": "spot", "interruption": {"notice": "30s"}})";

bool is_spot(const AdviceGround& ground, const AdvisedPool& pool) {
    const std::string supply = text_at(pool.whole, "supply");
    const bool taken_back =
        std::any_of(ground.scenario.supplies.begin(), ground.scenario.supplies.end(),
                    [&](const SupplySpec& one) { return one.name == supply && one.spot; });
    return pool.workers && (taken_back || is_bought(ground.book, pool, Offer::kSpot));
}

const AdvisedPool* spot_pool(const AdviceGround& ground) {
    const auto found = std::find_if(ground.pools.begin(), ground.pools.end(),
                                    [&](const AdvisedPool& pool) { return is_spot(ground, pool); });
    return found == ground.pools.end() ? nullptr : &*found;
}

/// The pool that what is not batch goes to; nullptr where that cannot be told.
const AdvisedPool* interactive_pool(const AdviceGround& ground) {
    std::vector<const AdvisedPool*> own = ground.workers();
    std::erase_if(own, [&](const AdvisedPool* pool) { return is_spot(ground, *pool); });
    const auto elastic = std::find_if(
        own.begin(), own.end(), [](const AdvisedPool* pool) { return pool->seat == PolicySeat::kElastic; });
    if (elastic != own.end())
        return *elastic;
    return own.size() == 1 ? own.front() : nullptr;
}

std::vector<std::string> batch_classes(const AdviceGround& ground) {
    std::vector<std::string> names;
    for (const ScenarioClass& one : ground.scenario.classes) {
        if (one.deadline)
            names.push_back(one.spec.name);
    }
    return names;
}

ConfigNode appended(const ConfigNode& root, const std::string& member, const char* json) {
    std::vector<ConfigNode> items;
    if (const ConfigNode* list = root.find(member))
        items.assign(list->items().begin(), list->items().end());
    items.push_back(advised_value(json));
    return with_member(root, {member, ConfigNode::list("advise", std::move(items))});
}

/// A pool like `own` on spot instances, and the file with the zone that takes them back.
struct SpotPool {
    ConfigNode root;
    ConfigNode pool;
};

SpotPool bought_on_spot(const AdviceGround& ground, const AdvisedPool& own, const PriceBook::Entry& price) {
    ConfigNode root = appended(ground.root(), "zones", kSpotZone);
    root = appended(root, "supplies", kSpotSupply);
    ConfigNode pool = with_member(standing_alone(own), {"name", advised_text(own.name + "-spot")});
    pool =
        with_member(pool, {"price", ConfigNode::object("advise", {{"catalog", advised_text(price.name)}})});
    pool = with_member(pool, {"supply", advised_text("advised-spot")});
    pool = with_member(pool, {"on_worker_lost", advised_text("requeue")});
    return {
        std::move(root),
        with_member(pool, {"policy", advised_value(R"({"name": "scale-to-zero", "idle_timeout": "2m"})")})};
}

/// Batch classes to `spot`, all else to `own`; everything to `spot` where there is nothing else.
ConfigNode routed(const AdviceGround& ground, const ConfigNode& root, const ConfigNode& spot,
                  const AdvisedPool& own, const std::vector<std::string>& batch) {
    if (batch.size() == ground.scenario.classes.size())
        return with_only_pools(root, {spot});
    std::vector<ConfigNode::Member> classes;
    classes.reserve(batch.size());
    for (const std::string& name : batch) classes.emplace_back(name, *spot.find("name"));
    ConfigNode route = advised_value(R"({"name": "by-class"})");
    route = with_member(route, {"classes", ConfigNode::object("advise", std::move(classes))});
    route = with_member(route, {"otherwise", advised_text(own.name)});
    return with_member(with_only_pools(root, {standing_alone(own), spot}), {"route", std::move(route)});
}

ConfigNode scaled_like(ConfigNode pool, const ConfigNode& other) {
    const ConfigNode* policy = other.find("policy");
    if (pool.find("policy") == nullptr && policy != nullptr)
        pool = with_member(pool, {"policy", *policy});
    return pool;
}

/// Interactive traffic on the scenario's own spot pool, and what waits there on the present pool.
SavingProposal with_fallback(const AdviceGround& ground, const AdvisedPool* spot, const AdvisedPool* own) {
    SavingProposal proposal;
    if (spot == nullptr || own == nullptr) {
        proposal.why_not =
            "no class has a \"deadline\", so that nothing is known to bear an interruption: give the batch "
            "class "
            "one; or add a pool on a \"supply\" of kind \"spot\" (ruled out by \"requires\"), to try it with "
            "a "
            "fallback";
        return proposal;
    }
    const ConfigNode second = standing_alone(*own);
    const ConfigNode first = scaled_like(standing_alone(*spot), second);
    ConfigNode route = advised_value(R"({"name": "overflow", "when": "queue-age", "queue_age": "2s"})");
    route = with_member(
        route, {"pools", ConfigNode::list("advise", {advised_text(spot->name), advised_text(own->name)})});
    const ConfigNode root =
        with_member(with_only_pools(ground.root(), {first, second}), {"route", std::move(route)});
    proposal.tries.push_back({fmt::format("{} first, {} for what waited 2s", spot->name, own->name), root});
    ConfigNode idle =
        with_member(second, {"policy", advised_value(R"({"name": "scale-to-zero", "idle_timeout": "2m"})")});
    proposal.tries.push_back(
        {fmt::format("{} first, {} from zero for what waited 2s", spot->name, own->name),
         with_member(root, {"pools", ConfigNode::list("advise", {first, std::move(idle)})})});
    return proposal;
}

}  // namespace

SavingProposal propose_spot(const AdviceGround& ground) {
    SavingProposal proposal;
    const std::vector<std::string> batch = batch_classes(ground);
    const AdvisedPool* spot = spot_pool(ground);
    const AdvisedPool* own = interactive_pool(ground);
    if (ground.has_flows()) {
        proposal.why_not = "requests of several stages each have their pool: price that pool as spot";
        return proposal;
    }
    if (spot != nullptr && !spot->ruled_out) {
        proposal.why_not = fmt::format("spot pool \"{}\" is in use already", spot->name);
        return proposal;
    }
    if (batch.empty())
        return with_fallback(ground, spot, own);
    if (own == nullptr) {
        proposal.why_not = "it cannot be told which pool serves what is not batch";
        return proposal;
    }
    if (spot != nullptr) {
        const ConfigNode pool = scaled_like(standing_alone(*spot), standing_alone(*own));
        proposal.tries.push_back(
            {fmt::format("batch on {}", spot->name), routed(ground, ground.root(), pool, *own, batch)});
        return proposal;
    }
    const PriceBook::Entry* price = find_gpu_price(ground.book, *own, Offer::kSpot);
    if (price == nullptr || own->own.find("platform") != nullptr) {
        proposal.why_not = fmt::format(
            "the price book has no spot price of \"{}\" for such a worker: write one into a file that "
            "\"prices\" "
            "names, or add a pool on a \"supply\" of kind \"spot\" (ruled out by \"requires\")",
            text_at(own->whole, "gpu", "no GPU"));
        return proposal;
    }
    const SpotPool bought = bought_on_spot(ground, *own, *price);
    proposal.tries.push_back({fmt::format("batch at the price of {}", price->name),
                              routed(ground, bought.root, bought.pool, *own, batch)});
    return proposal;
}

}  // namespace spillway
