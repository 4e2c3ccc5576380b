#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"

namespace spillway {

/// How long a request is in service: seconds + seconds_per_input_token * input + seconds_per_output_token *
/// output, unless the trace has its measured time. None of them negative.
struct ServiceAssumption {
    double seconds = 0;
    double seconds_per_input_token = 0;
    double seconds_per_output_token = 0;
    std::uint32_t requests_per_gpu = 1;  ///< above 0
};

/// A source without a fleet behind it: nobody waits, and each request is answered after its service time, so
/// that clients who wait for answers go on. Memory grows with the concurrency.
class UnloadedReplay {
public:
    enum class Step : std::uint8_t { kArrival, kFinish, kEnd };

    /// Requests without any service time are answered after 1 s. The source must outlive the replay.
    UnloadedReplay(RequestSource& source, const std::optional<ServiceAssumption>& service)
        : source_(source), service_(service) {}

    /// What happens next; a finish comes before an arrival of the same instant. Throws what the source
    /// throws.
    Step next();
    /// Requires: the last step was kArrival.
    const Arrival& arrival() const noexcept { return arrival_; }
    /// When the last step happened.
    SimTime at() const noexcept { return at_; }

private:
    struct InService {
        ClientAnswer answer;
        std::uint64_t order;
    };
    struct Later {
        bool operator()(const InService& a, const InService& b) const noexcept {
            return a.answer.at != b.answer.at ? a.answer.at > b.answer.at : a.order > b.order;
        }
    };
    Duration service_time() const;

    RequestSource& source_;
    std::optional<ServiceAssumption> service_;
    Arrival arrival_;
    SimTime at_;
    std::uint64_t arrivals_ = 0;
    std::priority_queue<InService, std::vector<InService>, Later> in_service_;
};

}  // namespace spillway
