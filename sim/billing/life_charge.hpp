#pragma once

#include "sim/billing/contract.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/observer.hpp"

namespace spillway {

// What a contract charges for one life: the rules of the meter and of who causes what it meters.

/// To a multiple of `step`; as it is where that is 0.
constexpr Duration round_up(Duration time, Duration step) noexcept {
    return step == Duration::zero() ? time : (time + step - Duration{1}) / step * step;
}

/// A start that came to nothing: the life was never ready.
bool is_failed_start(const WorkerLife& life) noexcept;

/// Whether a worker's own time in `state` is charged, leaving aside how its life ends.
bool charges(const Purchase& purchase, WorkerState state) noexcept;

/// A worker's own charged time, before rounding.
Duration charged_time(const Purchase& purchase, const WorkerLife& life) noexcept;

/// By how much `charged` is rounded up, of a life (or an instance) that ends so. One that the end of the
/// window cuts goes on, and so does its rounding.
Duration rounding_of(const Contract& contract, Duration charged, LifeEnd end, bool began_before) noexcept;

}  // namespace spillway
