#include "app/calibrate/drift_report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/report/table.hpp"

namespace spillway {
namespace {

constexpr std::array kVerdicts{Drift::kSlower, Drift::kFaster, Drift::kSame, Drift::kUnclear,
                               Drift::kMissing};

std::string summary(const std::vector<ProbeDrift>& drifts, double threshold) {
    std::vector<std::string> counts;
    for (const Drift verdict : kVerdicts) {
        const auto count = std::count_if(drifts.begin(), drifts.end(), [verdict](const ProbeDrift& drift) {
            return drift.verdict == verdict;
        });
        if (count > 0)
            counts.push_back(fmt::format("{} {}", count, drift_name(verdict)));
    }
    return fmt::format("B against A, by {:.1f} %: {}.\n\n", 100 * threshold, fmt::join(counts, ", "));
}

std::string change(double ratio) { return fmt::format("{:+.1f}", 100 * (ratio - 1)); }

}  // namespace

std::string drift_report(const std::vector<ProbeDrift>& drifts, double threshold) {
    TextTable table({"probe", "verdict", "points", "time %", "from", "to"});
    std::string notes;
    for (const ProbeDrift& drift : drifts) {
        const bool compared = drift.verdict != Drift::kMissing;
        table.add({drift.probe, std::string(drift_name(drift.verdict)), fmt::format("{}", drift.points),
                   compared ? change(drift.ratio) : "-", compared ? change(drift.low) : "-",
                   compared ? change(drift.high) : "-"});
        if (!drift.reason.empty())
            notes += fmt::format("{}: {}\n", drift.probe, drift.reason);
        for (const std::string& point : drift.changed)
            notes += fmt::format("{}, apart from the rest: {}\n", drift.probe, point);
    }
    return summary(drifts, threshold) + table.text() + (notes.empty() ? "" : "\n" + notes);
}

bool holds_still(const std::vector<ProbeDrift>& drifts) {
    return std::all_of(drifts.begin(), drifts.end(), [](const ProbeDrift& drift) {
        return drift.verdict == Drift::kSame || drift.verdict == Drift::kFaster;
    });
}

}  // namespace spillway
