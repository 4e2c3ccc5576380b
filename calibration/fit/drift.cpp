#include "calibration/fit/drift.hpp"

#include <fmt/format.h>

namespace spillway {

std::string_view drift_name(Drift drift) noexcept {
    switch (drift) {
        case Drift::kSame:
            return "same";
        case Drift::kFaster:
            return "faster";
        case Drift::kSlower:
            return "slower";
        case Drift::kUnclear:
            return "unclear";
        case Drift::kMissing:
            return "missing";
    }
    return "";
}

void judge_drift(ProbeDrift& drift, double threshold) {
    const double above = 1 + threshold;
    const double below = 1 / above;
    if (drift.low >= below && drift.high <= above) {
        drift.verdict = Drift::kSame;
    } else if (drift.low > above) {
        drift.verdict = Drift::kSlower;
    } else if (drift.high < below) {
        drift.verdict = Drift::kFaster;
    } else {
        drift.verdict = Drift::kUnclear;
        drift.reason = fmt::format("between {:+.1f} % and {:+.1f} %, and the threshold is {:.1f} %",
                                   100 * (drift.low - 1), 100 * (drift.high - 1), 100 * threshold);
    }
}

}  // namespace spillway
