#include "app/backtest/invoice_columns.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// The column names of one export, as plain_words() has them; of several for one thing the first that is
/// there. A text column of another row of `text` stands beside it.
struct InvoiceFormat {
    std::string_view name;
    std::vector<std::string_view> amount;
    std::vector<std::vector<std::string_view>> text;
    std::vector<std::string_view> usage;
    std::vector<std::string_view> unit;
    std::vector<std::string_view> currency;
    std::vector<std::string_view> sort;
    std::vector<std::string_view> begin;
    std::vector<std::string_view> end;
};

/// In the order in which they are tried; the last one is any other CSV.
const std::vector<InvoiceFormat>& invoice_formats() {
    static const std::vector<InvoiceFormat> kFormats{
        {"focus",
         {"billedcost"},
         {{"chargedescription"}, {"skuid"}, {"servicename"}, {"resourcename"}},
         {"consumedquantity", "pricingquantity"},
         {"consumedunit", "pricingunit"},
         {"billingcurrency"},
         {"chargecategory"},
         {"chargeperiodstart"},
         {"chargeperiodend"}},
        {"aws-cur",
         {"lineitemunblendedcost"},
         {{"lineitemusagetype"}, {"lineitemlineitemdescription"}},
         {"lineitemusageamount"},
         {"pricingunit"},
         {"lineitemcurrencycode"},
         {"lineitemlineitemtype"},
         {"lineitemusagestartdate"},
         {"lineitemusageenddate"}},
        {"azure-cost",
         {"costinbillingcurrency"},
         {{"metername"}, {"metersubcategory"}, {"metercategory"}, {"productname", "product"}},
         {"quantity"},
         {"unitofmeasure"},
         {"billingcurrency", "billingcurrencycode"},
         {"chargetype"},
         {"date"},
         {}},
        {"gcp-billing",
         {"cost"},
         {{"skudescription"}, {"servicedescription"}},
         {"usageamount"},
         {"usageunit"},
         {"currency"},
         {"costtype"},
         {"usagestarttime"},
         {"usageendtime"}},
        {"generic",
         {"amount", "amountusd", "cost", "costusd", "total", "charge", "charges"},
         {{"description", "line", "lineitem", "item", "name", "product", "service", "resource"},
          {"sku", "gpu", "gputype", "instancetype"}},
         {"usage", "quantity", "qty", "usageamount", "usagequantity", "units"},
         {"unit", "unitofmeasure", "usageunit"},
         {"currency", "currencycode"},
         {"type", "kind", "chargetype"},
         {"start", "begin", "from", "startdate", "starttime", "intervalstart", "periodstart", "date",
          "usagedate"},
         {"end", "to", "enddate", "endtime", "intervalend", "periodend"}}};
    return kFormats;
}

/// The header's columns by their plain names.
class HeaderNames {
public:
    HeaderNames(const CsvRow& header, const std::string& name)
        : header_(header), where_(fmt::format("{}:{}", name, header.line)) {
        plain_.reserve(header.cells.size());
        for (const std::string& cell : header.cells) plain_.push_back(plain_words(cell));
    }

    /// The first of `names` that is there. Throws InputError for one that stands there twice.
    std::optional<std::size_t> find(std::span<const std::string_view> names) const {
        for (const std::string_view name : names) {
            const auto found = std::find(plain_.begin(), plain_.end(), name);
            if (found == plain_.end())
                continue;
            const auto column = static_cast<std::size_t>(found - plain_.begin());
            if (std::find(found + 1, plain_.end(), name) != plain_.end())
                throw InputError(where_,
                                 fmt::format("has the column \"{}\" more than once", header_.cells[column]),
                                 "take out the one that is not meant");
            return column;
        }
        return std::nullopt;
    }
    const std::string& where() const noexcept { return where_; }

private:
    const CsvRow& header_;
    std::string where_;
    std::vector<std::string> plain_;
};

/// Whether the header is of that export: its amounts are there and what its first words are.
bool is_of_format(const HeaderNames& header, const InvoiceFormat& format) {
    return header.find(format.amount) && header.find(format.text.front());
}

InvoiceColumns columns_of_format(const HeaderNames& header, const InvoiceFormat& format) {
    InvoiceColumns columns;
    columns.format = format.name;
    columns.amount = *header.find(format.amount);
    for (const auto& names : format.text) {
        if (const auto column = header.find(names))
            columns.text.push_back(*column);
    }
    columns.usage = header.find(format.usage);
    columns.unit = header.find(format.unit);
    columns.currency = header.find(format.currency);
    columns.sort = header.find(format.sort);
    columns.begin = header.find(format.begin);
    columns.end = header.find(format.end);
    return columns;
}

}  // namespace

std::string plain_words(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain += c;
    }
    return plain;
}

InvoiceColumns find_invoice_columns(const CsvRow& header, const std::string& name) {
    const HeaderNames names(header, name);
    for (const InvoiceFormat& format : invoice_formats()) {
        if (is_of_format(names, format))
            return columns_of_format(names, format);
    }
    const InvoiceFormat& generic = invoice_formats().back();
    const bool amounts = names.find(generic.amount).has_value();
    throw InputError(names.where(),
                     amounts ? "has no column that says what was charged for" : "has no column of amounts",
                     fmt::format("a bill has the columns description and amount, or those of an export that "
                                 "docs/backtest.md lists; here are {}",
                                 fmt::join(header.cells, ", ")));
}

}  // namespace spillway
