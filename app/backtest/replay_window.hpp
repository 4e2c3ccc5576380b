#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/backtest/invoice.hpp"
#include "app/backtest/served_log.hpp"
#include "app/scenario/scenario.hpp"
#include "sim/billing/price.hpp"

namespace spillway {

/// What the user says of the time that is replayed.
struct WindowWishes {
    std::optional<std::string> from;  ///< a moment of the wall clock, or a time since the log's beginning
    std::optional<std::string> to;
    std::optional<Duration> period;  ///< how long the bill is of
    bool scale = false;              ///< the replayed window may stand for a longer bill
    std::optional<Duration> settle;
};

/// The part of a log that is replayed, and the bill that it is held against.
struct ReplayWindow {
    Duration begin{0};  ///< on the log's clock
    Duration length{0};
    std::optional<Duration> wall;  ///< since 1970, at `begin`; empty: the log does not know
    Duration period{0};            ///< of the bill
    /// Of the log's requests before the window, those of so long are replayed ahead of it: neither measured
    /// nor billed.
    Duration lead{0};
    /// Requests that come earlier are served and billed, but are in no percentile: what was before them is
    /// in no log.
    Duration settle{0};
    std::vector<std::string> notes;

    Ratio scale() const noexcept { return {period.count(), length.count()}; }
};

/// The window: what the wishes say, else the period of the bill's rows where the log has dates, else what
/// the log covers. Throws InputError for wishes that the log has no requests for, a log that does not cover
/// the bill, and a bill that is of another length without --scale.
ReplayWindow replay_window(const ServedLog& log, const Scenario& scenario, const InvoiceFile* bill,
                           const WindowWishes& wishes);

/// Of the bill's rows those inside the window; the others are counted in a note. Throws InputError for one
/// that lies in it by a part. Without dates, or without --scale's need of any, all of them.
std::vector<InvoiceRow> rows_inside(const InvoiceFile& bill, const WindowWishes& wishes,
                                    ReplayWindow& window);

}  // namespace spillway
