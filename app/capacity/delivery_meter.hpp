#pragma once

#include <cstdint>
#include <optional>

#include "sim/fleet/observer.hpp"

namespace spillway {

/// What a worker delivered inside the window, whenever it arrived, and how the backlog moved. Throughput is
/// that between the first and the last moment of delivery: exact for a worker that delivers at regular
/// moments, wherever the window's ends fall.
class DeliveryMeter final : public RequestObserver {
public:
    explicit DeliveryMeter(std::optional<SimTime> end) : end_(end) {}

    void request_ended(const RequestRecord& request) override;

    /// Completed requests a second; empty below two moments of delivery.
    std::optional<double> requests_per_second() const;
    std::optional<double> output_tokens_per_second() const;
    /// Requests open at the end less those at the begin, as a share of those that arrived in the window.
    double backlog_growth() const;

private:
    std::optional<double> per_second(std::uint64_t count) const;

    std::optional<SimTime> end_;
    std::optional<SimTime> first_;
    SimTime last_;
    std::uint64_t requests_ = 0;  // delivered after the first moment
    std::uint64_t tokens_ = 0;
    std::uint64_t arrived_ = 0;
    std::uint64_t ended_ = 0;
};

}  // namespace spillway
