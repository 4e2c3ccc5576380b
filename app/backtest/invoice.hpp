#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/backtest/invoice_unit.hpp"
#include "sim/billing/money.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What a row of an invoice is, beside its words.
enum class InvoiceSort : std::uint8_t {
    kCharge,
    kCredit,  ///< credits, refunds and discounts; whatever is negative
    kTax,
};
/// Names in outputs, by InvoiceSort.
std::string_view invoice_sort_name(InvoiceSort sort) noexcept;

/// A period of the wall clock, since 1970.
struct WallPeriod {
    Duration begin{0};
    Duration end{0};
};

/// A row of an invoice as its file has it.
struct InvoiceRow {
    std::string where;
    std::string text;  ///< what was charged for, in the file's words
    InvoiceSort sort = InvoiceSort::kCharge;
    Money amount;
    std::optional<InvoiceUnit> unit;  ///< empty: the file does not say, or it is none that we know
    Int128 usage = 0;                 ///< in the unit's base units
    std::optional<WallPeriod> period;
};

/// A file of rows, read whole.
struct InvoiceFile {
    std::string name;    ///< as the user named it
    std::string format;  ///< by whose column names it was read: "aws-cur", "generic"
    std::vector<InvoiceRow> rows;
    std::uint64_t rounded = 0;               ///< rows whose amount was finer than a nano-dollar
    std::vector<std::string> unknown_units;  ///< as they stand there, each once
};

/// Reads a CSV of charges, by the column names of the exports that docs/backtest.md lists. `month` is how
/// long a month of storage lasts. Throws InputError with file and line for a file without rows or without a
/// column of amounts, for what is no amount, and for any currency but USD.
InvoiceFile read_invoice(const std::string& file, Duration month);
InvoiceFile read_invoice_text(std::string_view text, const std::string& name, Duration month);

/// Rows of the same words, sort and unit, added up.
struct InvoiceLine {
    std::string text;
    InvoiceSort sort = InvoiceSort::kCharge;
    std::uint64_t rows = 0;
    Money amount;
    std::optional<InvoiceUnit> unit;
    Int128 usage = 0;
};

/// The lines in the order of their first rows.
std::vector<InvoiceLine> invoice_lines(const std::vector<InvoiceRow>& rows);

}  // namespace spillway
