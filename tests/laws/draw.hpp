#pragma once
// What scenarios are drawn with, and the parts that they are drawn from.

#include <rapidcheck.h>

#include <string>

#include "tests/laws/scenario.hpp"

namespace spillway::laws {

inline int draw(int low, int high) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
}
inline bool toss() { return draw(0, 1) == 1; }
inline bool rarely() { return draw(0, 5) == 5; }

/// A multiple of 250 ms: a coarse grid makes many things happen at one instant.
inline Duration tick(int low, int high) { return std::chrono::milliseconds{250} * draw(low, high); }

/// As a scenario writes it.
inline std::string text(Duration time) { return std::to_string(time / std::chrono::milliseconds{1}) + "ms"; }

std::string draw_startup(const Scenario& scenario);
/// Of images and weights that pools may have in common.
std::string draw_grounded_startup();
GroundPlan draw_ground();
std::string draw_scale(const PoolPlan& pool);

void draw_failures(PoolPlan& pool);
/// A supply that may be spot, in a zone, on hosts that fail.
void draw_supply(Scenario& scenario);
RolloutPlan draw_rollout(const Scenario& scenario);

}  // namespace spillway::laws
