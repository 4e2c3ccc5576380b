#include "app/calibrate/number_table.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {

NumberTable::NumberTable(const std::filesystem::path& file, const std::vector<std::string>& numbers,
                         const std::vector<std::string>& words)
    : table_(file, file.string()) {
    for (const std::string& name : numbers) columns_.push_back(table_.require(name));
    for (const std::string& name : words) columns_.push_back(table_.require(name));
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
    throw InputError(table_.where(), table_.problem());
}

double NumberTable::number(std::string_view name) const {
    const std::optional<double> value = parse_number(table_.cell(column(name)));
    if (!value || !std::isfinite(*value)) {
        throw InputError(table_.where(), fmt::format("column \"{}\" is not a number: \"{}\"", name,
                                                     table_.cell(column(name))));
    }
    return *value;
}

std::uint32_t NumberTable::count(std::string_view name) const {
    const double value = number(name);
    if (!(value >= 1 && value <= 1e8) || value != std::floor(value))
        throw InputError(where(), fmt::format("column \"{}\" is no count: {}", name, value));
    return static_cast<std::uint32_t>(value);
}

double NumberTable::measured(std::string_view name) const {
    const double value = number(name);
    if (value <= 0)
        throw InputError(where(), fmt::format("column \"{}\" must be above 0", name));
    return value;
}

double NumberTable::time(std::string_view name) const {
    return parse_number(table_.cell(column(name))).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string_view NumberTable::word(std::string_view name) const { return table_.cell(column(name)); }

const CsvColumn& NumberTable::column(std::string_view name) const {
    for (const CsvColumn& candidate : columns_) {
        if (candidate.name == name)
            return candidate;
    }
    SPILLWAY_CHECK(false, "a column was not named at the start");
    return columns_.front();
}

}  // namespace spillway
