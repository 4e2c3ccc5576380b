#include "app/backtest/residual_hints.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {
namespace {

constexpr std::size_t kMostLines = 3;
/// Of what was billed in all: a smaller residual needs no reason.
constexpr double kSmallResidual = 0.005;
/// Requests that took this much longer or shorter are a reason.
constexpr double kOtherTime = 0.02;

double money_size(Money money) { return std::abs(to_usd(money)); }

std::string usage_with_unit(Int128 usage, Measure measure) {
    const ReadableUnit unit = shown_unit(measure, usage);
    return fmt::format("{} {}", show_amount(static_cast<double>(usage) / unit.base_units), unit.name);
}

/// Dollars for one of the larger unit that is shown.
std::string price_of_usage(Money amount, Int128 usage, Measure measure) {
    const ReadableUnit unit = shown_unit(measure, Int128{1} << 100);
    return fmt::format("{}/{}", show_usd(to_usd(amount) / (static_cast<double>(usage) / unit.base_units)),
                       unit.name);
}

/// Writes the reasons of one line.
class LineReasons {
public:
    LineReasons(const BillResidual& bill, const ResidualLine& line, const LoadFacts& load,
                const ReplayWindow& window)
        : bill_(bill), line_(line), load_(load), window_(window) {}

    std::vector<std::string> take() && {
        if (line_.match == LineMatch::kNotBilled)
            add("is predicted, and no line of the bill is like it: it is free, on another bill, or called "
                "otherwise (--lines)");
        if (line_.match == LineMatch::kNotPredicted)
            add("is on the bill, and nothing of the scenario is like it: --lines 'WORDS=LINE' maps it, "
                "'WORDS=aside' leaves it out");
        if (line_.match == LineMatch::kBoth && line_.measure && line_.predicted_usage == 0)
            add(fmt::format("billed {}, and none is predicted",
                            usage_with_unit(line_.billed_usage, *line_.measure)));
        if (line_.match == LineMatch::kBoth && !line_.measure)
            add("the bill does not say how much was used in a unit that compares, so that price and usage "
                "cannot be told apart");
        if (line_.usage_effect) {
            add_price();
            // Luck alone makes as much of a difference: other reasons would be read into noise.
            if (line_.inside().value_or(false))
                add("what was billed lies where 95% of the replications do: luck and model error explain the "
                    "residual");
            else
                add_usage();
        }
        return std::move(reasons_);
    }

private:
    void add(const std::string& reason) { reasons_.push_back(fmt::format("{}: {}", line_.name, reason)); }
    bool matters(Money effect) const {
        return money_size(effect) > kSmallResidual * std::max(money_size(line_.billed_amount), 1e-9);
    }

    void add_price() {
        if (!matters(*line_.price_effect) || line_.billed_usage <= 0)
            return;
        const PredictedLine& first = bill_.forecasts[line_.predicted.front()].mean;
        std::string from = first.price_from.empty() ? "the scenario's own" : first.price_from;
        add(fmt::format(
            "billed at {} and predicted at {} ({}: {}): another GPU, region, tier or discount, or "
            "a price that has changed",
            price_of_usage(line_.billed_amount, line_.billed_usage, *line_.measure),
            price_of_usage(line_.predicted_amount, line_.predicted_usage, *line_.measure), first.price,
            from));
    }

    void add_usage() {
        if (!matters(*line_.usage_effect))
            return;
        add(fmt::format("billed {} and predicted {}{}", usage_with_unit(line_.billed_usage, *line_.measure),
                        usage_with_unit(line_.predicted_usage, *line_.measure), spent_on()));
        if (line_.measure != Measure::kTime)
            return;
        add_slower_requests();
        add_colder_requests();
        if (line_.usage_effect < Money{})
            add_time_beyond_requests();
        else
            add_shorter_idle();
    }

    Int128 sum(Int128 PredictedLine::*member) const {
        Int128 all = 0;
        for (const std::size_t i : line_.predicted) all += bill_.forecasts[i].mean.*member;
        return all;
    }
    double share(Int128 PredictedLine::*member) const {
        return static_cast<double>(sum(member)) / static_cast<double>(line_.predicted_usage);
    }
    std::string spent_on() const {
        if (line_.measure != Measure::kTime)
            return {};
        return fmt::format(
            ", of which {} idle, {} starting and {} rounded up", show_share(share(&PredictedLine::idle)),
            show_share(share(&PredictedLine::starting)), show_share(share(&PredictedLine::rounding)));
    }

    /// Whether `more` used than predicted goes with a figure that is higher than predicted, or both lower.
    bool goes_with(double residual) const { return (residual < 0) == (*line_.usage_effect < Money{}); }

    void add_slower_requests() {
        if (!load_.mean_total || !load_.mean_total->residual() || !goes_with(*load_.mean_total->residual()))
            return;
        const double predicted = load_.mean_total->predicted.mean;
        const double measured = load_.mean_total->measured.value();
        const double change = predicted > 0 ? measured / predicted - 1 : 0;
        const bool warm = load_.mean_total->metric.name == kWarmMean;
        if (std::abs(change) > kOtherTime)
            add(fmt::format(
                "requests{} took {} {} than predicted (mean {} against {}), and workers are busy for "
                "as long",
                warm ? " that met no cold start" : "", show_share(std::abs(change)),
                change > 0 ? "longer" : "shorter", show_seconds(measured), show_seconds(predicted)));
    }
    void add_colder_requests() {
        if (!load_.cold_share || load_.cold_share->inside.value_or(true) || !load_.cold_share->residual())
            return;
        const bool colder = *load_.cold_share->residual() < 0;
        const bool more_billed = *line_.usage_effect < Money{};
        std::string_view why = colder ? "workers start more often than the scenario's"
                                      : "workers start less often than the scenario's";
        if (colder != more_billed)
            why = colder ? "workers stop sooner than the scenario's"
                         : "workers wait longer than the scenario's";
        add(fmt::format("{} of the requests met a cold start, and {} are predicted: {}",
                        show_share(load_.cold_share->measured.value()),
                        show_share(load_.cold_share->predicted.mean), why));
    }
    void add_time_beyond_requests() {
        if (!load_.occupied || *load_.occupied == Duration{0})
            return;
        const double occupied =
            to_seconds(*load_.occupied) * to_seconds(window_.period) / to_seconds(window_.length);
        const double billed = static_cast<double>(line_.billed_usage) / 1e9;
        if (billed > occupied)
            add(fmt::format(
                "what was billed is {:.3g} times the {} in which at least one request was open: the "
                "rest is idle time, starts and workers beside each other",
                billed / occupied, show_seconds(occupied)));
    }
    void add_shorter_idle() {
        const double idle = share(&PredictedLine::idle) * money_size(line_.predicted_amount);
        const double rounding = share(&PredictedLine::rounding) * money_size(line_.predicted_amount);
        const double effect = money_size(*line_.usage_effect);
        if (idle >= effect)
            add(
                fmt::format("{} of the prediction is idle time: workers that stop sooner than the scenario's "
                            "would explain all of it",
                            show_usd(idle)));
        if (2 * rounding >= effect)
            add(fmt::format("{} of the prediction is rounding and minimums", show_usd(rounding)));
    }

    const BillResidual& bill_;
    const ResidualLine& line_;
    const LoadFacts& load_;
    const ReplayWindow& window_;
    std::vector<std::string> reasons_;
};

}  // namespace

Duration occupied_time(const WindowedLog& log, const ReplayWindow& window) {
    Duration occupied{0};
    SimTime until{};
    const SimTime end = SimTime{} + window.length;
    for (std::size_t i = 0; i < log.requests.size(); ++i) {
        const SimTime from = std::max(log.arrivals[i].at, until);
        const SimTime to = std::min(log.arrivals[i].at + log.requests[i]->total, end);
        if (to <= from)
            continue;
        occupied += to - from;
        until = to;
    }
    return occupied;
}

std::vector<std::string> residual_hints(const BillResidual& bill, const LoadFacts& load,
                                        const ReplayWindow& window) {
    std::vector<const ResidualLine*> largest;
    for (const ResidualLine& line : bill.lines) {
        if (money_size(line.residual()) > kSmallResidual * money_size(bill.billed))
            largest.push_back(&line);
    }
    std::stable_sort(largest.begin(), largest.end(), [](const ResidualLine* a, const ResidualLine* b) {
        return money_size(a->residual()) > money_size(b->residual());
    });
    largest.resize(std::min(largest.size(), kMostLines));
    std::vector<std::string> hints;
    for (const ResidualLine* line : largest) {
        const std::vector<std::string> reasons = LineReasons(bill, *line, load, window).take();
        hints.insert(hints.end(), reasons.begin(), reasons.end());
    }
    return hints;
}

}  // namespace spillway
