#pragma once

#include <memory>

#include "sim/core/rng.hpp"
#include "sim/fleet/request_source.hpp"

namespace spillway {

/// The uniform number that decides how many copies of a request a rate factor leaves: its own, whatever the
/// factor, so that traffic at 0.3 is a part of the traffic at 0.5.
class CopyDraw {
public:
    explicit CopyDraw(RunSeed seed) noexcept : key_(seed, "rate factor") {}
    double operator()(std::uint64_t origin) const noexcept { return RandomStream(key_, origin).uniform(); }

private:
    StreamKey key_;
};

/// Each request with probability `share`, by CopyDraw. Requires: 0 < share < 1.
std::unique_ptr<RequestSource> thin(std::unique_ptr<RequestSource> source, RunSeed seed, double share);

}  // namespace spillway
