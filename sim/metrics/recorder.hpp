#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/fleet/observer.hpp"
#include "sim/metrics/class_tally.hpp"
#include "sim/metrics/slo.hpp"
#include "sim/metrics/slo_judge.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// Turns the requests of a run into its summary: counts by outcome, latencies, where the time went, and which
/// objectives hold. Memory does not grow with the run. Owned by the run; single-threaded.
class Recorder : public RequestObserver {
public:
    /// `classes` by ClassId. Class ids in `slos` lie among them, and those in `figures`, which are told
    /// beside the objectives and judge nothing.
    Recorder(std::vector<MeasuredClass> classes, std::vector<Slo> slos, std::vector<Slo> figures = {});

    /// CHECKs that the parts of a completed request add up to its total.
    void request_ended(const RequestRecord& request) override;

    /// Of everything seen so far.
    Summary summarise() const;

private:
    struct Reason {
        Outcome outcome;
        std::string_view text;  // static, as in RequestRecord
    };
    std::size_t reason_index(const RequestRecord& request);
    ClassSummary summarise(const std::string& name, const ClassTally& tally) const;
    /// Of the class that the figure names, or of all of them.
    const ClassTally& tally_for(const Slo& figure, const ClassTally& all) const;

    std::vector<MeasuredClass> classes_;
    std::vector<Slo> slos_;
    std::vector<Slo> figures_;
    SloJudge judge_;
    std::vector<ClassTally> tallies_;  // by ClassId
    std::vector<Reason> reasons_;      // in the order first seen
};

}  // namespace spillway
