#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/why/causes.hpp"
#include "app/why/story.hpp"
#include "sim/metrics/latency_parts.hpp"

namespace spillway {

/// The completed requests around a percentile of the total: those whose rank lies half a percent below it to
/// half a percent above.
struct Band {
    Quantile percentile;
    Duration low{0};
    Duration high{0};
    bool exact = true;  ///< above 10,000 requests the ends are those of the histogram's bins
    std::array<double, kLatencyParts> mean_seconds{};

    bool holds(Duration total) const;
};

/// Finds a band in a first pass. Constant memory.
class BandFinder final : public RequestObserver {
public:
    /// Of one class, or of all.
    explicit BandFinder(std::optional<ClassId> only) : only_(only) {}
    void request_ended(const RequestRecord& request) override;
    /// Empty when no request completed. Requires: the percentile lies between 0.5 and 99.5.
    std::optional<Band> find(Quantile percentile) const;

private:
    std::optional<ClassId> only_;
    LatencyParts parts_;
};

/// Requests whose starts one rule ordered.
struct RuleFigures {
    std::uint64_t requests = 0;
    SummedTime until_ordered{0};  ///< that they waited before the order
    SummedTime start{0};          ///< cold start and load
    std::uint64_t with_lag = 0;   ///< of the requests, those whose decision's figure could be followed
    SummedTime wait{0};           ///< of these
    SummedTime wait_at_once{0};   ///< and what it would have been, had the decision come at once
    SummedTime sampling{0};       ///< of these, the parts of MetricLag
    SummedTime averaging{0};
    SummedTime delay{0};
    SummedTime tick{0};
    SummedTime hold{0};

    SummedTime lag() const { return sampling + averaging + delay + tick + hold; }
};

/// What the requests of a band have in common.
struct BandFindings {
    static constexpr std::size_t kTypical = 3;

    std::uint64_t requests = 0;
    SummedTime total{0};
    std::array<SummedTime, kCauses> times{};             ///< add up to the total
    std::array<std::uint64_t, kCauses> requests_with{};  ///< that any of it had
    std::uint64_t waited_for_start = 0;
    std::uint64_t came_back = 0;  ///< from a worker that was lost
    std::uint64_t preempted = 0;  ///< by their engine
    std::uint64_t preemptions = 0;
    std::uint64_t contended = 0;  ///< the start lost time on shared links
    SummedTime contention{0};
    std::uint64_t missed_cache = 0;  ///< the start's host could have kept what it fetched
    std::uint64_t at_limit = 0;      ///< the pool wanted more workers than it may have when they came
    std::map<std::string, RuleFigures> rules;  ///< of the starts that requests waited for
    std::map<std::string, RuleFigures>
        reliefs;                        ///< of those that turned ready while they waited behind others
    std::vector<RequestStory> typical;  ///< those whose parts are nearest to the band's means
};

/// Looks closely in a second pass. Memory does not grow with the run.
class BandFold {
public:
    BandFold(const Band& band, std::optional<ClassId> only) : band_(band), only_(only) {}
    void add(const RequestStory& story);
    const BandFindings& findings() const noexcept { return findings_; }

private:
    void add_start(const RequestStory& story);
    static void add_rule(RuleFigures& rule, const RequestStory& story, const StartStory& start);
    void add_typical(const RequestStory& story);

    Band band_;
    std::optional<ClassId> only_;
    BandFindings findings_;
    std::vector<double> distances_;  // of the typical ones, ascending
};

/// What ordered the start: the rule of the decision, or what stands for one.
std::string rule_of(const StartStory& start);

}  // namespace spillway
