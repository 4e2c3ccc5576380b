#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/backtest/bill_residual.hpp"
#include "app/backtest/log_replay.hpp"
#include "app/backtest/replay_window.hpp"
#include "app/study/estimate.hpp"
#include "app/study/metric.hpp"
#include "app/study/scenario_file.hpp"
#include "app/study/vary.hpp"

namespace spillway {

/// How far a prediction may be off: of the bill's total, or of one metric.
struct Tolerance {
    std::optional<Metric> metric;  ///< empty: the bill
    double most = 0;               ///< a share of what was billed or measured; of a share, in shares
};

/// Reads "5%", which is for the bill where there is one and else for each metric that is compared, "bill=5%",
/// or "p95 total=10%". Throws InputError.
std::vector<Tolerance> parse_tolerance(const std::string& text, bool has_bill,
                                       const std::vector<Metric>& metrics, const std::string& where);

/// How a back-test is done.
struct BackTestRules {
    std::uint64_t replications = 20;
    Vary vary{.luck = true, .traffic = false, .model = true};
    std::optional<std::vector<Metric>> metrics;  ///< empty: what the log tells of the usual ones
    std::vector<LineMapping> mappings;
    std::vector<std::string> tolerances;  ///< as parse_tolerance() reads them
    WindowWishes window;
};

/// One metric, measured and predicted.
struct MetricResidual {
    Metric metric;
    Reading measured = Reading::nothing();
    Estimate predicted;
    /// Whether what was measured lies where 95% of single replications do; empty: there is no such range.
    std::optional<bool> inside;

    /// Predicted less measured; empty where one of them is no value.
    std::optional<double> residual() const;
};

/// What became of one tolerance.
struct ToleranceVerdict {
    std::string name;
    double most = 0;
    std::optional<double> off;  ///< empty: one of the two is no value, or nothing was billed or measured
    bool holds = false;
};

/// A fleet's prediction of what happened, and what did. Residuals are predicted less actual.
struct BackTest {
    std::string scenario;
    std::string log;
    std::string log_format;
    std::uint64_t requests = 0;
    ReplayWindow window;
    std::uint64_t replications = 0;
    Vary vary;
    std::vector<MetricResidual> metrics;
    std::optional<BillResidual> bill;
    std::string bill_name;
    std::string bill_format;
    std::vector<std::string> hints;  ///< where the largest residuals may come from, by what the data say
    std::vector<ToleranceVerdict> verdicts;
    std::vector<std::string> notes;

    bool within_tolerance() const;
};

/// Whether the prediction is off by no more.
ToleranceVerdict judge_tolerance(const Tolerance& tolerance, const BackTest& result);

/// Replays the log. Everything that the user may have got wrong is found before. Throws InputError.
BackTest back_test(const ScenarioFile& file, const ServedLog& log, const std::optional<std::string>& bill,
                   const BackTestRules& rules);

std::string back_test_text(const BackTest& result);
std::string back_test_markdown(const BackTest& result);
std::string back_test_json(const BackTest& result);
std::string back_test_csv(const BackTest& result);

}  // namespace spillway
