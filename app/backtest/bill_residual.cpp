#include "app/backtest/bill_residual.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "app/backtest/exact_number.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 3> kLineMatchNames{"both", "not_predicted", "not_billed"};

/// Nearest whole number, half to even.
Int128 mean_rounded(Int128 sum, Int128 count) {
    const bool negative = sum < 0;
    const Int128 size = negative ? -sum : sum;
    Int128 quotient = size / count;
    const Int128 rest = size % count;
    if (2 * rest > count || (2 * rest == count && quotient % 2 == 1))
        ++quotient;
    return negative ? -quotient : quotient;
}

/// Sets of predicted lines that are compared as one: those that one invoice line goes to.
class JoinedLines {
public:
    explicit JoinedLines(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

    /// The first line of the set.
    std::size_t first(std::size_t line) const {
        while (parent_[line] != line) line = parent_[line];
        return line;
    }
    void join(std::size_t a, std::size_t b) {
        const auto [low, high] = std::minmax({first(a), first(b)});
        parent_[high] = low;
    }

private:
    std::vector<std::size_t> parent_;
};

/// The sum of some lines, over replications.
Estimate forecast_of(std::span<const std::size_t> lines, std::span<const LineForecast> forecasts) {
    std::vector<Money> sums(forecasts.empty() ? 0 : forecasts.front().amounts.size());
    for (const std::size_t line : lines) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += forecasts[line].amounts[i];
    }
    std::vector<Reading> readings;
    readings.reserve(sums.size());
    for (const Money sum : sums) readings.push_back(Reading::of(to_usd(sum)));
    return estimate(readings);
}

/// The measure that all parts of the line have; empty where one of them has another, or says no usage.
std::optional<Measure> common_measure(const ResidualLine& line, const BillResidual& bill) {
    std::optional<Measure> measure;
    for (const std::size_t i : line.predicted) {
        if (measure && *measure != bill.forecasts[i].mean.measure)
            return std::nullopt;
        measure = bill.forecasts[i].mean.measure;
    }
    for (const std::size_t i : line.invoiced) {
        const InvoiceLine& one = bill.invoice[i];
        if (!one.unit && one.amount == Money{})
            continue;
        if (!one.unit || one.unit->measure != measure)
            return std::nullopt;
    }
    return measure;
}

/// An invoice counts instances, and we GPUs: those that the price buys at once. Empty where the line's pools
/// buy different numbers and the invoice does not count single GPUs.
std::optional<int> gpus_of_line(const ResidualLine& line, const BillResidual& bill) {
    const int gpus = bill.forecasts[line.predicted.front()].mean.gpus;
    const bool same = std::all_of(line.predicted.begin(), line.predicted.end(),
                                  [&](std::size_t i) { return bill.forecasts[i].mean.gpus == gpus; });
    const bool single = std::all_of(line.invoiced.begin(), line.invoiced.end(), [&](std::size_t i) {
        return !bill.invoice[i].unit || bill.invoice[i].unit->of_gpus;
    });
    return same || single ? std::optional(gpus) : std::nullopt;
}

void add_usage(ResidualLine& line, const BillResidual& bill) {
    const std::optional<Measure> measure = common_measure(line, bill);
    const std::optional<int> gpus = gpus_of_line(line, bill);
    if (!measure || !gpus)
        return;
    line.measure = measure;
    for (const std::size_t i : line.predicted) line.predicted_usage += bill.forecasts[i].mean.usage;
    for (const std::size_t i : line.invoiced) {
        const InvoiceLine& one = bill.invoice[i];
        if (one.unit)
            line.billed_usage += one.usage * (one.unit->of_gpus ? 1 : *gpus);
    }
}

/// residual = (predicted - billed usage) x predicted price + billed usage x (predicted - billed price): the
/// second is what is left, so that no rounding is lost.
void split_residual(ResidualLine& line) {
    constexpr Int128 kLimit = Int128{1} << 120;
    if (!line.measure || line.predicted_usage <= 0 || line.billed_usage < 0 ||
        line.predicted_usage >= kLimit || line.billed_usage >= kLimit)
        return;
    const auto at_billed_usage =
        multiply_ratio(line.predicted_amount.nanos(), line.billed_usage, line.predicted_usage);
    constexpr Int128 kMostNanos = Int128{1} << 61;
    if (!at_billed_usage || *at_billed_usage > kMostNanos || *at_billed_usage < -kMostNanos)
        return;
    line.usage_effect =
        line.predicted_amount - Money::from_nanos(static_cast<std::int64_t>(*at_billed_usage));
    line.price_effect = line.residual() - *line.usage_effect;
}

ResidualLine predicted_line(std::size_t first, const JoinedLines& joined, const BillResidual& bill) {
    ResidualLine line;
    for (std::size_t i = first; i < bill.forecasts.size(); ++i) {
        if (joined.first(i) != first)
            continue;
        line.predicted.push_back(i);
        line.name += (line.name.empty() ? "" : " + ") + bill.forecasts[i].mean.name;
        line.predicted_amount += bill.forecasts[i].mean.amount;
    }
    for (std::size_t i = 0; i < bill.invoice.size(); ++i) {
        const LineTarget& target = bill.targets[i];
        if (!target.compared || target.lines.empty() || joined.first(target.lines.front()) != first)
            continue;
        line.invoiced.push_back(i);
        line.billed_amount += bill.invoice[i].amount;
    }
    line.forecast = forecast_of(line.predicted, bill.forecasts);
    line.match = line.invoiced.empty() ? LineMatch::kNotBilled : LineMatch::kBoth;
    if (line.match == LineMatch::kBoth) {
        add_usage(line, bill);
        split_residual(line);
    }
    return line;
}

}  // namespace

std::string_view line_match_name(LineMatch match) noexcept {
    return kLineMatchNames[static_cast<std::size_t>(match)];
}

std::optional<bool> lies_inside(const Estimate& forecast, Money amount) {
    constexpr double kNanoDollar = 1e-9;
    if (!forecast.has_interval())
        return std::nullopt;
    return std::abs(to_usd(amount) - forecast.mean) <= forecast.range_half + kNanoDollar;
}

std::vector<LineForecast> forecast_lines(std::span<const std::vector<PredictedLine>> replications) {
    SPILLWAY_CHECK(!replications.empty(), "a forecast needs a replication");
    const auto count = static_cast<Int128>(replications.size());
    std::vector<LineForecast> forecasts;
    forecasts.reserve(replications.front().size());
    for (std::size_t i = 0; i < replications.front().size(); ++i) {
        const auto mean = [&](Int128 PredictedLine::*member) {
            Int128 sum = 0;
            for (const std::vector<PredictedLine>& one : replications) sum += one[i].*member;
            return mean_rounded(sum, count);
        };
        LineForecast forecast{replications.front()[i], {}};
        for (Int128 PredictedLine::*member : {&PredictedLine::usage, &PredictedLine::idle,
                                              &PredictedLine::starting, &PredictedLine::rounding})
            forecast.mean.*member = mean(member);
        Int128 nanos = 0;
        forecast.amounts.reserve(replications.size());
        for (const std::vector<PredictedLine>& one : replications) {
            SPILLWAY_CHECK(one.size() == replications.front().size() && one[i].name == forecast.mean.name,
                           "replications predict different lines");
            nanos += one[i].amount.nanos();
            forecast.amounts.push_back(one[i].amount);
        }
        forecast.mean.amount = Money::from_nanos(static_cast<std::int64_t>(mean_rounded(nanos, count)));
        forecasts.push_back(std::move(forecast));
    }
    return forecasts;
}

BillResidual bill_residual(std::vector<LineForecast> forecasts, std::vector<InvoiceLine> invoice,
                           std::vector<LineTarget> targets) {
    BillResidual bill;
    bill.forecasts = std::move(forecasts);
    bill.invoice = std::move(invoice);
    bill.targets = std::move(targets);
    std::vector<std::size_t> all(bill.forecasts.size());
    std::iota(all.begin(), all.end(), 0);
    bill.total = forecast_of(all, bill.forecasts);
    JoinedLines joined(bill.forecasts.size());
    for (const LineTarget& target : bill.targets) {
        for (const std::size_t line : target.lines) joined.join(target.lines.front(), line);
    }
    for (std::size_t i = 0; i < bill.forecasts.size(); ++i) {
        bill.predicted += bill.forecasts[i].mean.amount;
        if (joined.first(i) == i)
            bill.lines.push_back(predicted_line(i, joined, bill));
    }
    for (std::size_t i = 0; i < bill.invoice.size(); ++i) {
        const InvoiceLine& one = bill.invoice[i];
        (bill.targets[i].compared ? bill.billed : bill.aside) += one.amount;
        if (!bill.targets[i].compared || !bill.targets[i].lines.empty())
            continue;
        ResidualLine line;
        line.name = one.text;
        line.match = LineMatch::kNotPredicted;
        line.invoiced = {i};
        line.billed_amount = one.amount;
        bill.lines.push_back(std::move(line));
    }
    Money sum;
    for (const ResidualLine& line : bill.lines) sum += line.residual();
    SPILLWAY_CHECK(sum == bill.residual(), "the lines' residuals differ from the bill's");
    return bill;
}

}  // namespace spillway
