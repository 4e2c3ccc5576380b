#include "app/scenario/platform_price.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/prices/price_query.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Entry = PriceBook::Entry;

bool is_sold_by(const Entry& entry, const PlatformPreset& preset, Offer offer) {
    return entry.platform == preset.prices && entry.offer == offer && !entry.gpu.empty() &&
           entry.contract.price.has_value();
}

int instance_of(const Entry& entry, const PlatformOrder& order) {
    return instance_gpus(entry).value_or(order.gpus_per_worker);
}

bool fits(const Entry& entry, const PlatformOrder& order) {
    const int gpus = instance_of(entry, order);
    return gpus >= order.gpus_per_worker && gpus % order.gpus_per_worker == 0 &&
           (!order.gpus_per_instance || !instance_gpus(entry) || gpus == *order.gpus_per_instance);
}

/// What is sold, where it is sold elsewhere or in other instances only.
std::string near_misses(const std::vector<const Entry*>& of_gpu) {
    std::vector<std::string> texts;
    for (const Entry* entry : of_gpu) {
        texts.push_back(entry->name);
        if (const auto gpus = instance_gpus(*entry))
            texts.back() += fmt::format(" ({} {})", *gpus, *gpus == 1 ? "GPU" : "GPUs");
        if (!entry->region.empty())
            texts.back() += fmt::format(" in {}", entry->region);
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

InputError nothing_sold(const PlatformPreset& preset, const PlatformOrder& order, const PriceBook& book,
                        const std::string& where) {
    std::vector<const Entry*> of_gpu;
    for (const Entry& entry : book.entries()) {
        if (gpu_form(entry, order.gpu) && is_sold_by(entry, preset, order.offer))
            of_gpu.push_back(&entry);
    }
    const std::string own = fmt::format(
        "a price of your own goes into the file that the scenario's \"prices\" names, with \"platform\": "
        "\"{}\"",
        preset.prices);
    const std::string_view offer = offer_name(order.offer);
    if (!of_gpu.empty()) {
        return {where,
                fmt::format("\"{}\" sells \"{}\" ({}), but not {}workers of {} {}", preset.name, order.gpu,
                            offer, order.region.empty() ? "" : fmt::format("in \"{}\" ", order.region),
                            order.gpus_per_worker, order.gpus_per_worker == 1 ? "GPU" : "GPUs"),
                fmt::format("it sells {}; {}", near_misses(of_gpu), own)};
    }
    const std::string sold = gpus_sold(preset, order.offer, book);
    return {where, fmt::format("\"{}\" sells no \"{}\" ({})", preset.name, order.gpu, offer),
            fmt::format("{}; {}",
                        sold.empty() ? fmt::format("no price of it is {}", offer) : "it sells " + sold, own)};
}

}  // namespace

std::optional<std::size_t> gpu_form(const Entry& entry, const std::string& gpu) {
    if (entry.gpu == gpu)
        return 0;
    const GpuFacts* known = gpu_of_price_list(entry.gpu);
    if (known == nullptr || known->name != gpu)
        return std::nullopt;
    const auto place = std::find(known->also.begin(), known->also.end(), entry.gpu);
    return 1 + static_cast<std::size_t>(place - known->also.begin());
}

void check_region(const PlatformPreset& preset, const std::string& region, const PriceBook& book,
                  const std::string& where) {
    std::vector<std::string_view> known;
    for (const Entry& entry : book.entries()) {
        if (entry.platform != preset.prices || entry.region.empty())
            continue;
        if (is_in_region(entry.region, region))
            return;
        if (std::find(known.begin(), known.end(), entry.region) == known.end())
            known.emplace_back(entry.region);
    }
    if (known.empty()) {
        throw InputError(
            where, fmt::format("the prices of \"{}\" know no regions", preset.name),
            "leave it out: they are the same everywhere, or their source does not say where they hold");
    }
    throw unknown_name(where, "region", region, known);
}

std::optional<int> instance_gpus(const Entry& entry) { return entry.contract.gpus; }

/// By the names that a pool's "gpu" takes, not those of price lists.
std::string gpus_sold(const PlatformPreset& preset, Offer offer, const PriceBook& book) {
    std::vector<std::string_view> gpus;
    for (const Entry& entry : book.entries()) {
        const GpuFacts* known = is_sold_by(entry, preset, offer) ? gpu_of_price_list(entry.gpu) : nullptr;
        if (known != nullptr && std::find(gpus.begin(), gpus.end(), known->name) == gpus.end())
            gpus.push_back(known->name);
    }
    return fmt::format("{}", fmt::join(gpus, ", "));
}

const Entry* find_platform_price(const PlatformPreset& preset, const PlatformOrder& order,
                                 const PriceBook& book) {
    const auto better = [&](const Entry& a, const Entry& b) {
        const auto key = [&](const Entry& entry) {
            return std::tuple{instance_of(entry, order), gpu_form(entry, order.gpu),
                              gpu_hour(entry.contract)};
        };
        return key(a) < key(b);
    };
    const Entry* best = nullptr;
    for (const Entry& entry : book.entries()) {
        if (!gpu_form(entry, order.gpu) || !is_sold_by(entry, preset, order.offer) || !fits(entry, order) ||
            !is_in_region(entry.region, order.region))
            continue;
        if (best == nullptr || better(entry, *best))
            best = &entry;
    }
    return best;
}

const Entry& platform_price(const PlatformPreset& preset, const PlatformOrder& order, const PriceBook& book,
                            const std::string& where) {
    if (const Entry* found = find_platform_price(preset, order, book))
        return *found;
    throw nothing_sold(preset, order, book, where);
}

}  // namespace spillway
