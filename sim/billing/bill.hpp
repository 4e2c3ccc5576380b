#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/billing/contract.hpp"
#include "sim/billing/money.hpp"
#include "sim/billing/usage_totals.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What a bill charges for, in the order of its lines. GPU time is charged at the contract's own price first;
/// what steps and commitments make cheaper or dearer stands in lines of its own.
enum class LineKind : std::uint8_t {
    kBusy,
    kThrottled,
    kAcquire,
    kPull,
    kInit,
    kIdleFloor,
    kIdleBuffer,
    kIdleTimeout,
    kIdleHeadroom,
    kDraining,
    kStopping,
    kFailedState,
    kFailedWork,
    kRounding,
    kStranded,
    kSteps,
    kCommitmentDiscount,
    kUnusedCommitments,
    kCpu,
    kMemory,
    kStorage,
    kEgress,
    kInputTokens,
    kCachedTokens,
    kOutputTokens,
    kRequests,
};
constexpr int kLineKinds = 26;

/// "idle: floor kept warm".
std::string_view line_name(LineKind kind) noexcept;
/// The heading that the line belongs under: "idle".
std::string_view line_group(LineKind kind) noexcept;

/// One line. amount = usage x price x price_part x the bill's scale, rounded once to a nano-dollar, half to
/// even; where `at_list` is set, less the same usage at that price, rounded likewise.
struct BillLine {
    LineKind kind;
    std::string name;  ///< of the storage, the step, the tier; else empty
    Int128 usage = 0;  ///< inside the window, in base units of the price's measure (GPU-ns for time)
    Price price;
    std::optional<Price> at_list;
    Money amount;
};

/// What one pool pays. The total is the sum of the lines, to the nano-dollar.
struct Bill {
    std::vector<BillLine> lines;
    Money total;
    Ratio scale;  ///< 1/1 for the window itself

    Money sum(LineKind kind) const;
    Money group_sum(std::string_view group) const;
};

/// Puts the contract's prices on what was used. With a scale, the usage is multiplied first and priced then:
/// free allowances and tiers are those of the scaled time, and a rounding happens once, at the end.
/// A window has the share of a month's allowances that it has of the month.
Bill price_usage(const Purchase& purchase, const UsageTotals& totals, Ratio scale = {});

/// From a window to a month of the contract.
Ratio month_scale(const Contract& contract, Duration window);

/// GPU time at the contract's price, before steps and commitments. Requires: the contract has a price.
Money charge_gpu_time(const Purchase& purchase, Int128 gpu_ns, Ratio scale = {});

/// The part of `gpu_ns` of serving that attempts which did not complete had, rounded down. Time in which
/// requests overlap has no single owner: such attempts get their share of the slot time.
Int128 failed_part(const UsageTotals& totals, Int128 gpu_ns);

/// Usage in the unit that people read: GPU-s, vCPU-s, GiB-s, GB, tokens, requests.
double readable_usage(const BillLine& line, Ratio scale) noexcept;
std::string_view readable_unit(const BillLine& line) noexcept;

}  // namespace spillway
