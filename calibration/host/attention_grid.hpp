#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "calibration/common/probe.hpp"

namespace spillway {

/// The heads of an attention layer.
struct HeadShape {
    double heads;
    double kv_heads;
    double head_dim;
};

// Of small models, in which several query heads share one of keys and values.
inline constexpr std::array kQuickShapes{HeadShape{8, 2, 64}, HeadShape{16, 4, 64}, HeadShape{8, 2, 128}};
inline constexpr std::array kShapes{HeadShape{14, 2, 64}, HeadShape{32, 8, 64}, HeadShape{16, 8, 128}};
inline constexpr std::array kMoreShapes{HeadShape{32, 8, 128}, HeadShape{28, 4, 128}};

inline std::vector<HeadShape> shapes_of(Effort effort) {
    if (effort == Effort::kQuick)
        return {kQuickShapes.begin(), kQuickShapes.end()};
    std::vector<HeadShape> shapes(kShapes.begin(), kShapes.end());
    if (effort == Effort::kThorough)
        shapes.insert(shapes.end(), kMoreShapes.begin(), kMoreShapes.end());
    return shapes;
}

}  // namespace spillway
