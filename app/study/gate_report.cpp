#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/study/gate.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kOutcomes{"pass", "warn", "FAIL"};

std::string_view outcome_name(GateOutcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }

std::string mean_of(const MetricComparison& one, const Estimate& figure) {
    if (figure.has_mean())
        return show_value(one.metric.unit, figure.mean);
    return figure.never > 0 ? "never" : "-";
}

std::string why_words(const std::string& why) { return why.empty() ? why : ": " + why; }

std::string verdict_words(const GateRow& row) {
    return fmt::format("{}{}", verdict_name(row.comparison.verdict), why_words(row.why));
}

std::string summary_line(std::span<const GateResult> results) {
    std::array<std::size_t, 3> counts{};
    for (const GateResult& result : results) ++counts.at(static_cast<std::size_t>(result.outcome));
    return fmt::format("{}: {} passed, {} with warnings, {} failed", show_counted(results.size(), "scenario"),
                       counts[0], counts[1], counts[2]);
}

/// A cell of a Markdown table.
std::string cell(std::string_view text) {
    std::string safe;
    for (const char c : text) safe += c == '|' ? "\\|" : c == '\n' ? "<br>" : std::string(1, c);
    return safe;
}

std::string xml(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                // XML 1.0 has no other control characters.
                safe += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        }
    }
    return safe;
}

std::string markdown_row(const GateResult& result, const GateRow& row) {
    const MetricComparison& one = row.comparison;
    return fmt::format("| {} | {} | {} | {} | {} | {} | **{}** {} |\n", cell(result.scenario),
                       cell(one.metric.name), cell(mean_of(one, one.base)), cell(mean_of(one, one.head)),
                       cell(show_change(one)), cell(row.limit), outcome_name(row.outcome),
                       cell(verdict_words(row)));
}

std::string method_line(std::span<const GateResult> results) {
    for (const GateResult& result : results) {
        if (result.comparison)
            return fmt::format("{} a side, 95% intervals; what varies: {}; {}.\n",
                               show_counted(result.comparison->replications, "replication"),
                               show_vary(result.comparison->vary),
                               result.comparison->paired ? "paired by common random numbers" : "not paired");
    }
    return {};
}

/// Of the rows that are not silent, or of all.
std::string markdown_table(std::span<const GateResult> results, bool all) {
    std::string rows;
    for (const GateResult& result : results) {
        for (const GateRow& row : result.rows) {
            const bool silent =
                row.outcome == GateOutcome::kPass && row.comparison.verdict != Verdict::kBetter;
            if (all || !silent)
                rows += markdown_row(result, row);
        }
        if (!result.why.empty())
            rows += fmt::format("| {} | | | | | | **{}** {}: {} |\n", cell(result.scenario),
                                outcome_name(result.outcome), verdict_name(result.verdict), cell(result.why));
    }
    if (rows.empty())
        return rows;
    return "| scenario | metric | base | head | change | limit | verdict |\n|---|---|---|---|---|---|---|\n" +
           rows;
}

}  // namespace

std::string gate_text(std::span<const GateResult> results) {
    TextTable table({"scenario", "metric", "base", "head", "change", "limit", "", "verdict"}, {0, 1, 6, 7});
    for (const GateResult& result : results) {
        for (const GateRow& row : result.rows) {
            const MetricComparison& one = row.comparison;
            table.add({result.scenario, one.metric.name, mean_of(one, one.base), mean_of(one, one.head),
                       show_change(one), row.limit, std::string(outcome_name(row.outcome)),
                       verdict_words(row)});
        }
        if (!result.why.empty())
            table.add({result.scenario, "", "", "", "", "", std::string(outcome_name(result.outcome)),
                       fmt::format("{}: {}", verdict_name(result.verdict), result.why)});
    }
    std::string notes;
    for (const GateResult& result : results) {
        for (const std::string& note :
             result.comparison ? result.comparison->notes : std::vector<std::string>{})
            notes += fmt::format("  {}: {}\n", result.scenario, note);
    }
    return summary_line(results) + "\n" + method_line(results) + table.text() + notes;
}

std::string gate_markdown(std::span<const GateResult> results) {
    std::string text =
        fmt::format("### Spillway: {}\n\n{}.\n\n", outcome_name(overall(results)), summary_line(results));
    const std::string table = markdown_table(results, false);
    text += table.empty() ? "No metric moved beyond its limit.\n" : table;
    return text + fmt::format("\n<details><summary>All metrics</summary>\n\n{}\n{}\n</details>\n",
                              markdown_table(results, true), method_line(results));
}

std::string gate_junit(std::span<const GateResult> results) {
    std::string cases;
    std::size_t count = 0;
    std::size_t failures = 0;
    const auto add = [&](const std::string& suite, const std::string& name, GateOutcome outcome,
                         const std::string& words) {
        ++count;
        cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", xml(suite), xml(name));
        if (outcome == GateOutcome::kFail) {
            ++failures;
            cases += fmt::format(">\n    <failure message=\"{}\"/>\n  </testcase>\n", xml(words));
        } else if (outcome == GateOutcome::kWarn) {
            cases += fmt::format(">\n    <system-out>{}</system-out>\n  </testcase>\n", xml(words));
        } else {
            cases += "/>\n";
        }
    };
    for (const GateResult& result : results) {
        for (const GateRow& row : result.rows)
            add(result.scenario, row.limit, row.outcome,
                fmt::format("{} ({}): {}", row.comparison.metric.name, show_change(row.comparison),
                            verdict_words(row)));
        if (!result.why.empty())
            add(result.scenario, "inputs", result.outcome,
                fmt::format("{}: {}", verdict_name(result.verdict), result.why));
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"spillway check\" tests=\"{}\" "
        "failures=\"{}\" errors=\"0\">\n{}</testsuite>\n",
        count, failures, cases);
}

std::string gate_json(std::span<const GateResult> results) {
    Json json{{"outcome", outcome_name(overall(results))}};
    json["scenarios"] = Json::array();
    for (const GateResult& result : results) {
        Json one{{"scenario", result.scenario},
                 {"outcome", outcome_name(result.outcome)},
                 {"verdict", verdict_name(result.verdict)},
                 {"why", result.why}};
        one["metrics"] = Json::array();
        for (const GateRow& row : result.rows)
            one["metrics"].push_back({{"metric", row.comparison.metric.name},
                                      {"limit", row.limit},
                                      {"outcome", outcome_name(row.outcome)},
                                      {"verdict", verdict_name(row.comparison.verdict)},
                                      {"why", row.why}});
        one["comparison"] =
            result.comparison ? Json::parse(comparison_json({*result.comparison}))[0] : Json(nullptr);
        json["scenarios"].push_back(one);
    }
    return json.dump(2) + "\n";
}

}  // namespace spillway
