#include "sim/billing/contract.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {

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
