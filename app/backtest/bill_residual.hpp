#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/backtest/invoice.hpp"
#include "app/backtest/line_rules.hpp"
#include "app/backtest/predicted_lines.hpp"
#include "app/study/estimate.hpp"

namespace spillway {

/// What replications predict of one line.
struct LineForecast {
    PredictedLine mean;          ///< of its usage and amounts, each rounded once
    std::vector<Money> amounts;  ///< by replication
};

/// Means over replications. Requires: the same lines in each, and at least one replication.
std::vector<LineForecast> forecast_lines(std::span<const std::vector<PredictedLine>> replications);

enum class LineMatch : std::uint8_t {
    kBoth,          ///< predicted and on the bill
    kNotPredicted,  ///< on the bill alone
    kNotBilled,     ///< predicted alone
};
/// Names in outputs, by LineMatch.
std::string_view line_match_name(LineMatch match) noexcept;

/// Whether an amount lies where 95% of single replications do, to the nano-dollar; empty: with one there is
/// no such range.
std::optional<bool> lies_inside(const Estimate& forecast, Money amount);

/// Predicted and invoice lines that are compared as one, since the invoice does not tell them apart.
/// Residuals are predicted less billed.
struct ResidualLine {
    std::string name;
    LineMatch match = LineMatch::kBoth;
    std::vector<std::size_t> predicted;  ///< by their numbers
    std::vector<std::size_t> invoiced;
    Money predicted_amount;
    Money billed_amount;
    Estimate forecast;  ///< of the predicted amount, in USD
    /// Both in base units of one measure; empty where one of them is not known.
    std::optional<Measure> measure;
    Int128 predicted_usage = 0;
    Int128 billed_usage = 0;
    /// Of the residual, what comes from another usage at the predicted price, and from another price of the
    /// usage that was billed. They add up to it exactly. Empty where usage is not known.
    std::optional<Money> usage_effect;
    std::optional<Money> price_effect;

    Money residual() const { return predicted_amount - billed_amount; }
    /// Whether what was billed lies where 95% of single replications do; empty: there is no such range.
    std::optional<bool> inside() const { return lies_inside(forecast, billed_amount); }
};

/// A bill held against a prediction.
struct BillResidual {
    std::vector<LineForecast> forecasts;
    std::vector<InvoiceLine> invoice;
    std::vector<LineTarget> targets;  ///< by invoice line
    std::vector<ResidualLine> lines;  ///< predicted ones first, in their order
    Estimate total;                   ///< of the predicted total, in USD
    Money predicted;
    Money billed;  ///< of the lines that are compared
    Money aside;   ///< credits and taxes, which are not

    Money residual() const { return predicted - billed; }
    std::optional<bool> inside() const { return lies_inside(total, billed); }
};

/// Joins what is compared with what. The residuals of all lines add up to that of the whole.
BillResidual bill_residual(std::vector<LineForecast> forecasts, std::vector<InvoiceLine> invoice,
                           std::vector<LineTarget> targets);

}  // namespace spillway
