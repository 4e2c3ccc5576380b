#include "app/calibrate/number_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr double kShortestServed = 1e-6;
constexpr double kLongestServed = 1e4;
constexpr double kMostCount = 1e8;

}  // namespace

NumberTable::NumberTable(const std::filesystem::path& file, const std::vector<std::string>& numbers,
                         const std::vector<std::string>& words, const std::vector<std::string>& optional)
    : table_(file, file.string()) {
    std::vector<std::string> needed = numbers;
    needed.insert(needed.end(), words.begin(), words.end());
    for (const std::string& name : needed) columns_.push_back(find_column(name, needed));
    for (const std::string& name : optional) {
        if (table_.find(name))
            columns_.push_back(find_column(name, needed));
        else
            missing_.push_back(name);
    }
    table_.require_whole_rows();
}

CsvColumn NumberTable::find_column(const std::string& name, const std::vector<std::string>& needed) {
    if (std::find(table_.header().begin(), table_.header().end(), name) == table_.header().end()) {
        std::vector<std::string_view> others;
        for (const std::string& other : table_.header()) {
            if (std::find(needed.begin(), needed.end(), other) == needed.end())
                others.push_back(other);
        }
        const std::string_view near = nearest_name(name, others);
        throw InputError(table_.where(), fmt::format("lacks the column \"{}\"", name),
                         near.empty() ? fmt::format("columns of this table: {}", fmt::join(needed, ","))
                                      : fmt::format("is \"{}\" that column?", near));
    }
    return table_.require(name);
}

bool NumberTable::next() {
    switch (table_.next()) {
        case RowKind::kRow:
            return true;
        case RowKind::kEnd:
            return false;
        case RowKind::kBad:
        case RowKind::kFiltered:
            break;
    }
    throw InputError(table_.where(), table_.problem(),
                     "a row has a cell for each column of the header; one with a comma in it stands in "
                     "double quotes");
}

void NumberTable::refuse(std::string_view name, std::string_view problem, std::string hint) const {
    throw InputError(where(), fmt::format("column \"{}\" is \"{}\": {}", name, word(name), problem),
                     std::move(hint));
}

double NumberTable::number(std::string_view name) const {
    const std::optional<double> value = parse_number(word(name));
    if (!value || !std::isfinite(*value)) {
        throw InputError(where(), fmt::format("column \"{}\" is not a number: \"{}\"", name, word(name)),
                         "a number alone, without a unit; the column's name says the unit");
    }
    return *value;
}

std::optional<double> NumberTable::optional_number(std::string_view name) const {
    return word(name).empty() ? std::nullopt : std::optional(number(name));
}

std::uint32_t NumberTable::count(std::string_view name) const {
    const double value = number(name);
    if (!(value >= 1 && value <= kMostCount) || value != std::floor(value))
        refuse(name, "no count", "a whole number from 1 to 100 million");
    return static_cast<std::uint32_t>(value);
}

std::uint32_t NumberTable::count_or_zero(std::string_view name) const {
    return number(name) == 0 ? 0 : count(name);
}

double NumberTable::measured(std::string_view name) const {
    const double value = number(name);
    if (value <= 0)
        refuse(name, "must be above 0", "leave out the rows of runs that were not measured");
    return value;
}

double NumberTable::served_seconds(std::string_view name) const {
    const double seconds = measured(name) / 1e3;
    if (seconds < kShortestServed || seconds > kLongestServed)
        refuse(name, "no time that a request takes", "milliseconds, from 0.001 to 10,000,000");
    return seconds;
}

double NumberTable::time(std::string_view name) const {
    return parse_number(word(name)).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string_view NumberTable::word(std::string_view name) const {
    const CsvColumn* found = column(name);
    return found != nullptr ? table_.cell(*found) : std::string_view{};
}

const CsvColumn* NumberTable::column(std::string_view name) const {
    for (const CsvColumn& candidate : columns_) {
        if (candidate.name == name)
            return &candidate;
    }
    SPILLWAY_CHECK(std::find(missing_.begin(), missing_.end(), name) != missing_.end(),
                   "a column was not named at the start");
    return nullptr;
}

}  // namespace spillway
