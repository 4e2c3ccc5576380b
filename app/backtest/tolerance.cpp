#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/backtest/back_test.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kBillName = "bill";

double tolerance_share(const std::string& text, const std::string& where) {
    const std::optional<double> share = parse_ratio(text);
    if (!share || !(*share >= 0))
        throw InputError(where, fmt::format("\"{}\" is no share", text),
                         "write 5%, bill=5% or 'p95 total=10%'");
    return *share;
}

/// How far off the prediction is; empty where there is nothing to divide by or to compare.
std::optional<double> off_by(const Metric& metric, const MetricResidual& one) {
    const std::optional<double> residual = one.residual();
    if (!residual)
        return std::nullopt;
    if (metric.unit == MetricUnit::kShare)
        return std::abs(*residual);
    const double measured = one.measured.value();
    if (measured == 0)
        return *residual == 0 ? std::optional(0.0) : std::nullopt;
    return std::abs(*residual / measured);
}

}  // namespace

std::vector<Tolerance> parse_tolerance(const std::string& text, bool has_bill,
                                       const std::vector<Metric>& metrics, const std::string& where) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos) {
        const double most = tolerance_share(text, where);
        if (has_bill)
            return {{std::nullopt, most}};
        std::vector<Tolerance> each;
        each.reserve(metrics.size());
        for (const Metric& metric : metrics) each.push_back({metric, most});
        return each;
    }
    const std::string name = text.substr(0, equals);
    const double most = tolerance_share(text.substr(equals + 1), where);
    if (name == kBillName) {
        if (!has_bill)
            throw InputError(where, "is about the bill, and there is none", "--bill BILL.csv");
        return {{std::nullopt, most}};
    }
    const Metric wanted = parse_metric(name, where);
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const Metric& one) { return one.name == wanted.name; });
    if (found == metrics.end())
        throw InputError(where, fmt::format("\"{}\" is not compared", name), "name it among the --metrics");
    return {{*found, most}};
}

ToleranceVerdict judge_tolerance(const Tolerance& tolerance, const BackTest& result) {
    ToleranceVerdict verdict;
    verdict.most = tolerance.most;
    if (!tolerance.metric) {
        verdict.name = kBillName;
        const double billed = to_usd(result.bill->billed);
        const Money residual = result.bill->residual();
        if (residual == Money{})
            verdict.off = 0;
        else if (billed != 0)
            verdict.off = std::abs(to_usd(residual) / billed);
    } else {
        verdict.name = tolerance.metric->name;
        for (const MetricResidual& one : result.metrics) {
            if (one.metric.name == verdict.name)
                verdict.off = off_by(*tolerance.metric, one);
        }
    }
    verdict.holds = verdict.off && *verdict.off <= verdict.most;
    return verdict;
}

}  // namespace spillway
