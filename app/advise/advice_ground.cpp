#include "app/advise/advice_ground.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/advise/scenario_edit.hpp"
#include "app/prices/price_query.hpp"
#include "app/run/run_scenario.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/platform_price.hpp"
#include "app/scenario/scenario_prices.hpp"
#include "policies/registry.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Members of policies over several pools that name a base, and those that name what scales beside it.
constexpr std::array<std::string_view, 2> kElasticNames{"buffer", "serverless"};

class LengthObserver final : public RequestObserver {
public:
    LengthObserver(LengthCounts& prompts, LengthCounts& answers) : prompts_(prompts), answers_(answers) {}

    void request_ended(const RequestRecord& request) override {
        if (!request.measured || request.outcome != Outcome::kCompleted)
            return;
        prompts_.add(request.input_tokens);
        answers_.add(request.output_tokens);
    }

private:
    LengthCounts& prompts_;
    LengthCounts& answers_;
};

/// What the scenario's policy over several pools says of this one.
void seat_in_fleet(const ConfigNode& fleet, AdvisedPool& pool) {
    const std::string word = policy_name(fleet);
    if (word == "pool-wise") {
        const ConfigNode* own = find_below(fleet, "pools", pool.name);
        if (own == nullptr)
            return;
        pool.seat = PolicySeat::kPoolWise;
        pool.policy = *own;
        return;
    }
    if (fleet.kind() != ConfigNode::Kind::kObject)
        return;
    if (text_at(fleet, "base") == pool.name) {
        pool.seat = PolicySeat::kBase;
        const ConfigNode* policy = fleet.find("base_policy");
        pool.policy = policy != nullptr ? *policy
                                        : advised_value(fmt::format(R"({{"name": "fixed", "workers": {}}})",
                                                                    count_at(fleet, "base_workers", 0)));
        return;
    }
    for (const std::string_view name : kElasticNames) {
        if (text_at(fleet, name) == pool.name) {
            pool.seat = PolicySeat::kElastic;
            pool.policy = advised_value(fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}"}})",
                                                    text_at(fleet, "idle_timeout", "60s")));
            return;
        }
    }
    if (pool.whole.find("policy") == nullptr)
        pool.seat = PolicySeat::kShared;
}

AdvisedPool advised_pool(const ConfigNode& node, std::size_t number, const Scenario& scenario,
                         const PriceBook& book) {
    AdvisedPool pool;
    pool.number = number;
    pool.name = text_at(node, "name");
    pool.own = node;
    pool.ruled_out = std::any_of(scenario.ruled_out.begin(), scenario.ruled_out.end(),
                                 [&](const RuledOut& one) { return one.pool == pool.name; });
    pool.workers = text_at(node, "kind", "workers") == "workers";
    // Nobody has checked a pool that is ruled out.
    pool.whole = pool.ruled_out ? node : expand_platform(node, book);
    if (const ConfigNode* policy = pool.whole.find("policy"))
        pool.policy = *policy;
    if (scenario.policy && !pool.ruled_out)
        seat_in_fleet(*scenario.policy, pool);
    if (pool.policy && pool.policy->kind() == ConfigNode::Kind::kText)
        pool.policy = ConfigNode::object(pool.policy->where(), {{"name", *pool.policy}});
    return pool;
}

}  // namespace

std::string AdvisedPool::service() const {
    const ConfigNode* service = whole.find("service");
    return service == nullptr ? std::string{} : text_at(*service, "model");
}

bool AdvisedPool::counts_tokens() const {
    constexpr std::array<std::string_view, 3> kTokenServices{"token-rate", "llm", "learned"};
    const std::string word = service();
    return std::find(kTokenServices.begin(), kTokenServices.end(), word) != kTokenServices.end();
}

std::string AdvisedPool::llm() const {
    return service() == "llm" ? text_at(*whole.find("service"), "llm") : std::string{};
}

std::string AdvisedPool::policy_word() const { return policy ? policy_name(*policy) : std::string{}; }

std::uint32_t LengthCounts::quantile(double share) const {
    std::uint64_t seen = 0;
    for (const auto& [tokens, count] : counts_) {
        seen += count;
        if (static_cast<double>(seen) >= share * static_cast<double>(total_))
            return tokens;
    }
    return 0;
}

std::vector<const AdvisedPool*> AdviceGround::workers() const {
    std::vector<const AdvisedPool*> found;
    for (const AdvisedPool& pool : pools) {
        if (pool.workers && !pool.ruled_out)
            found.push_back(&pool);
    }
    return found;
}

std::vector<const AdvisedPool*> AdviceGround::spare_workers() const {
    std::vector<const AdvisedPool*> found;
    for (const AdvisedPool& pool : pools) {
        if (pool.workers && pool.ruled_out)
            found.push_back(&pool);
    }
    return found;
}

std::string AdviceGround::prefix(const AdvisedPool& pool) const {
    return workers().size() > 1 || pool.ruled_out ? pool.name + ": " : std::string{};
}

AdviceGround advice_ground(const ScenarioFile& file, const Scenario& tuned, const AdviceSettings& settings) {
    AdviceGround ground{file, file.scenario(), scenario_prices(tuned), {}, {}, {}, settings};
    const ConfigNode* pools = file.node().find("pools");
    for (std::size_t i = 0; i < pools->items().size(); ++i)
        ground.pools.push_back(advised_pool(pools->items()[i], i, ground.scenario, ground.book));
    LengthObserver lengths(ground.prompts, ground.answers);
    Onlookers onlookers;
    onlookers.requests.push_back(&lengths);
    const RunResult result = run_scenario(tuned, onlookers);
    for (const PoolResult& one : result.pools) {
        if (!one.bill)
            throw InputError(
                tuned.where,
                fmt::format("pool \"{}\" has no price, so that nothing is known to save money",
                            one.setup.name),
                R"(write "price": "$2.49/h", or "price": {"catalog": ...}; `spillway list prices`)");
        for (AdvisedPool& pool : ground.pools) {
            if (pool.name == one.setup.name)
                pool.workers_mean = one.workers_mean;
        }
    }
    return ground;
}

ConfigNode with_scale_policy(const ConfigNode& root, const AdvisedPool& pool, const ConfigNode& policy) {
    const ConfigNode* fleet = root.find("policy");
    switch (pool.seat) {
        case PolicySeat::kPoolWise: {
            const ConfigNode pools = with_member(*fleet->find("pools"), {pool.name, policy});
            return with_member(root, {"policy", with_member(*fleet, {"pools", pools})});
        }
        case PolicySeat::kBase:
            return with_member(root, {"policy", with_member(without_member(*fleet, "base_workers"),
                                                            {"base_policy", policy})});
        case PolicySeat::kElastic: {
            const ConfigNode* idle = policy.find("idle_timeout");
            return idle == nullptr
                       ? root
                       : with_member(root, {"policy", with_member(*fleet, {"idle_timeout", *idle})});
        }
        case PolicySeat::kOwn:
        case PolicySeat::kShared:
            break;
    }
    const ConfigNode& own = root.find("pools")->items()[pool.number];
    return with_pool(root, pool.number, with_member(own, {"policy", policy}));
}

ConfigNode standing_alone(const AdvisedPool& pool) {
    ConfigNode bare = without_member(pool.own, "tags");
    if (!pool.policy || pool.seat == PolicySeat::kOwn || pool.seat == PolicySeat::kShared)
        return bare;
    return with_member(bare, {"policy", *pool.policy});
}

const ParamSpec* policy_knob(const AdvisedPool& pool, std::span<const std::string_view> names) {
    const std::string word = pool.policy_word();
    for (const ScalePolicyEntry& entry : scale_policies()) {
        if (entry.name != word)
            continue;
        for (const std::string_view name : names) {
            const auto found = std::find_if(entry.params.begin(), entry.params.end(),
                                            [&](const ParamSpec& one) { return one.name == name; });
            if (found != entry.params.end())
                return &*found;
        }
    }
    return nullptr;
}

const PriceBook::Entry* find_gpu_price(const PriceBook& book, const AdvisedPool& pool, Offer offer) {
    const std::string gpu = text_at(pool.whole, "gpu");
    const ConfigNode* per_worker = find_below(pool.whole, "gpus", "per_worker");
    const std::int64_t gpus = per_worker != nullptr ? per_worker->as_integer() : 1;
    const PriceBook::Entry* best = nullptr;
    if (gpu.empty())
        return best;
    std::pair<std::size_t, Money> least;
    for (const PriceBook::Entry& entry : book.entries()) {
        const std::optional<std::size_t> form = gpu_form(entry, gpu);
        const bool fits = entry.contract.per == PricePer::kGpu || entry.contract.gpus.value_or(1) == gpus;
        if (!form || entry.offer != offer || !fits || !entry.contract.price)
            continue;
        // The name itself means the first form.
        const std::pair<std::size_t, Money> rank{std::max<std::size_t>(*form, 1), *gpu_hour(entry.contract)};
        if (best == nullptr || rank < least) {
            best = &entry;
            least = rank;
        }
    }
    return best;
}

bool is_bought(const PriceBook& book, const AdvisedPool& pool, Offer offer) {
    const ConfigNode* price = find_below(pool.whole, "price", "catalog");
    const auto entries = book.entries();
    return price != nullptr &&
           std::any_of(entries.begin(), entries.end(), [&](const PriceBook::Entry& entry) {
               return entry.name == price->as_text() && entry.offer == offer;
           });
}

}  // namespace spillway
