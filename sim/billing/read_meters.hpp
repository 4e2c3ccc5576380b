#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/billing/contract.hpp"
#include "sim/core/config.hpp"

// The parts of read_contract() that read what is metered beside GPU time. Internal.
namespace spillway::contract_reading {

void replace_duration(ParamReader& reader, std::string_view name, Duration& value);
std::optional<Price> optional_price(ParamReader& reader, std::string_view name, Measure measure);
/// What the file gives, or else the catalog's at `present`; InputError when there is neither.
Price price_or(ParamReader& reader, std::string_view name, Measure measure, const Price* present);

void overlay_cpu(const ConfigNode& node, std::optional<CpuMeter>& cpu);
void overlay_memory(const ConfigNode& node, std::optional<MemoryMeter>& memory);
void overlay_storage(const ConfigNode& list, std::vector<Storage>& storage);
void overlay_egress(const ConfigNode& node, std::optional<Egress>& present);
TokenPrices read_tokens(const ConfigNode& node);

}  // namespace spillway::contract_reading
