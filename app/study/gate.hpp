#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/study/compare.hpp"

namespace spillway {

/// How far a metric may move to the worse: "cost=+2%" of base's mean, "failed=+0.1pp" of the requests,
/// "p99=+200ms" or "cost=+$0.05" in its own unit. Metrics of which more is better may fall so far:
/// "inside=-0.5pp".
struct Limit {
    Metric metric;
    double amount = 0;  ///< to the worse, 0 or more: a ratio, or in the metric's unit
    bool relative = false;
    std::string text;  ///< as the user wrote it
};
/// Throws InputError at `where`.
Limit parse_limit(const std::string& text, const std::string& where);

/// The limits of a gate that names none.
std::vector<Limit> default_limits();

/// Differences of inputs that are no failure.
struct AllowedChanges {
    bool prices = false;
    bool traffic = false;
    bool files = false;
};
/// "prices,traffic", or "all". Throws InputError at `where`.
AllowedChanges parse_allowed(std::string_view text, const std::string& where);

/// What a gate says of one metric, or of a whole scenario.
enum class GateOutcome : std::uint8_t { kPass, kWarn, kFail };

struct GateRow {
    MetricComparison comparison;
    std::string limit;  ///< as the user wrote it
    GateOutcome outcome = GateOutcome::kPass;
    std::string why;  ///< of a warning or failure
};

/// One scenario of the gate.
struct GateResult {
    std::string scenario;
    std::optional<Comparison> comparison;  ///< empty: one side lacks the scenario
    std::vector<GateRow> rows;
    Verdict verdict = Verdict::kSame;  ///< the worst of its rows, or changed, or missing
    GateOutcome outcome = GateOutcome::kPass;
    std::string why;  ///< of changed and missing
};

struct GateRules {
    std::vector<Limit> limits;
    std::vector<Limit> warnings;
    AllowedChanges allowed;
    bool strict = false;  ///< unclear fails
};

/// Judges head against base: a metric fails when its whole interval lies beyond its limit, is unclear when
/// the interval reaches beyond it, and passes otherwise; inputs that differ without being allowed fail as
/// changed.
GateResult judge(const ScenarioRuns& base, const ScenarioRuns& head, const GateRules& rules);

/// A scenario that only one side has: missing when it is base, else new, which passes.
GateResult one_sided(const std::string& scenario, bool in_base);

/// The worst of all.
GateOutcome overall(std::span<const GateResult> results);

std::string gate_text(std::span<const GateResult> results);
std::string gate_markdown(std::span<const GateResult> results);
std::string gate_junit(std::span<const GateResult> results);
std::string gate_json(std::span<const GateResult> results);

}  // namespace spillway
