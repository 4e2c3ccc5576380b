#include "sim/billing/contract.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kMostInstances = 1'000'000;
/// Of the terms of a ratio: years of nanoseconds times it fit 128 bits.
constexpr std::int64_t kMostTerm = 1'000'000'000'000'000;

Int128 greatest_common_divisor(Int128 a, Int128 b) { return b == 0 ? a : greatest_common_divisor(b, a % b); }

/// The product, or nothing where it is above kMostTerm.
std::optional<std::int64_t> small_product(const std::array<Int128, 4>& factors) {
    Int128 product = 1;
    for (const Int128 factor : factors) {
        if (factor > kMostTerm || product * factor > kMostTerm)
            return std::nullopt;
        product *= factor;
    }
    return static_cast<std::int64_t>(product);
}

Int128 power_of_ten(int exponent) { return exponent <= 0 ? 1 : 10 * power_of_ten(exponent - 1); }

/// What `plan` buys of instances, exactly: money an hour over price an hour. Nothing where that takes more
/// digits than there are.
std::optional<Ratio> bought_instances(const Commitment& plan, const Purchase& purchase) {
    const Contract& contract = purchase.contract;
    const int decimals = plan.price.amount.decimals - plan.spend->amount.decimals;
    const int gpus = contract.per == PricePer::kGpu ? purchase.gpus_per_instance : 1;
    std::array<Int128, 4> above{plan.spend->amount.mantissa, power_of_ten(decimals),
                                base_units(plan.price.unit, contract.month), 1};
    std::array<Int128, 4> below{plan.price.amount.mantissa, power_of_ten(-decimals),
                                base_units(plan.spend->unit, contract.month), gpus};
    for (Int128& a : above) {
        for (Int128& b : below) {
            const Int128 common = greatest_common_divisor(a, b);
            a /= common;
            b /= common;
        }
    }
    const auto numerator = small_product(above);
    const auto denominator = small_product(below);
    if (!numerator || !denominator)
        return std::nullopt;
    return Ratio{*numerator, *denominator};
}

void check_savings_plans(const Purchase& purchase, const std::string& where) {
    for (const Commitment& commitment : purchase.contract.commitments) {
        if (!commitment.spend)
            continue;
        const auto instances = bought_instances(commitment, purchase);
        if (instances && instances->numerator / instances->denominator <= kMostInstances)
            continue;
        throw InputError(where,
                         fmt::format("a savings plan of {} at {} cannot be laid into hours",
                                     format_price(*commitment.spend), format_price(commitment.price)),
                         "fewer digits; a million instances at most");
    }
}

}  // namespace

Ratio covered_instances(const Commitment& commitment, const Purchase& purchase) {
    if (!commitment.spend)
        return {commitment.instances, 1};
    const auto bought = bought_instances(commitment, purchase);
    SPILLWAY_CHECK(bought.has_value(), "a savings plan was not checked against its pool");
    return *bought;
}

bool bills(const BilledStates& billed, WorkerState state) noexcept {
    switch (state) {
        case WorkerState::kAsked:
            return billed.throttled;
        case WorkerState::kAcquiring:
            return billed.acquire;
        case WorkerState::kPulling:
            return billed.pull;
        case WorkerState::kStarting:
            return billed.init;
        case WorkerState::kIdle:
            return billed.idle;
        case WorkerState::kBusy:
            return true;
        case WorkerState::kDraining:
            return billed.draining;
        case WorkerState::kStopping:
            return billed.stopping;
        case WorkerState::kStopped:
            return false;
        case WorkerState::kFailed:
            return billed.failed;
    }
    return false;
}

void check_purchase(const Purchase& purchase, const std::string& where) {
    const Contract& contract = purchase.contract;
    if (!contract.price)
        return;
    if (contract.per == PricePer::kInstance && contract.gpus &&
        *contract.gpus != purchase.gpus_per_instance) {
        throw InputError(where,
                         fmt::format("the price buys instances of {} GPUs, the pool's have {}",
                                     *contract.gpus, purchase.gpus_per_instance),
                         fmt::format("set the pool's GPUs per instance to {}", *contract.gpus));
    }
    check_savings_plans(purchase, where);
    if (!purchase.shares_instances())
        return;
    const BilledStates& billed = contract.billed;
    const bool whole = billed.pull && billed.init && billed.idle && billed.draining && billed.stopping &&
                       billed.failed_start && billed.cancelled_start;
    if (!whole || billed.throttled) {
        throw InputError(
            where,
            fmt::format("an instance of {} GPUs with workers of {} is paid for as a whole: pull, init, "
                        "idle, draining, stopping, failed and cancelled starts are billed, "
                        "throttled time is not",
                        purchase.gpus_per_instance, purchase.gpus_per_worker),
            "remove the switches under \"billed\" that say otherwise, or give a worker the whole instance");
    }
}

}  // namespace spillway
