#include "sim/billing/life_charge.hpp"

#include <algorithm>

namespace spillway {
namespace {

bool bills_start(const BilledStates& billed, LifeEnd end) noexcept {
    return end == LifeEnd::kCancelled ? billed.cancelled_start : billed.failed_start;
}

}  // namespace

bool is_failed_start(const WorkerLife& life) noexcept {
    if (life.end == LifeEnd::kCancelled)
        return true;
    if (life.end != LifeEnd::kFailed)
        return false;
    const WorkerClock& clock = life.clock;
    Duration after_ready{0};
    for (const WorkerState state :
         {WorkerState::kIdle, WorkerState::kBusy, WorkerState::kDraining, WorkerState::kStopping}) {
        after_ready += clock.spent(state);
    }
    return after_ready == Duration::zero();
}

bool charges(const Purchase& purchase, WorkerState state) noexcept {
    // The node of a shared instance is acquired once, whichever worker asked for it: its own record has that
    // time.
    if (purchase.shares_instances() && state == WorkerState::kAcquiring)
        return false;
    return bills(purchase.contract.billed, state);
}

Duration charged_time(const Purchase& purchase, const WorkerLife& life) noexcept {
    Duration charged{0};
    if (is_failed_start(life) && !bills_start(purchase.contract.billed, life.end))
        return charged;
    for (int i = 0; i < kWorkerStates; ++i) {
        const auto state = static_cast<WorkerState>(i);
        if (charges(purchase, state))
            charged += life.clock.spent(state);
    }
    return charged;
}

Duration rounding_of(const Contract& contract, Duration charged, LifeEnd end, bool began_before) noexcept {
    if (charged == Duration::zero() || end == LifeEnd::kRunning)
        return Duration::zero();
    const Duration rounded = round_up(charged, contract.step);
    return (began_before ? rounded : std::max(rounded, contract.minimum)) - charged;
}

}  // namespace spillway
