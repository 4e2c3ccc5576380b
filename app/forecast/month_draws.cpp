#include "app/forecast/month_draws.hpp"

#include <algorithm>
#include <cmath>

#include "sim/billing/bill.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kMostMonths = 4096;  // an entity of a stream is a path and a month

/// One of `count`, each as likely.
std::uint32_t pick(RandomStream& stream, std::size_t count) {
    return static_cast<std::uint32_t>((UInt128{stream()} * count) >> 64);
}

std::vector<std::uint32_t> first_numbers(std::uint64_t count) {
    std::vector<std::uint32_t> numbers(count);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<std::uint32_t>(i);
    return numbers;
}

}  // namespace

MonthDraws::MonthDraws(const LevelRuns& runs, const std::vector<ForecastLevel>& levels)
    : runs_(runs), levels_(levels), seed_(runs.scenario().draws.luck) {}

std::uint64_t MonthDraws::windows_in(Duration span) const {
    const Ratio scale = *runs_.month().scale;
    const double windows = static_cast<double>(scale.numerator) / static_cast<double>(scale.denominator) *
                           (to_seconds(span) / to_seconds(runs_.scenario().month));
    return static_cast<std::uint64_t>(std::max<std::int64_t>(1, std::llround(windows)));
}

MonthDraws::Sample MonthDraws::all() const {
    return {first_numbers(runs_.windows()), first_numbers(runs_.draws())};
}

MonthDraws::Sample MonthDraws::resampled(std::size_t set) const {
    RandomStream stream(StreamKey(seed_, "forecast set"), set);
    Sample sample = all();
    const std::size_t windows = sample.windows.size();
    for (std::uint32_t& window : sample.windows) window = pick(stream, windows);
    const std::size_t draws = sample.draws.size();
    for (std::uint32_t& draw : sample.draws) draw = pick(stream, draws);
    return sample;
}

const ForecastLevel& MonthDraws::level(double load) const {
    const auto found = std::lower_bound(levels_.begin(), levels_.end(), load,
                                        [](const ForecastLevel& one, double at) { return one.load < at; });
    SPILLWAY_CHECK(found != levels_.end() && found->load == load, "a load of the months was not run");
    return *found;
}

void MonthDraws::add_span(const LoadSpan& span, const std::vector<std::uint32_t>& times, std::uint32_t draw,
                          Month& into) const {
    const ForecastLevel& level = this->level(span.load);
    const Ratio scale = *runs_.month().scale;
    const UsageFraction part(Int128{scale.numerator} * span.length.count(),
                             Int128{scale.denominator} * runs_.scenario().month.count() *
                                 static_cast<Int128>(windows_in(span.length)));
    const std::size_t windows = runs_.windows();
    for (std::size_t pool = 0; pool < into.usage.size(); ++pool) {
        UsageCounters sum(into.usage[pool].size());
        for (std::size_t w = 0; w < windows; ++w) {
            if (times[w] == 0)
                continue;
            const ForecastWindow& run = level.runs[draw * windows + w];
            for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += run.usage[pool][k] * times[w];
            into.peaks[pool] = std::max(into.peaks[pool], run.peak_workers[pool]);
            if (run.dearest)
                into.dearest = std::max(into.dearest, run.dearest->cost);
        }
        for (std::size_t k = 0; k < sum.size(); ++k) into.usage[pool][k] += part.of(sum[k]);
    }
}

MonthDraws::Month MonthDraws::put_together(const MonthLoad& month, const Sample& sample, std::uint32_t draw,
                                           RandomStream& stream) const {
    Month made;
    made.peaks.resize(runs_.pools().size());
    for (const ForecastPool& pool : runs_.pools())
        made.usage.emplace_back(UsageCounters(counters_of(pool.like).size()));
    for (const LoadSpan& span : month.spans) {
        std::vector<std::uint32_t> times(runs_.windows());
        for (std::uint64_t left = windows_in(span.length); left > 0; --left)
            ++times[sample.windows[pick(stream, sample.windows.size())]];
        add_span(span, times, draw, made);
    }
    return made;
}

Money MonthDraws::bill_of(const Month& month) const {
    Money bill;
    for (std::size_t i = 0; i < month.usage.size(); ++i) {
        const ForecastPool& pool = runs_.pools()[i];
        bill +=
            price_usage(pool.purchase, usage_from(month.usage[i], pool.like, runs_.scenario().month)).total;
    }
    return bill;
}

DrawnMonths MonthDraws::draw(const MonthLoad& month, std::size_t count) const {
    const StreamKey models(seed_, "forecast models");
    const StreamKey windows(seed_, "forecast windows");
    const Sample sample = all();
    DrawnMonths drawn;
    drawn.bills.reserve(count);
    drawn.dearest.reserve(count);
    drawn.peaks.resize(runs_.pools().size());
    for (std::size_t path = 0; path < count; ++path) {
        RandomStream of_path(models, path);
        const std::uint32_t draw = sample.draws[pick(of_path, sample.draws.size())];
        RandomStream stream(windows, path * kMostMonths + static_cast<std::uint64_t>(month.number));
        const Month made = put_together(month, sample, draw, stream);
        drawn.bills.push_back(bill_of(made));
        drawn.dearest.push_back(made.dearest);
        for (std::size_t pool = 0; pool < made.peaks.size(); ++pool)
            drawn.peaks[pool].push_back(made.peaks[pool]);
    }
    return drawn;
}

std::vector<Money> MonthDraws::bills_of_resampled_sets(const MonthLoad& month, std::size_t sets,
                                                       std::size_t paths) const {
    const StreamKey models(seed_, "forecast set models");
    const StreamKey windows(seed_, "forecast set windows");
    std::vector<Money> bills;
    bills.reserve(sets * paths);
    for (std::size_t set = 0; set < sets; ++set) {
        const Sample sample = resampled(set);
        for (std::size_t path = set * paths; path < (set + 1) * paths; ++path) {
            RandomStream of_path(models, path);
            const std::uint32_t draw = sample.draws[pick(of_path, sample.draws.size())];
            RandomStream stream(windows, path * kMostMonths + static_cast<std::uint64_t>(month.number));
            bills.push_back(bill_of(put_together(month, sample, draw, stream)));
        }
    }
    return bills;
}

}  // namespace spillway
