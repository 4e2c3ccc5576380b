#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/advise/advice_rank.hpp"
#include "app/advise/saving.hpp"
#include "app/plan/race.hpp"

namespace spillway {

/// How savings are tried.
struct AdviceRules {
    RaceRules race{4, 3, {}};       ///< of the settings of each saving, on the first part of the traffic
    std::uint64_t confirm = 20;     ///< replications of the chosen setting on the second
    std::vector<std::string> only;  ///< names of savings; empty: all
    std::vector<std::string> skip;  ///< names of savings that are left out
    AdviceSettings settings;
    std::size_t most_together = 3;  ///< savings at most that are tried together
};

/// The setting that was chosen on the first part of the traffic, and what the second says of it.
struct AdvisedSetting {
    Candidate candidate;
    std::optional<Change> tuned;  ///< share of the cost that it saved on the first part
    Replications runs;            ///< on the second; readings as Advice::metrics says
    Standing standing = Standing::kOpen;
    std::string reason;           ///< why it misses, or what is open
    std::optional<Change> saved;  ///< share of the cost; below 0: it costs more
    Change saved_usd;             ///< an hour
    std::optional<Change> saved_month_usd;

    /// The whole interval lies above 0, and above what rounding leaves.
    bool surely_saves() const noexcept { return saved_usd.low() > kNoMoney; }
};

/// What became of one saving.
struct AdviceRow {
    const Saving* saving = nullptr;
    std::size_t tries = 0;
    std::size_t refused = 0;  ///< of them: cannot be run
    std::string why_not;      ///< it does not apply, or none of its settings can be run; empty: it was tried
    std::optional<AdvisedSetting> setting;
};

/// Savings that hold, on top of each other.
struct AdvisedTogether {
    std::vector<const Saving*> savings;  ///< in the order in which they were added
    AdvisedSetting setting;
};

/// Each known saving on a scenario.
struct Advice {
    std::string scenario;
    std::vector<PlannedObjective> objectives;  ///< on the second part
    bool own_objectives = true;      ///< false: there are none, and what is promised is to stay near what is
    std::vector<Metric> metrics;     ///< of runs: cost, the objectives' figures, and those of `shown`
    std::vector<std::size_t> shown;  ///< metrics that rows show: p95 and p99 of the total, of the first token
    std::optional<std::size_t> month;  ///< the metric that is a month's money, where one can be told
    Vary vary;
    std::string split;
    Replications base;  ///< the scenario as it stands, on the second part
    Standing base_standing = Standing::kOpen;
    std::string base_reason;
    std::vector<AdviceRow>
        rows;  ///< what holds first, the most money first; then what is open, misses, lacks
    std::optional<AdvisedTogether> together;
};

/// Tries each known saving on one part of the traffic and confirms its best setting on the other with draws
/// of its own. Throws InputError for a scenario that cannot be run, and for one without prices.
Advice advise(const ScenarioFile& file, const AdviceRules& rules);

/// "idle time-out + cap on answer tokens".
std::string together_names(const AdvisedTogether& together);

std::string advice_text(const Advice& advice);
std::string advice_json(const Advice& advice);
/// One row a saving.
std::string advice_csv(const Advice& advice);

}  // namespace spillway
