#pragma once

#include <span>

#include "sim/billing/contract.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// The members of a pool's "price" object; the first is "catalog". (A plain text there is the price alone.)
std::span<const ParamSpec> contract_params() noexcept;

/// Lays what `reader` has over `contract`: numbers and switches replace, meters keep what is not named,
/// storage is matched by its name. `reader` must declare contract_params() without the first. InputError
/// where a value is wrong by itself.
void overlay_contract(ParamReader& reader, Contract& contract);

/// Throws InputError at `where` when parts of a contract contradict each other or it sells nothing.
void check_contract(const Contract& contract, const std::string& where);

}  // namespace spillway
