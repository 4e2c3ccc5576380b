#pragma once

#include <cstdint>
#include <vector>

#include "app/bound/bound_pools.hpp"

namespace spillway {

/// The measured traffic of a scenario as every policy meets it.
struct PlayedTraffic {
    SimTime horizon;
    std::vector<std::uint64_t> by_class;  ///< requests
    std::uint64_t digest = 0;             ///< equal for equal traffic
};

/// Plays the traffic of an assembly, which has then none left. Throws InputError for clients that react to
/// answers: what they send depends on the policy.
PlayedTraffic play_traffic(const Scenario& scenario, Assembly& assembly);

/// One measured request, and what it takes at the least. In seconds, rounded so that a bound only falls.
struct OfferedRequest {
    SimTime at;
    ClassId class_id;
    float first_token = 0;   ///< from admission, in the pool where it comes soonest
    float last_token = 0;    ///< likewise
    float rest = 0;          ///< from the first to the last token, where that takes longest; may be infinite
    float paced_tokens = 0;  ///< after the first
    float way_in = 0;        ///< to the workers, in the pool where that takes longest
    float duration = 0;      ///< on a worker of the first pool of workers
    float work = 0;          ///< of a unit of that pool
    float api_cost = 0;      ///< dollars, of the cheapest API; infinite without one
};

struct Offered {
    std::vector<OfferedRequest> requests;  ///< by arrival
    /// By pool of workers, in their order: its work and durations are at least so many times those of the
    /// first.
    std::vector<double> work_ratios;
    std::vector<double> duration_ratios;
};

/// Plays the traffic of an assembly, as play_traffic() does. Throws InputError for a service that cannot say
/// what a request takes at the least.
Offered read_offered(const Scenario& scenario, Assembly& assembly, const std::vector<BoundPool>& pools,
                     SimTime horizon);

}  // namespace spillway
