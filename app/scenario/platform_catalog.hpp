#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/billing/price_book.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// What a pool gets by naming a platform, as models/catalog/platforms.json has it.
struct PlatformPreset {
    std::string name;
    std::string summary;
    std::string prices;         ///< the platform of the price book that sells its GPUs; empty: it sells none
    std::vector<Offer> offers;  ///< how it sells; the first unless the pool says otherwise
    std::string region;         ///< whose prices are taken unless the pool says otherwise; empty: any
    ConfigNode pool{""};        ///< members of a pool
    std::vector<std::string> assumed;  ///< what no source states, with what was taken
    Provenance provenance;             ///< without `catalog`
};

/// Every platform that a pool can name, in the file's order.
std::span<const PlatformPreset> platform_catalog();

/// Nullptr when there is none of that name.
const PlatformPreset* find_preset(std::string_view name);

/// InputError at `where` with the nearest name.
const PlatformPreset& preset_named(std::string_view name, const std::string& where);

}  // namespace spillway
