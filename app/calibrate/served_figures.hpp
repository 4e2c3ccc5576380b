#pragma once

#include <cstdint>

#include "sim/core/time.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Means over the requests of a run, seconds. TPOT: time after the first token over the tokens after it.
struct ServedFigures {
    double ttft = 0;
    double tpot = 0;
    double e2e = 0;
};

/// Adds up a run's requests.
class ServedSum {
public:
    /// A request of `output` tokens, at least two, that was sent at `sent`. Requires that it was served in
    /// full (CHECK).
    void add(const ServiceEnd& end, SimTime sent, std::uint32_t output);
    std::uint32_t requests() const noexcept { return requests_; }
    ServedFigures means() const noexcept;

private:
    std::uint32_t requests_ = 0;
    ServedFigures sum_;
};

}  // namespace spillway
