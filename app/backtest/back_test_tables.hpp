#pragma once

#include <string>
#include <vector>

#include "app/backtest/back_test.hpp"

namespace spillway {

/// A table of a back-test with its title.
struct BackTestTable {
    std::string title;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> text_columns = {0};
};

/// For terminals, and as Markdown.
std::string back_test_plain(const BackTestTable& table);
std::string back_test_markdown(const BackTestTable& table);

/// The lines of the bill with their residuals, and what was not compared. Requires: there is a bill.
BackTestTable bill_lines_table(const BackTest& result);
/// Which line of the bill was compared with what. Requires: there is one.
BackTestTable line_targets_table(const BackTest& result);
BackTestTable metric_residuals_table(const BackTest& result);

// What the headline says too.
/// "-4.90%", "0%".
std::string residual_share(double share);
/// Digits that the bill's amounts are shown with: cents, or more where all of it is a few dollars.
int money_digits(const BillResidual& bill);
/// Where 95% of single replications lie; "-" without such a range.
std::string range_text(const MetricResidual& one);
std::string predicted_text(const MetricResidual& one);
std::string residual_text(const MetricResidual& one);

}  // namespace spillway
