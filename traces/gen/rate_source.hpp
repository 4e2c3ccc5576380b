#pragma once

#include <memory>
#include <utility>

#include "traces/gen/modulated_times.hpp"
#include "traces/gen/timed_source.hpp"
#include "traces/gen/unit_gaps.hpp"

namespace spillway {

/// A source whose rate follows `segments`, which begin at or before the begin of `requests` (what lies before
/// is passed over), and whose gaps have the coefficient of variation `cv` against that rate.
template <class Segments>
std::unique_ptr<RequestSource> make_rate_source(RequestMaker requests, Segments segments, double cv) {
    const SimTime begin = requests.begin();
    const RandomStream stream = requests.stream("arrival gaps");
    if (cv == 1) {
        return make_timed(std::move(requests),
                          ModulatedTimes(begin, std::move(segments), ExponentialGaps(stream)));
    }
    return make_timed(std::move(requests), ModulatedTimes(begin, std::move(segments), GammaGaps(stream, cv)));
}

}  // namespace spillway
