#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/csv_table.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// Invocations of one function in one minute.
struct MinuteCell {
    std::uint32_t minute = 0;    ///< of the day
    std::uint32_t function = 0;  ///< index into MinuteCounts::functions
    std::uint32_t count = 0;
};

/// A table of counts per function and minute. As large as its file's non-zero cells, whatever the counts are.
struct MinuteCounts {
    std::vector<std::string> functions;  ///< names of those that are wanted
    std::vector<MinuteCell> cells;       ///< by minute, then function; no zeros
    std::uint32_t first_minute = 0;      ///< of the table, whether or not anything came in it
};

/// Which functions are wanted: all that pass each condition.
struct FunctionFilter {
    std::vector<std::string> names;  ///< empty: any
    std::optional<std::string> trigger;
};

/// Reads the table. A row that is broken is skipped and counted in `count` if `skip_bad_rows`, else an
/// InputError; an InputError too when no function or no invocation is left.
MinuteCounts read_minute_counts(CsvTable table, const FunctionFilter& filter, bool skip_bad_rows,
                                ReadCount& count);

}  // namespace spillway
