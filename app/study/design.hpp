#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/study/axis.hpp"
#include "app/study/constraint.hpp"

namespace spillway {

/// One point of a study: a value of each axis. Its number names it, whatever computes it and when.
struct StudyPoint {
    std::uint64_t id = 0;
    std::vector<AxisValue> values;  ///< by axis

    std::vector<FieldChange> changes() const;
};

enum class DesignKind : std::uint8_t { kGrid, kList, kRandom, kSobol };

/// How points are chosen.
struct Design {
    DesignKind kind = DesignKind::kGrid;
    std::uint64_t points = 0;      ///< of kRandom and kSobol, before constraints
    std::uint64_t seed = 1;        ///< of kRandom
    std::vector<ConfigNode> list;  ///< of kList: objects by axis
    std::vector<Constraint> constraints;
    std::string where;
};

/// The points that meet every constraint, numbered from 0 in the order of the design; of a grid, the last
/// axis moves first. Points of random and sobol are those of the first that meet the constraints, in a
/// sequence that does not depend on how many are wanted. Throws InputError for a design that leaves no point,
/// an axis that the design cannot draw from, more than ten million points, and values that constraints cannot
/// compare.
std::vector<StudyPoint> design_points(const Design& design, const std::vector<Axis>& axes);

}  // namespace spillway
