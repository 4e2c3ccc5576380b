#pragma once

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// A measured time of something that is `count` of something long: bytes, nodes.
struct LinePoint {
    double count = 0;
    double seconds = 0;
};

/// seconds = base + each x count, neither negative.
struct LineFit {
    double base = 0;
    double each = 0;
    std::vector<double> fitted;    ///< seconds of every point
    std::vector<double> left_out;  ///< the same without the points of its count; empty where all are of one
    double condition = 1;          ///< of the two features with rows scaled to relative errors
    /// What the points do not tell, in words: "the base and the rate: all points are of one size".
    std::optional<std::string> untold;
};

/// Non-negative least squares on errors relative to what was measured, reweighted by Tukey's biweight (4.685
/// standard deviations, by the median absolute deviation) until outliers have lost their say: Huber and
/// Ronchetti, Robust Statistics, 2nd edition, section 7.8. With points of one count alone the time is taken
/// as proportional to it; a count of 0 leaves the base alone. Requires: at least one point, all above 0.
LineFit fit_line(const std::vector<LinePoint>& points);

}  // namespace spillway
