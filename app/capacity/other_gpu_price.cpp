#include "app/capacity/other_gpu_price.hpp"

#include <algorithm>

#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform_price.hpp"
#include "app/scenario/scenario_prices.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {
namespace {

const PriceBook::Entry* find_price(const PriceBook& book, const std::string& name) {
    const auto entries = book.entries();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const PriceBook::Entry& entry) { return entry.name == name; });
    return found == entries.end() ? nullptr : &*found;
}

const PriceBook::Entry* same_terms(const PriceBook& book, const PriceBook::Entry& own,
                                   const std::string& gpu) {
    if (gpu_form(own, gpu))
        return &own;
    const auto entries = book.entries();
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const PriceBook::Entry& entry) {
        return entry.platform == own.platform && entry.offer == own.offer &&
               entry.contract.gpus.value_or(1) == own.contract.gpus.value_or(1) &&
               gpu_form(entry, gpu).has_value();
    });
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace

ConfigNode priced_for(const ConfigNode& pool, const Scenario& scenario, const std::string& gpu) {
    const ConfigNode* own_gpu = pool.find("gpu");
    const ConfigNode* price = pool.find("price");
    if (price == nullptr || (own_gpu != nullptr && own_gpu->as_text() == gpu))
        return pool;
    const ConfigNode* catalog = price->kind() == ConfigNode::Kind::kObject ? price->find("catalog") : nullptr;
    if (catalog == nullptr)
        return without_member(pool, "price");
    const PriceBook book = scenario_prices(scenario);
    const PriceBook::Entry* own = find_price(book, catalog->as_text());
    const PriceBook::Entry* other = own == nullptr ? nullptr : same_terms(book, *own, gpu);
    if (other == nullptr)
        return without_member(pool, "price");
    return with_member(
        pool, {"price", with_member(*price, {"catalog", ConfigNode::text(catalog->where(), other->name)})});
}

}  // namespace spillway
