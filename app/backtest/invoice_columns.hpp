#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/io/csv_rows.hpp"

namespace spillway {

/// Where the columns of an invoice stand; those that the file lacks are empty.
struct InvoiceColumns {
    std::string_view format;
    std::vector<std::size_t> text;  ///< whose cells together say what was charged for
    std::size_t amount = 0;
    std::optional<std::size_t> usage;
    std::optional<std::size_t> unit;
    std::optional<std::size_t> currency;
    std::optional<std::size_t> sort;
    std::optional<std::size_t> begin;
    std::optional<std::size_t> end;
};

/// Recognises the file by its header: the first known export whose column of amounts is there, else the
/// generic form. Throws InputError at "NAME:LINE" for a header without a column of amounts or of words, and
/// for one of them that stands there twice.
InvoiceColumns find_invoice_columns(const CsvRow& header, const std::string& name);

/// Letters and digits alone, in lower case: "lineItem/UnblendedCost" and "line_item_unblended_cost" are one.
std::string plain_words(std::string_view text);

}  // namespace spillway
