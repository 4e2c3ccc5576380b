#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

struct IdleHistogramSettings {
    int bins = 240;
    Duration bin_width{std::chrono::minutes{1}};
    double head = 0.05;         ///< quantile that a pre-warm window is taken from
    double tail = 0.99;         ///< and a keep-alive window
    double margin = 0.1;        ///< both are widened by it
    double least_cv = 2;        ///< of the bins' counts: below, they are too even to tell anything
    int least_count = 10;       ///< fewer idle times tell nothing
    double most_outside = 0.5;  ///< share of idle times beyond the last bin
};

/// The idle times between two spells of work, in bins: what "Serverless in the Wild" (Shahrad et al., USENIX
/// ATC 2020, section 4.2) keeps of an application.
class IdleHistogram {
public:
    struct Windows {
        Duration prewarm;     ///< from the end of work until the worker is loaded again; 0: never unloaded
        Duration keep_alive;  ///< from the end of work until it is unloaded for good
    };

    /// Requires: bins and bin width above 0, head at most tail.
    explicit IdleHistogram(const IdleHistogramSettings& settings);

    void add(Duration idle);
    /// Empty while the histogram does not represent the idle times.
    std::optional<Windows> windows() const;

private:
    bool represents() const;
    /// Number of the bin in which the quantile lies. Requires: a count.
    std::size_t bin_of(double quantile) const;

    IdleHistogramSettings settings_;
    std::vector<std::uint32_t> counts_;
    std::uint64_t inside_ = 0;
    std::uint64_t outside_ = 0;
};

}  // namespace spillway
