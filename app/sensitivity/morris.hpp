#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spillway {

// Screening by elementary effects: M. D. Morris, "Factorial Sampling Plans for Preliminary Computational
// Experiments", Technometrics 33(2), 1991. mu* is of F. Campolongo, J. Cariboni and A. Saltelli, "An
// effective screening design for sensitivity analysis of large models", Environmental Modelling & Software
// 22, 2007.

/// Trajectories over a grid in the unit cube of `fields` dimensions.
struct MorrisDesign {
    std::size_t fields = 1;
    std::uint32_t levels = 4;  ///< of the grid, even: each is then as likely
    std::uint64_t trajectories = 10;
    std::uint64_t seed = 1;
};

/// One more point than there are fields. Point i + 1 differs from point i in the field moved[i] alone, by the
/// step levels / (2 (levels - 1)) up or down. Each field moves once.
struct Trajectory {
    std::vector<std::vector<double>> points;
    std::vector<std::size_t> moved;
};

/// Trajectory t of a design is the same however many there are. Requires: fields > 0, levels even.
std::vector<Trajectory> morris_trajectories(const MorrisDesign& design);

/// What one field does to one figure, in the figure's unit over the field's whole range.
struct MorrisEffect {
    std::uint64_t effects = 0;  ///< elementary ones that there are; the rest is 0 without any
    double mu = 0;              ///< their mean: which way
    double mu_star = 0;         ///< the mean of their sizes: how much
    double sigma =
        0;  ///< their standard deviation: how much it depends on the place, on other fields, on luck
    double half_width = 0;  ///< of the 95% interval of mu_star; 0 below two effects
};

/// By field. `values[t][i]` is the figure at point i of trajectory t; where one is missing, or a field's
/// place did not move, there is no effect. Places may be others than the design's: an effect is the change of
/// the figure over that of the place. Requires: as many values as points.
std::vector<MorrisEffect> morris_effects(std::size_t fields, std::span<const Trajectory> trajectories,
                                         std::span<const std::vector<std::optional<double>>> values);

}  // namespace spillway
