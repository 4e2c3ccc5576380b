#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// Why a worker was idle: the fleet's four integrals, in their order.
constexpr int kIdleReasons = 4;

/// What one pool used inside the measured window and its contract charges for, in whole base units: what
/// prices are put on, for the window as for a month. GPU-ns are nanoseconds times GPUs; instance-ns are
/// nanoseconds of whole instances.
///
/// The GPU time adds up, and the meter checks it: states + idle + failed starts + rounding + stranded =
/// billed_instances x GPUs of an instance.
struct UsageTotals {
    Duration window{0};

    std::array<Int128, kWorkerStates> states{};  ///< billed GPU-ns by state, but idle and failed starts
    std::array<Int128, kIdleReasons> idle{};     ///< billed GPU-ns
    Int128 failed_starts = 0;                    ///< billed GPU-ns of starts that failed or were cancelled
    Int128 rounding = 0;          ///< GPU-ns by which steps and minimums exceed the time itself
    Int128 stranded = 0;          ///< GPU-ns of instances that no worker had
    Int128 billed_instances = 0;  ///< instance-ns, rounding included
    std::vector<Int128> steps;    ///< of these, by contract step: GPU-ns
    std::vector<Int128> covered;  ///< of these, by commitment: GPU-ns
    std::vector<Int128> unused;   ///< committed and not used: GPU-ns
    std::vector<Int128> storage;  ///< by storage of the contract: byte-ns

    Int128 slots = 0;         ///< GPU-ns as if each request had a worker to itself
    Int128 failed_slots = 0;  ///< of these: attempts that did not complete
    Int128 drained = 0;       ///< GPU-ns in which draining workers served, billed or not

    std::int64_t requests = 0;  ///< completed
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
};

}  // namespace spillway
