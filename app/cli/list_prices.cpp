#include <algorithm>
#include <array>

#include "app/cli/list_catalog.hpp"
#include "app/io/json_file.hpp"
#include "app/io/output_file.hpp"
#include "app/prices/price_query.hpp"
#include "app/prices/price_table.hpp"
#include "app/scenario/platform_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// In the order of PriceOrder.
constexpr std::array<std::string_view, 4> kOrders{"book", "price", "gpu", "date"};

/// The place of `word` in `words`; InputError that names the option otherwise.
template <class Words>
std::size_t place_of(const Words& words, const std::string& option, std::string_view kind,
                     const std::string& word) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
        throw unknown_name("--" + option, kind, word, {words.begin(), words.end()});
    return static_cast<std::size_t>(found - words.begin());
}

PriceQuery query_of(const Options& options) {
    PriceQuery query;
    query.gpu = options.value("gpu").value_or("");
    query.region = options.value("region").value_or("");
    query.platform = options.value("platform").value_or("");
    if (const PlatformPreset* preset = find_preset(query.platform);
        preset != nullptr && !preset->prices.empty())
        query.platform = preset->prices;
    if (const auto kind = options.value("kind"))
        query.offer = static_cast<Offer>(place_of(offer_names(), "kind", "kind", *kind));
    if (const auto order = options.value("sort"))
        query.order = static_cast<PriceOrder>(place_of(kOrders, "sort", "order", *order));
    return query;
}

}  // namespace

PriceBook price_book_of(const Options& options) {
    PriceBook book = PriceBook::built_in();
    if (const auto file = options.value("prices"))
        book.merge(read_config_file(*file));
    return book;
}

std::string prices_text(const Options& options) {
    const PriceBook book = price_book_of(options);
    const auto found = find_prices(book, query_of(options));
    if (found.empty())
        return "No price is of all that together.\n";
    return price_table(found);
}

bool write_prices(const Options& options) {
    const PriceBook book = price_book_of(options);
    const auto found = find_prices(book, query_of(options));
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    if (json == "-" && csv == "-")
        throw InputError("--csv", "standard output is the JSON's already", "name a file for one of the two");
    if (json)
        write_output(*json, price_json(found));
    if (csv)
        write_output(*csv, price_csv(found));
    return json == "-" || csv == "-";
}

}  // namespace spillway
