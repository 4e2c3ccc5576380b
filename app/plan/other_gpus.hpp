#pragma once

#include <string>
#include <vector>

#include "app/plan/named_pool.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// `pool` on each of these GPUs, or on all whose kernels are known where none is named: those other than its
/// own that have a price on the same terms (the catalogue's same platform and offer, or the pool's platform).
/// Empty for a pool whose service takes as long on any GPU, and for one with a price of its own. Whether the
/// model fits is left to the race. Throws InputError at --gpus for an unknown GPU.
std::vector<NamedPool> on_other_gpus(const ConfigNode& pool, const Scenario& scenario,
                                     const std::vector<std::string>& gpus);

}  // namespace spillway
