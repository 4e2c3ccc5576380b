#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/plan/plan_space.hpp"
#include "app/scenario/scenario.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {

/// Where a scenario says how a pool scales.
enum class PolicySeat : std::uint8_t {
    kOwn,       ///< in the pool, or in what its platform sets
    kPoolWise,  ///< in the scenario's policy "pool-wise"
    kBase,      ///< as the base of a policy over several pools
    kElastic,   ///< as the pool that takes what the base does not
    kShared,    ///< another policy over several pools
};

/// A pool of the scenario's file as savings look at it.
struct AdvisedPool {
    std::size_t number = 0;  ///< in the file's list
    std::string name;
    ConfigNode own{""};    ///< as the file has it
    ConfigNode whole{""};  ///< with what its platform sets; as the file has it where it is ruled out
    bool workers = true;   ///< GPUs of one's own, or else an API
    bool ruled_out = false;
    PolicySeat seat = PolicySeat::kOwn;
    std::optional<ConfigNode> policy;  ///< its scale policy, an object; empty: it has none of its own
    double workers_mean = 0;           ///< in the scenario's own run; 0 when it is ruled out

    /// "llm", "token-rate", ...
    std::string service() const;
    /// Whether its times depend on the tokens of a request.
    bool counts_tokens() const;
    /// Of its language model; empty for another service.
    std::string llm() const;
    /// What the policy is called; empty without one.
    std::string policy_word() const;
};

/// How many requests had which length, in tokens.
class LengthCounts {
public:
    void add(std::uint32_t tokens) {
        ++counts_[tokens];
        ++total_;
    }
    /// The smallest length that this share of the requests does not exceed; 0 without any request.
    std::uint32_t quantile(double share) const;

private:
    std::map<std::uint32_t, std::uint64_t> counts_;
    std::uint64_t total_ = 0;
};

/// What the user says of savings that change what is answered. Empty: a share of the traffic decides.
struct AdviceSettings {
    std::optional<std::uint32_t> answer_cap;  ///< tokens
    std::optional<std::uint32_t> prompt_cap;  ///< tokens
    double escalated = 0.2;  ///< share of the answers that a light model leaves to a heavy one
};

/// What savings are proposed on: a scenario and what its own run on the first part of the traffic showed.
struct AdviceGround {
    ScenarioFile file;
    Scenario scenario;
    PriceBook book;
    std::vector<AdvisedPool> pools;  ///< as the file lists them
    LengthCounts prompts;
    LengthCounts answers;
    AdviceSettings settings;

    const ConfigNode& root() const { return file.node(); }
    bool has_flows() const { return scenario.flows.has_value(); }
    /// Pools of workers that are not ruled out.
    std::vector<const AdvisedPool*> workers() const;
    /// Those that are ruled out.
    std::vector<const AdvisedPool*> spare_workers() const;
    /// "NAME: " where the scenario has several pools of workers, else nothing.
    std::string prefix(const AdvisedPool& pool) const;
};

/// Runs `tuned`, the scenario of the file on the first part of the traffic, once. Throws InputError for a
/// scenario that cannot be run, and for a pool without a price.
AdviceGround advice_ground(const ScenarioFile& file, const Scenario& tuned, const AdviceSettings& settings);

/// The file with another scale policy for that pool, wherever the file says it; of a pool that a policy over
/// several scales as it takes what the base does not, only the idle time-out can be another.
ConfigNode with_scale_policy(const ConfigNode& root, const AdvisedPool& pool, const ConfigNode& policy);

/// The pool as it would be one among others that the file names: its scale policy is written into it, and no
/// tag rules it out.
ConfigNode standing_alone(const AdvisedPool& pool);

/// The parameter of the pool's policy that goes by one of these names, or nullptr.
const ParamSpec* policy_knob(const AdvisedPool& pool, std::span<const std::string_view> names);

/// The cheapest price of the book, by the GPU and hour, for the pool's GPU under that offer, by the single
/// GPU or of instances with as many as a worker takes; forms of the GPU other than the one that was measured
/// come last. Nullptr when there is none.
const PriceBook::Entry* find_gpu_price(const PriceBook& book, const AdvisedPool& pool, Offer offer);

/// Whether the pool's price is one of the book under that offer.
bool is_bought(const PriceBook& book, const AdvisedPool& pool, Offer offer);

}  // namespace spillway
