#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// A row of a table, with the line of the file that it begins on.
struct CsvRow {
    std::size_t line = 0;
    std::vector<std::string> cells;
};

/// All rows of a comma-separated text as RFC 4180 has it: a cell may stand in double quotes and then holds
/// commas, line ends and, doubled, quotes. Line ends may be CR LF; blank lines are passed over. For files
/// that fit in memory: a trace is read row by row. Throws InputError at "NAME:LINE" for a quote that is not
/// closed or stands where none may, and for a row that has not as many cells as the first.
std::vector<CsvRow> read_csv_rows(std::string_view text, const std::string& name);

}  // namespace spillway
