#pragma once

#include <span>
#include <vector>

#include "sim/billing/bill.hpp"
#include "sim/billing/charge_shares.hpp"

namespace spillway {

/// One line of a bill, split over who caused it: an amount an owner, in the order of OwnerShares. They add up
/// to the line's own amount, to the nano-dollar.
struct ChargedLine {
    std::vector<Money> by_owner;
};

/// Splits every line of `bill`, in its order. What is metered by the GPU time (meters, steps, discounts of
/// commitments, stranded GPUs, disks of running instances) follows the GPU time that each owner pays for;
/// what is paid around the clock (unused commitments, standing disks) and what is kept by a rule (floor,
/// spare buffer, base headroom) stays with the pool.
std::vector<ChargedLine> charge_back(const Purchase& purchase, const Bill& bill, const ChargeShares& shares);

/// `amount` in the proportions of `shares`, by largest remainder: each gets its part rounded towards zero,
/// and the nano-dollars that are left go one each to the largest remainders, the first of equals. Where the
/// shares are all 0, the last one, the pool, gets it all. Requires: no share is negative; there is one.
std::vector<Money> split_amount(Money amount, std::span<const Int128> shares);

}  // namespace spillway
