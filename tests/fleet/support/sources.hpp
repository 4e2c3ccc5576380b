#pragma once

#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/fleet/request_source.hpp"

namespace spillway::testing {

/// Arrivals from a list.
class ListSource final : public RequestSource {
public:
    explicit ListSource(std::vector<Arrival> arrivals) : arrivals_(std::move(arrivals)) {}
    std::optional<SimTime> next_time() override {
        return next_ < arrivals_.size() ? std::optional(arrivals_[next_].at) : std::nullopt;
    }
    void pop(Arrival& arrival) override {
        arrival = arrivals_[next_];
        arrival.origin = next_++;
    }

private:
    std::vector<Arrival> arrivals_;
    std::size_t next_ = 0;
};

/// Requests at the given moments, each with its own service time.
inline std::vector<Arrival> arrivals_at(const std::vector<Duration>& times, Duration service) {
    std::vector<Arrival> list;
    for (const Duration time : times) {
        Arrival arrival;
        arrival.at = SimTime{time};
        arrival.service = service;
        list.push_back(arrival);
    }
    return list;
}

/// `count` Poisson arrivals with service times from a law of a uniform.
class PoissonSource final : public RequestSource {
public:
    using Law = std::function<double(double)>;
    PoissonSource(RunSeed seed, double rate, std::uint64_t count, Law service)
        : rate_(rate),
          left_(count),
          gaps_(StreamKey(seed, "test gaps"), 0),
          service_(std::move(service)),
          services_(StreamKey(seed, "test service"), 0) {
        advance();
    }
    std::optional<SimTime> next_time() override { return left_ > 0 ? std::optional(next_) : std::nullopt; }
    void pop(Arrival& arrival) override {
        arrival = Arrival{};
        arrival.at = next_;
        arrival.origin = ++origin_;
        arrival.service = from_seconds(service_(services_.uniform()));
        --left_;
        advance();
    }

private:
    void advance() { next_ += from_seconds(-std::log(gaps_.uniform()) / rate_); }

    double rate_;
    std::uint64_t left_;
    RandomStream gaps_;
    Law service_;
    RandomStream services_;
    SimTime next_;
    std::uint64_t origin_ = 0;
};

}  // namespace spillway::testing
