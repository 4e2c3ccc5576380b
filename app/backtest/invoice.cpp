#include "app/backtest/invoice.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/backtest/exact_number.hpp"
#include "app/backtest/invoice_columns.hpp"
#include "app/io/csv_rows.hpp"
#include "app/io/text_file.hpp"
#include "sim/core/error.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {
namespace {

constexpr std::array<std::string_view, 3> kInvoiceSortNames{"charge", "credit", "tax"};
constexpr Duration kOneDay = std::chrono::hours{24};
// Sums of many rows must fit.
constexpr Money kMostOfRow = Money::from_nanos(100'000'000'000'000'000);
constexpr Money kMostOfAll = Money::from_nanos(4'000'000'000'000'000'000);
constexpr Int128 kMostUsage = Int128{1} << 100;

std::string invoice_lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

bool has_any_part(const std::string& text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

/// A word by itself: "tax" of "Sales Tax", not of "syntax".
bool has_word(const std::string& lower, std::string_view word) {
    const auto is_letter = [&](std::size_t at) { return lower[at] >= 'a' && lower[at] <= 'z'; };
    for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_letter(at - 1)) && (end == lower.size() || !is_letter(end)))
            return true;
    }
    return false;
}

/// AWS charges what a savings plan covers at list, and takes it back in a row of its own.
bool is_negation(const std::string& lower_type) { return lower_type.find("negation") != std::string::npos; }

InvoiceSort sort_of_row(std::string_view stated, std::string_view text, Money amount) {
    const std::string type = invoice_lower_case(stated);
    if (type.find("tax") != std::string::npos)
        return InvoiceSort::kTax;
    if (is_negation(type))
        return InvoiceSort::kCharge;
    // "DiscountedUsage" is usage that a reservation covers.
    const bool discount = has_any_part(type, {"discount"}) && !has_any_part(type, {"discounted"});
    if (discount || has_any_part(type, {"credit", "refund", "adjustment", "promotion"}))
        return InvoiceSort::kCredit;
    const std::string words = invoice_lower_case(text);
    for (const std::string_view word : {"tax", "taxes", "vat", "gst"}) {
        if (has_word(words, word))
            return InvoiceSort::kTax;
    }
    return amount < Money{} || has_word(words, "credit") || has_word(words, "refund") ? InvoiceSort::kCredit
                                                                                      : InvoiceSort::kCharge;
}

/// A moment of the wall clock, and whether it was a day without a time.
struct InvoiceStamp {
    Duration at{0};
    bool whole_day = false;
};

std::optional<InvoiceStamp> parse_invoice_stamp(std::string text) {
    if (text.ends_with(" UTC"))
        text.resize(text.size() - 4);
    if (const auto stamp = parse_wall_stamp(text))
        return InvoiceStamp{stamp->utc, false};
    constexpr std::size_t kMinutesLength = 16;  // 2026-07-01T08:00
    if (text.size() == kMinutesLength) {
        if (const auto stamp = parse_wall_stamp(text + ":00"))
            return InvoiceStamp{stamp->utc, false};
    }
    if (const auto stamp = parse_wall_stamp(text + " 00:00:00"))
        return InvoiceStamp{stamp->utc, true};
    return std::nullopt;
}

class InvoiceReader {
public:
    InvoiceReader(const std::string& name, Duration month, const CsvRow& header)
        : month_(month), columns_(find_invoice_columns(header, name)), header_(header) {
        file_.name = name;
        file_.format = columns_.format;
    }

    void add(const CsvRow& row) {
        if (std::all_of(row.cells.begin(), row.cells.end(),
                        [](const std::string& one) { return one.empty(); }))
            return;
        InvoiceRow one;
        one.where = fmt::format("{}:{}", file_.name, row.line);
        for (const std::size_t column : columns_.text) {
            if (!row.cells[column].empty())
                one.text += (one.text.empty() ? "" : " / ") + row.cells[column];
        }
        if (one.text.empty())
            fail(one, columns_.text.front(), row, "says not what was charged for", "every row needs words");
        check_currency(row, one);
        read_amount(row, one);
        read_usage(row, one);
        read_period(row, one);
        one.sort = sort_of_row(cell(row, columns_.sort), one.text, one.amount);
        file_.rows.push_back(std::move(one));
    }
    InvoiceFile take() && { return std::move(file_); }

private:
    static const std::string& cell(const CsvRow& row, const std::optional<std::size_t>& column) {
        static const std::string kNone;
        return column ? row.cells[*column] : kNone;
    }
    [[noreturn]] void fail(const InvoiceRow& one, std::size_t column, const CsvRow& row,
                           std::string_view problem, const std::string& hint) const {
        throw InputError(
            one.where,
            fmt::format("column \"{}\" {}: \"{}\"", header_.cells[column], problem, row.cells[column]), hint);
    }

    void check_currency(const CsvRow& row, const InvoiceRow& one) const {
        const std::string& currency = cell(row, columns_.currency);
        if (!currency.empty() && plain_words(currency) != "usd")
            fail(one, *columns_.currency, row, "is another currency than the scenario's USD",
                 "convert the bill, all of it at one rate, and say so beside it");
    }
    void read_amount(const CsvRow& row, InvoiceRow& one) {
        const auto dollars = parse_dollars(row.cells[columns_.amount]);
        if (!dollars)
            fail(one, columns_.amount, row, "is no amount of US dollars",
                 "write 1298.10, $1,298.10, -5 or (5.00): a point before the cents");
        const auto amount = money_of_dollars(*dollars);
        if (!amount || *amount > kMostOfRow || *amount < -kMostOfRow)
            fail(one, columns_.amount, row, "is beyond what a bill can be",
                 "a hundred million dollars a row");
        one.amount = *amount;
        total_ += *amount < Money{} ? -*amount : *amount;
        if (total_ > kMostOfAll)
            throw InputError(one.where, "brings all rows together beyond what a bill can be",
                             "four billion dollars");
        file_.rounded += is_finer_than_nanos(*dollars) ? 1 : 0;
    }
    void read_usage(const CsvRow& row, InvoiceRow& one) {
        const std::string& text = cell(row, columns_.usage);
        if (text.empty())
            return;
        const auto usage = parse_exact(text);
        if (!usage)
            fail(one, *columns_.usage, row, "is not a number", "the unit stands in a column of its own");
        const std::string& unit = cell(row, columns_.unit);
        one.unit = parse_invoice_unit(unit, month_);
        if (!one.unit) {
            auto& unknown = file_.unknown_units;
            if (!unit.empty() && std::find(unknown.begin(), unknown.end(), unit) == unknown.end())
                unknown.push_back(unit);
            return;
        }
        const auto whole = whole_units(*usage, one.unit->base_units);
        if (!whole || *whole > kMostUsage || *whole < -kMostUsage)
            fail(one, *columns_.usage, row, "is beyond what a fleet can use", "is the unit right?");
        // Its hours are those of the row that it takes back.
        one.usage = is_negation(invoice_lower_case(cell(row, columns_.sort))) ? 0 : *whole;
    }
    void read_period(const CsvRow& row, InvoiceRow& one) const {
        const std::string& begin = cell(row, columns_.begin);
        if (begin.empty())
            return;
        const std::string hint = "write 2026-07-01 or 2026-07-01T08:00:00Z";
        const auto from = parse_invoice_stamp(begin);
        if (!from)
            fail(one, *columns_.begin, row, "is no date", hint);
        WallPeriod period{from->at, from->whole_day ? from->at + kOneDay : from->at};
        if (const std::string& end = cell(row, columns_.end); !end.empty()) {
            const auto to = parse_invoice_stamp(end);
            if (!to)
                fail(one, *columns_.end, row, "is no date", hint);
            period.end = to->at;
            if (from->whole_day && to->whole_day && period.end == period.begin)
                period.end += kOneDay;  // such exports mean the day itself
            if (period.end < period.begin)
                fail(one, *columns_.end, row, "lies before the beginning",
                     "an end is the first moment after");
        }
        one.period = period;
    }

    Duration month_;
    Money total_;  // of amounts without their signs
    InvoiceColumns columns_;
    const CsvRow& header_;
    InvoiceFile file_;
};

}  // namespace

std::string_view invoice_sort_name(InvoiceSort sort) noexcept {
    return kInvoiceSortNames[static_cast<std::size_t>(sort)];
}

InvoiceFile read_invoice_text(std::string_view text, const std::string& name, Duration month) {
    const std::vector<CsvRow> rows = read_csv_rows(text, name);
    if (rows.empty())
        throw InputError(name, "is empty", "a bill is a CSV with the columns description and amount");
    InvoiceReader reader(name, month, rows.front());
    for (std::size_t i = 1; i < rows.size(); ++i) reader.add(rows[i]);
    InvoiceFile file = std::move(reader).take();
    if (file.rows.empty())
        throw InputError(name, "has a header and no row", "a bill has a row for each charge");
    return file;
}

InvoiceFile read_invoice(const std::string& file, Duration month) {
    return read_invoice_text(read_text_file(file, file), file, month);
}

std::vector<InvoiceLine> invoice_lines(const std::vector<InvoiceRow>& rows) {
    std::vector<InvoiceLine> lines;
    for (const InvoiceRow& row : rows) {
        const auto same = [&](const InvoiceLine& line) {
            return line.text == row.text && line.sort == row.sort &&
                   line.unit.has_value() == row.unit.has_value() &&
                   (!row.unit ||
                    (line.unit->measure == row.unit->measure && line.unit->of_gpus == row.unit->of_gpus));
        };
        auto found = std::find_if(lines.begin(), lines.end(), same);
        if (found == lines.end())
            found = lines.insert(lines.end(), {row.text, row.sort, 0, Money{}, row.unit, 0});
        ++found->rows;
        found->amount += row.amount;
        found->usage += row.usage;
    }
    return lines;
}

}  // namespace spillway
