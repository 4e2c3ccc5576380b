// The arithmetic of a screening on plain functions whose effects are known.
#include "app/sensitivity/morris.hpp"

#include <cmath>
#include <functional>

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Function = std::function<double(const std::vector<double>&)>;

std::vector<MorrisEffect> screened(const MorrisDesign& design, const Function& function) {
    const std::vector<Trajectory> trajectories = morris_trajectories(design);
    std::vector<std::vector<std::optional<double>>> values;
    for (const Trajectory& one : trajectories) {
        auto& row = values.emplace_back();
        for (const std::vector<double>& point : one.points) row.emplace_back(function(point));
    }
    return morris_effects(design.fields, trajectories, values);
}

}  // namespace

TEST_CASE("of a linear function, mu* is the slope's size, mu the slope and sigma 0",
          "[sensitivity][morris]") {
    const auto effects =
        screened({3, 4, 8, 1}, [](const auto& x) { return 5 + 2 * x[0] - 7 * x[1] + 0 * x[2]; });
    const double slopes[] = {2, -7, 0};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(effects[i].effects == 8);
        CHECK(effects[i].mu == Approx(slopes[i]).margin(1e-12));
        CHECK(effects[i].mu_star == Approx(std::abs(slopes[i])).margin(1e-12));
        CHECK(effects[i].sigma == Approx(0).margin(1e-12));
    }
}

TEST_CASE("where signs cancel, mu* tells what mu hides", "[sensitivity][morris]") {
    // Over the grid 0, 1/3, 2/3, 1 the effect of (x - 1/2)^2 by steps of 2/3 is -1/3 from 0 and +1/3 from
    // 1/3.
    const auto effects = screened({1, 4, 4000, 1}, [](const auto& x) { return (x[0] - 0.5) * (x[0] - 0.5); });
    CHECK(effects[0].mu_star == Approx(1.0 / 3));
    CHECK(effects[0].mu == Approx(0).margin(0.03));
    CHECK(effects[0].sigma == Approx(1.0 / 3).epsilon(0.01));
}

TEST_CASE("what fields do together shows as sigma", "[sensitivity][morris]") {
    // The effect of x in x y is y: on the grid its mean is 1/2 and its variance 5/36.
    const auto effects = screened({2, 4, 4000, 3}, [](const auto& x) { return x[0] * x[1]; });
    for (const MorrisEffect& one : effects) {
        CHECK(one.mu_star == Approx(0.5).epsilon(0.05));
        CHECK(one.sigma == Approx(std::sqrt(5.0 / 36)).epsilon(0.05));
    }
}

TEST_CASE("a trajectory moves each field once by the step, inside the cube", "[sensitivity][morris]") {
    for (const std::uint32_t levels : {2U, 4U, 6U}) {
        const double step = levels / (2.0 * (levels - 1));
        for (const Trajectory& one : morris_trajectories({5, levels, 50, 9})) {
            REQUIRE(one.points.size() == 6);
            std::vector<int> moves(5, 0);
            for (std::size_t i = 0; i < 5; ++i) {
                ++moves[one.moved[i]];
                for (std::size_t field = 0; field < 5; ++field) {
                    const double apart = std::abs(one.points[i + 1][field] - one.points[i][field]);
                    CHECK(apart == Approx(field == one.moved[i] ? step : 0).margin(1e-12));
                    CHECK((one.points[i][field] >= 0 && one.points[i][field] <= 1));
                }
            }
            CHECK(moves == std::vector<int>(5, 1));
        }
    }
}

TEST_CASE("a trajectory does not depend on how many there are", "[sensitivity][morris]") {
    CHECK(morris_trajectories({3, 4, 2, 5})[1].points == morris_trajectories({3, 4, 20, 5})[1].points);
}

TEST_CASE("a missing value takes its effects away, and no others", "[sensitivity][morris]") {
    const std::vector<Trajectory> trajectories = morris_trajectories({2, 4, 3, 1});
    std::vector<std::vector<std::optional<double>>> values(3, {1.0, 2.0, 3.0});
    values[0][0].reset();
    const auto effects = morris_effects(2, trajectories, values);
    CHECK(effects[0].effects + effects[1].effects == 5);
}

}  // namespace spillway::tests
