#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "traces/csv_table.hpp"

namespace spillway {

/// A comma-separated table of numbers and a few words, row by row. A cell that is asked for must be among the
/// columns named at the start.
class NumberTable {
public:
    /// Throws InputError when the file or a column is missing.
    NumberTable(const std::filesystem::path& file, const std::vector<std::string>& numbers,
                const std::vector<std::string>& words);

    /// False at the end. Throws InputError for a row that is too short.
    bool next();
    /// Throws InputError for a cell that is no finite number.
    double number(std::string_view column) const;
    /// A whole number from 1 to 100 million; InputError for any other.
    std::uint32_t count(std::string_view column) const;
    /// A number above 0; InputError for any other.
    double measured(std::string_view column) const;
    /// A measured value: NaN for a cell that is empty or no number.
    double time(std::string_view column) const;
    std::string_view word(std::string_view column) const;
    std::string where() const { return table_.where(); }

private:
    const CsvColumn& column(std::string_view name) const;

    CsvTable table_;
    std::vector<CsvColumn> columns_;
};

}  // namespace spillway
