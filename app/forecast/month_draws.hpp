#pragma once

#include <cstdint>
#include <vector>

#include "app/forecast/level_runs.hpp"
#include "app/forecast/load_path.hpp"
#include "sim/core/rng.hpp"

namespace spillway {

/// One month, put together many times: by the number of the path through the months that it belongs to.
struct DrawnMonths {
    std::vector<Money> bills;
    std::vector<std::vector<int>> peaks;  ///< by pool: most workers at once
    std::vector<Money> dearest;  ///< the cost of the dearest hour; empty: windows are shorter than it
};

/// Puts months together from windows that were run. A path has one draw of the models' errors for all of its
/// months; each span of a month is made of so many windows as fit into it (one at least), drawn with
/// replacement, whose usage is added up and scaled to the span's length. The usage of the whole month is then
/// priced once. Owned by one forecast; draw() may be called from many threads.
class MonthDraws {
public:
    /// Both outlive this.
    MonthDraws(const LevelRuns& runs, const std::vector<ForecastLevel>& levels);

    /// That month on paths 0 to count - 1.
    DrawnMonths draw(const MonthLoad& month, std::size_t count) const;

    /// Bills of that month on paths that are drawn anew from windows and draws of the models that were
    /// themselves drawn with replacement, once for each of `sets`: [set x paths + path]. The sets are the
    /// same for every month.
    std::vector<Money> bills_of_resampled_sets(const MonthLoad& month, std::size_t sets,
                                               std::size_t paths) const;

    /// How many windows a span of that length is put together from.
    std::uint64_t windows_in(Duration span) const;

private:
    /// Which windows and draws of the models are drawn from; those that were run, or a sample of them.
    struct Sample {
        std::vector<std::uint32_t> windows;
        std::vector<std::uint32_t> draws;
    };
    /// One month under one draw of the models.
    struct Month {
        std::vector<UsageCounters> usage;  // by pool
        std::vector<int> peaks;
        Money dearest;
    };
    Sample all() const;
    Sample resampled(std::size_t set) const;
    const ForecastLevel& level(double load) const;
    Month put_together(const MonthLoad& month, const Sample& sample, std::uint32_t draw,
                       RandomStream& stream) const;
    void add_span(const LoadSpan& span, const std::vector<std::uint32_t>& times, std::uint32_t draw,
                  Month& into) const;
    Money bill_of(const Month& month) const;

    const LevelRuns& runs_;
    const std::vector<ForecastLevel>& levels_;
    RunSeed seed_;
};

}  // namespace spillway
