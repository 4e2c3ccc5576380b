#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/capacity/request_mix.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/gen/reactive.hpp"

namespace spillway {

/// Independent arrivals at a constant rate. Time is stretched with the rate and nothing else: under every
/// rate the same requests come in the same order, their gaps in the same proportions, so that rates compare
/// as pairs. The mix outlives the source.
class OpenLoad final : public RequestSource {
public:
    /// `warm_up` mean gaps before time 0, and `measured` after it. Requires: rate > 0.
    OpenLoad(const RequestMix& mix, RunSeed seed, double rate, double warm_up, double measured);

    std::optional<SimTime> next_time() override;
    void pop(Arrival& arrival) override;

private:
    void step() noexcept;

    const RequestMix& mix_;
    StreamKey shapes_;
    RandomStream gaps_;
    double rate_;
    double warm_up_;
    double end_;
    double at_ = 0;  // in mean gaps from the begin of the warm-up
    std::uint64_t sent_ = 0;
};

/// Clients who send again as soon as they are answered. They begin evenly spread over the first half of the
/// warm-up; after a failure a client pauses for a second. The mix outlives the source.
class ClosedLoad final : public RequestSource {
public:
    /// From `begin` to before `end`; at most `most` requests each. Requires: clients > 0.
    struct Plan {
        std::uint32_t clients = 1;
        SimTime begin;
        std::optional<SimTime> end;
        std::optional<std::uint64_t> most;
    };
    ClosedLoad(const RequestMix& mix, RunSeed seed, const Plan& plan);

    std::optional<SimTime> next_time() override;
    void pop(Arrival& arrival) override;
    bool reacts() const override { return true; }
    void answered(const ClientAnswer& answer) override;

private:
    void send(SimTime at, std::uint32_t client);

    const RequestMix& mix_;
    StreamKey shapes_;
    Plan plan_;
    std::vector<std::uint32_t> sent_;  // by client
    ReadyQueue ready_;
};

}  // namespace spillway
