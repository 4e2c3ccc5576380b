#include "app/scenario/platform.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform_price.hpp"
#include "app/scenario/scenario_params.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Kind = ConfigNode::Kind;

/// What a pool says of its platform and of its GPUs, before anything is laid under it.
class Order {
public:
    Order(const ConfigNode& pool, const PlatformPreset& preset) : pool_(pool), preset_(preset) {}

    ConfigNode expand(const PriceBook& book) const {
        ConfigNode result = overlay_members(preset_.pool, pool_);
        for (const std::string_view member : {"platform", "offer", "region"})
            result = without_member(result, member);
        if (preset_.prices.empty()) {
            refuse_choice("offer");
            refuse_choice("region");
            return result;
        }
        if (const ConfigNode* region = pool_.find("region"))
            check_region(preset_, region->as_text(), book, region->where());
        return states_price() ? result : with_price(result, book);
    }

private:
    void refuse_choice(std::string_view member) const {
        if (const ConfigNode* given = pool_.find(member)) {
            throw InputError(given->where(), fmt::format("\"{}\" sells no GPUs", preset_.name),
                             "it runs on GPUs that others sell: the pool's \"price\" says what they cost");
        }
    }

    /// Whether the pool's own price stands by itself.
    bool states_price() const {
        const ConfigNode* price = pool_.find("price");
        if (price == nullptr)
            return false;
        return price->kind() != Kind::kObject || price->find("catalog") != nullptr ||
               price->find("instance") != nullptr || price->find("tokens") != nullptr;
    }

    std::optional<int> gpus(const ConfigNode& merged, std::string_view member) const {
        const ConfigNode* gpus = merged.find("gpus");
        const ConfigNode* given = gpus != nullptr ? gpus->find(member) : nullptr;
        if (given == nullptr)
            return std::nullopt;
        const std::int64_t count = given->as_integer();
        if (count < 1 || count > 1'000'000)
            throw InputError(given->where(), "must be 1 to 1,000,000");
        return static_cast<int>(count);
    }

    Offer offer() const {
        const ConfigNode* given = pool_.find("offer");
        if (given == nullptr)
            return preset_.offers.front();
        const auto names = offer_names();
        const auto found = std::find(names.begin(), names.end(), given->as_text());
        if (found == names.end())
            throw unknown_name(given->where(), "offer", given->as_text(), {names.begin(), names.end()});
        return static_cast<Offer>(found - names.begin());
    }

    PlatformOrder order_of(const ConfigNode& merged, const PriceBook& book) const {
        const ConfigNode* gpu = pool_.find("gpu");
        const ConfigNode* region = pool_.find("region");
        PlatformOrder order;
        order.offer = offer();
        if (gpu == nullptr) {
            throw InputError(pool_.where(),
                             fmt::format("\"gpu\" is missing: \"{}\" sells several", preset_.name),
                             "it sells " + gpus_sold(preset_, order.offer, book));
        }
        order.gpu = gpu->as_text();
        order.region = region != nullptr ? region->as_text() : preset_.region;
        order.gpus_per_worker = gpus(merged, "per_worker").value_or(1);
        order.gpus_per_instance = gpus(merged, "per_instance");
        return order;
    }

    ConfigNode with_price(const ConfigNode& merged, const PriceBook& book) const;
    ConfigNode price_node(const ConfigNode& merged, const PlatformOrder& order, const PriceBook& book) const;

    std::string place(std::string_view member) const {
        return fmt::format("platform {}: {}", preset_.name, member);
    }

    const ConfigNode& pool_;
    const PlatformPreset& preset_;
};

/// Workers that are always on cost less than those beyond them.
ConfigNode active_price(const ConfigNode& merged, const std::string& flex, const Contract& active,
                        const std::string& place) {
    const ConfigNode* workers = merged.find("workers");
    const ConfigNode* min = workers != nullptr ? workers->find("min") : nullptr;
    const std::int64_t count = min != nullptr ? min->as_integer() : 0;
    if (count < 1) {
        throw InputError(merged.where(), "\"serverless-active\" is the price of workers that are always on",
                         "say how many: \"workers\": {\"min\": 2}");
    }
    ConfigNode step =
        ConfigNode::object(place, {{"first", ConfigNode::integer(place, count)},
                                   {"price", ConfigNode::text(place, format_price(*active.price))}});
    return ConfigNode::object(place, {{"catalog", ConfigNode::text(place, flex)},
                                      {"steps", ConfigNode::list(place, {std::move(step)})}});
}

ConfigNode Order::price_node(const ConfigNode& merged, const PlatformOrder& order,
                             const PriceBook& book) const {
    const std::string where = member_place(pool_.where(), "gpu");
    const PriceBook::Entry& entry = platform_price(preset_, order, book, where);
    const std::string at = place("price");
    if (order.offer == Offer::kServerlessActive) {
        PlatformOrder flex = order;
        flex.offer = Offer::kServerless;
        return active_price(merged, platform_price(preset_, flex, book, where).name, entry.contract, at);
    }
    return ConfigNode::object(at, {{"catalog", ConfigNode::text(at, entry.name)}});
}

ConfigNode Order::with_price(const ConfigNode& merged, const PriceBook& book) const {
    const PlatformOrder order = order_of(merged, book);
    const ConfigNode price = price_node(merged, order, book);
    const ConfigNode* own = pool_.find("price");
    ConfigNode result = with_member(merged, {"price", own != nullptr ? overlay_node(price, *own) : price});
    const PriceBook::Entry& entry = book.entry(price.find("catalog")->as_text(), price.where());
    const auto instance = instance_gpus(entry);
    if (order.gpus_per_instance || !instance || *instance == order.gpus_per_worker)
        return result;
    const ConfigNode sold = ConfigNode::object(
        place("gpus"), {{"per_instance", ConfigNode::integer(place("gpus.per_instance"), *instance)}});
    const ConfigNode* gpus = merged.find("gpus");
    return with_member(result, {"gpus", gpus != nullptr ? overlay_members(sold, *gpus) : sold});
}

void refuse_without_platform(const ConfigNode& pool) {
    for (const std::string_view member : {"offer", "region"}) {
        if (const ConfigNode* given = pool.find(member))
            throw InputError(given->where(), "goes with a \"platform\"",
                             "`spillway list platforms` shows them");
    }
}

/// Whether it is what price lists call a platform that has another name here.
bool is_sold_by_preset(const std::string& prices) {
    const auto presets = platform_catalog();
    return std::any_of(presets.begin(), presets.end(),
                       [&](const PlatformPreset& preset) { return preset.prices == prices; });
}

/// Rules of billing have no behaviour that a pool could get.
void refuse_price_platform(const ConfigNode& name, const ConfigNode& pool, const PriceBook& book) {
    const auto entries = book.entries();
    const auto sells = std::find_if(entries.begin(), entries.end(), [&](const PriceBook::Entry& entry) {
        return entry.platform == name.as_text();
    });
    if (sells == entries.end())
        return;
    const auto of_gpu = std::find_if(sells, entries.end(), [&](const PriceBook::Entry& entry) {
        const ConfigNode* gpu = pool.find("gpu");
        return gpu != nullptr && entry.platform == name.as_text() && entry.gpu == gpu->as_text();
    });
    throw InputError(
        name.where(),
        fmt::format("\"{}\" is a platform of the price book, which says what it costs and not how "
                    "it behaves",
                    name.as_text()),
        fmt::format(R"(write "price": {{"catalog": "{}"}} and leave "platform" out)",
                    (of_gpu != entries.end() ? of_gpu : sells)->name));
}

}  // namespace

ConfigNode expand_platform(const ConfigNode& pool, const PriceBook& book) {
    const ConfigNode* name = pool.find("platform");
    if (name == nullptr) {
        refuse_without_platform(pool);
        return pool;
    }
    if (find_preset(name->as_text()) == nullptr && !is_sold_by_preset(name->as_text()))
        refuse_price_platform(*name, pool, book);
    const PlatformPreset& preset = preset_named(name->as_text(), name->where());
    const ConfigNode* kind = pool.find("kind");
    if (kind != nullptr && kind->as_text() == "api")
        throw InputError(name->where(), "an api has no platform",
                         "leave it out; \"price\" says what tokens cost");
    return Order(pool, preset).expand(book);
}

void refuse_unknown_start(const ConfigNode& pool, const ConfigNode& expanded) {
    const ConfigNode* platform = pool.find("platform");
    if (platform == nullptr || expanded.find("startup") != nullptr)
        return;
    throw InputError(
        pool.where(),
        fmt::format("\"startup\" is missing: no source says how long a start on \"{}\" takes",
                    platform->as_text()),
        R"(write what you measured or assume, as "startup": [{"phase": "container", "time": "60s"}])");
}

}  // namespace spillway
