#pragma once

#include <string>
#include <vector>

#include "app/bound/offered.hpp"
#include "app/bound/promises.hpp"

namespace spillway {

/// What no policy can undercut, whatever it knows of the future; docs/bound.md proves it.
struct Floor {
    double dollars = 0;
    bool reachable = true;   ///< false: no policy can keep the objective at all
    std::string objective;   ///< the one that it rests on
    std::size_t slots = 0;   ///< of time, that were looked at
    std::size_t blocks = 0;  ///< programmes that were solved
};

/// For runs that keep `plan`, on any of `pools`; what is paid whatever the fleet does is left out.
Floor proved_floor(const Offered& offered, const std::vector<BoundPool>& pools, const ServicePlan& plan,
                   SimTime horizon);

}  // namespace spillway
