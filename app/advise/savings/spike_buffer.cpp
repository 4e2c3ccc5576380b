#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/io/json_text.hpp"
#include "app/scenario/overlay_node.hpp"
#include "policies/registry.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kMostBaseWorkers = 6;

ConfigNode bare_pool(const AdvisedPool& pool) {
    return without_member(without_member(pool.own, "tags"), "policy");
}

/// Sizes of the base that are worth a look: up to a little more than the present fleet's mean.
std::int64_t most_base_workers(const AdviceGround& ground, const ConfigNode& base) {
    double mean = 0;
    for (const AdvisedPool* pool : ground.workers()) mean += pool->workers_mean;
    const ConfigNode* most = find_below(base, "workers", "max");
    return std::min({kMostBaseWorkers, most != nullptr ? most->as_integer() : kMostBaseWorkers,
                     static_cast<std::int64_t>(mean) + 2});
}

void add_pair(const AdviceGround& ground, const ConfigNode& base, const ConfigNode& buffer,
              std::vector<SavingTry>& tries) {
    const std::string first = text_at(base, "name");
    const std::string second = text_at(buffer, "name");
    const ConfigNode root = with_only_pools(ground.root(), {base, buffer});
    for (std::int64_t n = 1; n <= most_base_workers(ground, base); ++n) {
        const ConfigNode policy = advised_value(fmt::format(
            R"({{"name": "spike-buffer", "base": {}, "buffer": {}, "base_workers": {}, "when": "queue-age", "queue_age": "1s"}})",
            json_text(advised_text(first)), json_text(advised_text(second)), n));
        tries.push_back({fmt::format("{} x {}, {} for the rest", n, first, second),
                         with_member(root, {"policy", policy})});
    }
}

/// Sizes of the base that is there already.
void add_other_bases(const AdviceGround& ground, std::vector<SavingTry>& tries) {
    const ConfigNode& policy = *ground.root().find("policy");
    const std::int64_t present = count_at(policy, "base_workers", 0);
    if (present == 0)
        return;
    for (std::int64_t n = std::max<std::int64_t>(1, present - kMostBaseWorkers); n <= present + 1; ++n) {
        if (n != present)
            tries.push_back(
                {fmt::format("base of {} -> {}", present, n),
                 with_member(ground.root(),
                             {"policy", with_member(policy, {"base_workers", advised_count(n)})})});
    }
}

/// A pool like `pool`, bought otherwise; empty where the book has no such price.
std::optional<ConfigNode> bought_as(const AdviceGround& ground, const AdvisedPool& pool, Offer offer,
                                    std::string_view suffix) {
    const PriceBook::Entry* price = find_gpu_price(ground.book, pool, offer);
    if (price == nullptr || pool.own.find("platform") != nullptr)
        return std::nullopt;
    const ConfigNode named =
        with_member(bare_pool(pool), {"name", advised_text(pool.name + std::string(suffix))});
    return with_member(named,
                       {"price", ConfigNode::object("advise", {{"catalog", advised_text(price->name)}})});
}

}  // namespace

SavingProposal propose_spike_buffer(const AdviceGround& ground) {
    SavingProposal proposal;
    const ConfigNode* fleet = ground.root().find("policy");
    if (fleet != nullptr && policy_name(*fleet) == "spike-buffer") {
        add_other_bases(ground, proposal.tries);
        if (proposal.tries.empty())
            proposal.why_not = "it has one already, whose base follows a policy of its own";
        return proposal;
    }
    const std::vector<const AdvisedPool*> active = ground.workers();
    if (ground.has_flows() || active.empty()) {
        proposal.why_not = ground.has_flows()
                               ? "requests of several stages each have their pool: a base and a "
                                 "buffer would have to share one stage"
                               : "there is no pool of workers";
        return proposal;
    }
    std::vector<const AdvisedPool*> all = active;
    for (const AdvisedPool* pool : ground.spare_workers()) all.push_back(pool);
    for (const AdvisedPool* base : all) {
        for (const AdvisedPool* buffer : all) {
            if (base != buffer && base->own.find("platform") == nullptr &&
                buffer->own.find("platform") == nullptr && !(base->ruled_out && buffer->ruled_out))
                add_pair(ground, bare_pool(*base), bare_pool(*buffer), proposal.tries);
        }
    }
    if (all.size() == 1) {
        const AdvisedPool& own = *active.front();
        const bool own_instances =
            own.policy_word() == "fixed" || is_bought(ground.book, own, Offer::kOnDemand);
        const auto other = own_instances ? bought_as(ground, own, Offer::kServerless, "-buffer")
                                         : bought_as(ground, own, Offer::kOnDemand, "-base");
        if (other && own_instances)
            add_pair(ground, bare_pool(own), *other, proposal.tries);
        if (other && !own_instances)
            add_pair(ground, *other, bare_pool(own), proposal.tries);
    }
    if (proposal.tries.empty())
        proposal.why_not =
            "it needs a second way to buy the same workers: add a pool at an on-demand or serverless price "
            "(ruled out by its \"tags\" if it is not in use), or name a \"gpu\" that the price book sells so";
    return proposal;
}

}  // namespace spillway
