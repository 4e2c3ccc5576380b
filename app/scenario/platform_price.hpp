#pragma once

#include <optional>
#include <string>

#include "app/scenario/platform_catalog.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {

/// What a pool buys of a platform.
struct PlatformOrder {
    std::string gpu;  ///< as the scenario names it
    Offer offer = Offer::kServerless;
    std::string region;  ///< empty: any
    int gpus_per_worker = 1;
    std::optional<int> gpus_per_instance;  ///< empty: as sold
};

/// The price of the platform for that order, or nullptr when it sells none. Of several, the smallest instance
/// that holds a worker; of these, the form of the GPU that its kernels were measured on; of these, the
/// cheapest; of these, the book's first.
const PriceBook::Entry* find_platform_price(const PlatformPreset& preset, const PlatformOrder& order,
                                            const PriceBook& book);
/// The same; throws InputError at `where` when it sells none, with what it sells and where to put a price.
const PriceBook::Entry& platform_price(const PlatformPreset& preset, const PlatformOrder& order,
                                       const PriceBook& book, const std::string& where);

/// Whether it is a price of that GPU, and how far from the form whose kernels were measured: 0 for the name
/// itself, more for its slower and faster forms. Empty for another GPU.
std::optional<std::size_t> gpu_form(const PriceBook::Entry& entry, const std::string& gpu);

/// Throws InputError at `where` for a region that no price of the platform is in, with those there are.
void check_region(const PlatformPreset& preset, const std::string& region, const PriceBook& book,
                  const std::string& where);

/// GPUs of an instance that such a price buys; a price of single GPUs says nothing.
std::optional<int> instance_gpus(const PriceBook::Entry& entry);

/// The GPUs that a platform sells so, as price lists name them, in the book's order.
std::string gpus_sold(const PlatformPreset& preset, Offer offer, const PriceBook& book);

}  // namespace spillway
