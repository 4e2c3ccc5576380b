#include "app/bound/unit_cost.hpp"

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

using namespace std::chrono_literals;

constexpr Duration kStretch = 1'000'000s;  // long enough that a price's rounding does not show

Ratio part_of_price(const Purchase& purchase) {
    return {1, purchase.contract.per == PricePer::kGpu ? 1 : purchase.gpus_per_instance};
}

/// Dollars a second of a unit: its GPUs at the cheapest price that any of them can have, and its meters.
double rate(const Purchase& purchase) {
    const Contract& contract = purchase.contract;
    const auto cost = [&](Int128 amount, const Price& price, Ratio part = {}) {
        return to_usd(charge(kStretch.count() * amount, price, contract.month, part)) / to_seconds(kStretch);
    };
    const auto gpus = [&](const Price& price) {
        return cost(purchase.gpus_per_instance, price, part_of_price(purchase));
    };
    double result = gpus(*contract.price);
    for (const PriceStep& step : contract.steps) result = std::min(result, gpus(step.price));
    if (contract.cpu)
        result += cost(contract.cpu->milli_vcpus, contract.cpu->price);
    if (contract.memory)
        result += cost(contract.memory->bytes, contract.memory->price);
    for (const Storage& storage : contract.storage) {
        if (storage.time == StorageTime::kRunning && storage.bytes > 0)
            result += cost(storage.bytes, storage.price);
    }
    return result;
}

/// Unit-seconds that commitments cover; beyond meters, their use costs nothing more.
double covered_seconds(const Purchase& purchase, Duration window) {
    double covered = 0;
    for (const Commitment& commitment : purchase.contract.commitments) {
        const Ratio units = covered_instances(commitment, purchase);
        covered += to_seconds(window) * static_cast<double>(units.numerator) /
                   static_cast<double>(units.denominator);
    }
    return covered;
}

BilledPhases billed_phases(const Purchase& purchase) {
    BilledPhases billed{};
    for (int phase = 0; phase < kStartPhases; ++phase) {
        const WorkerState state = state_of(static_cast<StartPhase>(phase));
        // The second worker of an instance finds its node acquired, and may be the first to be ready.
        const bool spared = purchase.shares_instances() && state == WorkerState::kAcquiring;
        billed[static_cast<std::size_t>(phase)] = !spared && bills(purchase.contract.billed, state);
    }
    return billed;
}

}  // namespace

double UnitCost::start_cost(SimTime ready) const {
    const bool whole = !starts_before || (!starts_are_drawn_out && ready >= SimTime{} + start.longest);
    const Duration after_0 = std::max(Duration::zero(), ready.time_since_epoch());
    return per_second * to_seconds(whole ? start.billed : std::min(after_0, start.tail));
}

Money always_paid(const Purchase& purchase, Duration window) {
    const Contract& contract = purchase.contract;
    Money paid;
    for (const Storage& storage : contract.storage) {
        if (storage.time == StorageTime::kAlways && storage.bytes > 0)
            paid += charge(Int128{window.count()} * storage.bytes, storage.price, contract.month);
    }
    for (const Commitment& commitment : contract.commitments) {
        paid += charge(Int128{window.count()} * purchase.gpus_per_instance, commitment.price, contract.month,
                       part_of_price(purchase), covered_instances(commitment, purchase));
    }
    return paid;
}

UnitCost unit_cost(const Purchase& purchase, const PoolSpec& pool, Duration window, SimTime begin) {
    const Contract& contract = purchase.contract;
    UnitCost cost;
    cost.workers = pool.gpus_per_instance / pool.gpus_per_worker;
    cost.pays_idle = contract.billed.idle;
    // Who drains serves what it has: where that is free, all serving might be.
    if (contract.billed.draining)
        cost.per_second = rate(purchase);
    cost.covered = covered_seconds(purchase, window);
    cost.none_at_0 = pool.starts_empty && begin == SimTime{};
    cost.starts_before = begin < SimTime{};
    cost.starts_are_drawn_out = pool.startup->shares_links();
    if (cost.pays_idle)
        cost.start = least_start(*pool.startup, billed_phases(purchase));
    return cost;
}

}  // namespace spillway
