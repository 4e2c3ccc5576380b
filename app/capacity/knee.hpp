#pragma once

#include <functional>

#include "app/capacity/loaded_worker.hpp"

namespace spillway {

/// Where promises stop being kept as the rate grows. The truth lies between the two as often as the intervals
/// hold that they were judged by.
struct Knee {
    double holds = 0;      ///< the largest rate found that holds; 0: none does
    double broken = 0;     ///< the smallest rate found that is broken
    bool bounded = false;  ///< false: nothing was broken however far it was looked
};

/// How far a knee is looked for.
struct KneeSearch {
    double guess = 1;         ///< above 0; the search begins there, doubles it or halves it
    double tolerance = 0.02;  ///< both rates are known to this share of themselves
};

/// Bisection over the rate, in which a larger rate is taken to be no better. Rates below a thousandth of the
/// guess are none. Asks `judge` for each rate at most once.
Knee find_knee(const KneeSearch& search, const std::function<SloVerdict(double rate)>& judge);

}  // namespace spillway
