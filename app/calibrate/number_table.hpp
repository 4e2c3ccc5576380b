#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/csv_table.hpp"

namespace spillway {

/// A comma-separated table of numbers and a few words, row by row. A cell that is asked for must be among the
/// columns named at the start.
class NumberTable {
public:
    /// Throws InputError when the file or a column is missing, and for a column that stands there twice.
    /// `optional` ones may be missing: their cells are empty then.
    NumberTable(const std::filesystem::path& file, const std::vector<std::string>& numbers,
                const std::vector<std::string>& words, const std::vector<std::string>& optional = {});

    /// False at the end. Throws InputError for a row that has more or fewer cells than the header.
    bool next();
    /// Throws InputError for a cell that is no finite number.
    double number(std::string_view column) const;
    /// A whole number from 1 to 100 million; InputError for any other.
    std::uint32_t count(std::string_view column) const;
    /// The same, or 0.
    std::uint32_t count_or_zero(std::string_view column) const;
    /// None for an empty cell.
    std::optional<double> optional_number(std::string_view column) const;
    /// A number above 0; InputError for any other.
    double measured(std::string_view column) const;
    /// Milliseconds, given back in seconds; InputError for less than a microsecond or more than 10,000 s.
    double served_seconds(std::string_view column) const;
    /// A measured value: NaN for a cell that is empty or no number.
    double time(std::string_view column) const;
    std::string_view word(std::string_view column) const;
    std::string where() const { return table_.where(); }
    /// What to throw for the row: the column with its cell, and what is wrong with it.
    [[noreturn]] void refuse(std::string_view column, std::string_view problem, std::string hint = {}) const;

private:
    CsvColumn find_column(const std::string& name, const std::vector<std::string>& needed);
    const CsvColumn* column(std::string_view name) const;

    CsvTable table_;
    std::vector<CsvColumn> columns_;
    std::vector<std::string> missing_;  // of the optional ones
};

}  // namespace spillway
