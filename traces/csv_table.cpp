#include "traces/csv_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/core/error.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {

namespace {

/// The next comma, or `end`. Looks at eight bytes at a time, as most cells are short: reads up to seven bytes
/// behind `end`, which LineReader's padding allows.
const char* find_comma(const char* at, const char* end) {
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::uint64_t kOnes = 0x0101010101010101;
        constexpr std::uint64_t kHighs = 0x8080808080808080;
        for (; at < end; at += sizeof(std::uint64_t)) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            word ^= kOnes * ',';
            // The lowest byte that is 0 sets its high bit; borrows spoil only bytes above it.
            const std::uint64_t found = (word - kOnes) & ~word & kHighs;
            if (found != 0)
                return std::min(at + std::countr_zero(found) / 8, end);
        }
        return end;
    } else {
        return std::find(at, end, ',');
    }
}

std::string_view between(const char* from, const char* to) {
    return {from, static_cast<std::size_t>(to - from)};
}

/// Takes a quoted cell apart that begins at `at`; returns the comma behind it, or nullptr for an open quote.
const char* split_quoted(const char* at, const char* end, std::string_view& cell) {
    const char* from = ++at;
    for (; at < end; ++at) {
        if (*at != '"')
            continue;
        if (at + 1 < end && at[1] == '"') {
            ++at;
            continue;
        }
        cell = between(from, at);
        return find_comma(at, end);
    }
    return nullptr;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string> split_header(std::string_view line) {
    std::vector<std::string> names;
    const char* at = line.data();
    const char* end = at + line.size();
    while (at <= end) {
        const char* comma = at < end && *at == '"' ? nullptr : find_comma(at, end);
        std::string_view name = comma != nullptr ? between(at, comma) : std::string_view{};
        if (comma == nullptr)
            comma = split_quoted(at, end, name);
        names.emplace_back(trimmed(name));
        if (comma == nullptr)
            break;
        at = comma + 1;
    }
    return names;
}

}  // namespace

CsvTable::CsvTable(const std::filesystem::path& file, std::string name) : lines_(file, std::move(name)) {
    const std::optional<std::string_view> line = lines_.next();
    if (!line)
        throw InputError(lines_.name(), "is empty", "a trace begins with a line of column names");
    header_ = split_header(*line);
}

std::optional<CsvColumn> CsvTable::find(std::string_view column) {
    const auto found = std::find(header_.begin(), header_.end(), column);
    if (found == header_.end())
        return std::nullopt;
    if (std::find(found + 1, header_.end(), column) != header_.end()) {
        throw InputError(lines_.name() + ":1", "has the column \"" + *found + "\" more than once",
                         "take out those that are not meant");
    }
    const auto index = static_cast<std::size_t>(found - header_.begin());
    if (cells_.size() <= index)
        cells_.resize(index + 1);
    return CsvColumn{index, *found};
}

CsvColumn CsvTable::require(std::string_view column) {
    std::optional<CsvColumn> found = find(column);
    if (found)
        return *found;
    throw unknown_name(lines_.name() + ":1", "column", column, {header_.begin(), header_.end()});
}

void CsvTable::require_whole_rows() {
    whole_rows_ = true;
    cells_.resize(header_.size());
}

RowKind CsvTable::next() {
    while (true) {
        const std::optional<std::string_view> line = lines_.next();
        if (!line)
            return RowKind::kEnd;
        if (!line->empty())
            return split(*line) ? RowKind::kRow : RowKind::kBad;
    }
}

bool CsvTable::split(std::string_view line) {
    const char* at = line.data();
    const char* end = at + line.size();
    std::size_t count = 0;
    for (std::string_view& cell : cells_) {
        if (at > end) {
            problem_ = "has " + std::to_string(count) + (count == 1 ? " column" : " columns") +
                       " where the header has " + std::to_string(header_.size());
            return false;
        }
        const char* comma = nullptr;
        if (at < end && *at == '"') [[unlikely]] {
            comma = split_quoted(at, end, cell);
            if (comma == nullptr)
                return refuse({count, header_[count]}, "has a quote that does not end on its line");
        } else {
            comma = find_comma(at, end);
            cell = between(at, comma);
        }
        at = comma + 1;
        ++count;
    }
    if (whole_rows_ && at <= end) {
        problem_ = "has more than the " + std::to_string(header_.size()) + " columns of the header";
        return false;
    }
    return true;
}

bool CsvTable::date(const CsvColumn& column, Duration& value) {
    const std::optional<WallStamp> stamp = parse_wall_stamp(cell(column));
    if (!stamp)
        return refuse(column, describe_date(cell(column)));
    if (!zone_)
        zone_ = stamp->offset;
    value = stamp->utc + *zone_;
    return true;
}

bool CsvTable::refuse(const CsvColumn& column, std::string_view what) {
    problem_ = "column \"" + column.name + "\" " + std::string(what);
    return false;
}

RowKind CsvTable::bad(const CsvColumn& column, std::string_view what) {
    refuse(column, what);
    return RowKind::kBad;
}

}  // namespace spillway
