#pragma once

#include "sim/billing/price_book.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// A pool with what its "platform" sets laid under what it says itself: policy, limits, queue, time-outs, and
/// the price of its GPU from `book`. "platform", "offer" and "region" are gone from the result; a pool
/// without a platform stays as it is. Throws InputError for an unknown platform, a GPU that it does not sell,
/// and an offer or region without one.
ConfigNode expand_platform(const ConfigNode& pool, const PriceBook& book);

/// Throws InputError for a pool of a platform whose starts nobody has published, and that does not say itself
/// how it starts: one that takes no time would be the best of all platforms', and nobody's claim.
void refuse_unknown_start(const ConfigNode& pool, const ConfigNode& expanded);

}  // namespace spillway
