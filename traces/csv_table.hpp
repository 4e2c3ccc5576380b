#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/cell.hpp"
#include "traces/line_reader.hpp"
#include "traces/trace_rows.hpp"

namespace spillway {

/// One column of a CsvTable.
struct CsvColumn {
    std::size_t index = 0;
    std::string name;
};

/// A comma-separated file with a header line, row by row. A cell may stand in double quotes, but not reach
/// over the end of its line; a doubled quote in it stays doubled. Blank lines are passed over; cells behind
/// the last column that somebody asked for are not looked at.
class CsvTable {
public:
    /// Reads the header. Throws InputError when the file cannot be opened or has no header.
    CsvTable(const std::filesystem::path& file, std::string name);

    const std::vector<std::string>& header() const noexcept { return header_; }
    /// The column of that name; from now on rows must reach it. Throws InputError when there are several.
    std::optional<CsvColumn> find(std::string_view column);
    /// The same; InputError with the nearest name when there is none.
    CsvColumn require(std::string_view column);

    /// From now on a row must have as many cells as the header, whoever asked for which.
    void require_whole_rows();

    /// Reads a row: kRow, kEnd, or kBad when it has too few cells or an open quote.
    RowKind next();
    /// A cell of the last row. Requires: next() gave kRow. Valid until the next call of next().
    std::string_view cell(const CsvColumn& column) const { return cells_[column.index]; }

    // Each takes a cell apart; false leaves the reason in problem().
    [[nodiscard]] bool count(const CsvColumn& column, std::uint32_t& value);
    [[nodiscard]] bool span(const CsvColumn& column, TimeUnit unit, Duration& value);
    /// A date since 1970 by the wall clock of the zone that the file's first date has.
    [[nodiscard]] bool date(const CsvColumn& column, Duration& value);

    /// Notes what is wrong with a cell, in words that follow the column's name, and gives kBad.
    RowKind bad(const CsvColumn& column, std::string_view what);
    const std::string& problem() const noexcept { return problem_; }
    std::string where() const { return lines_.where(); }

private:
    bool split(std::string_view line);
    bool refuse(const CsvColumn& column, std::string_view what);

    LineReader lines_;
    std::vector<std::string> header_;
    std::vector<std::string_view> cells_;  // as many as somebody asked for
    std::string problem_;
    bool whole_rows_ = false;
    std::optional<Duration> zone_;
};

inline bool CsvTable::count(const CsvColumn& column, std::uint32_t& value) {
    if (parse_count(cell(column), value)) [[likely]]
        return true;
    return refuse(column, describe_count(cell(column)));
}

inline bool CsvTable::span(const CsvColumn& column, TimeUnit unit, Duration& value) {
    if (parse_span(cell(column), unit, value)) [[likely]]
        return true;
    return refuse(column, describe_span(cell(column)));
}

}  // namespace spillway
