#pragma once

#include "sim/billing/price_book.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// A pool with what its "platform" sets laid under what it says itself: policy, limits, queue, time-outs, and
/// the price of its GPU from `book`. "platform", "offer" and "region" are gone from the result; a pool
/// without a platform stays as it is. Throws InputError for an unknown platform, a GPU that it does not sell,
/// and an offer or region without one.
ConfigNode expand_platform(const ConfigNode& pool, const PriceBook& book);

}  // namespace spillway
