#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// Undoes the rounding of time stamps: requests that share a stamp are spread evenly at random over one grid
/// step behind it, or up to the next stamp where that comes first. They keep their order; the places depend
/// on the seed and on the requests alone. Holds the requests of one stamp at a time.
class GridSpread final : public RequestSource {
public:
    /// Throws InputError when the first stamp has more than a million requests.
    GridSpread(std::unique_ptr<RequestSource> source, Duration step, const SourceContext& context);

    std::optional<SimTime> next_time() override;
    void pop(Arrival& arrival) override;

private:
    struct Bucket {
        std::vector<Arrival> arrivals;
        std::vector<std::uint64_t> blocks;  // of all of them, one after the other
        std::size_t next = 0;
    };
    void fill(Bucket& bucket);
    void spread(Bucket& bucket, Duration width);

    std::unique_ptr<RequestSource> source_;
    Duration step_;
    std::optional<SimTime> end_;
    StreamKey key_;
    Bucket given_;  // the last popped arrival's prefix blocks live here
    Bucket ahead_;
    std::vector<double> places_;
};

}  // namespace spillway
