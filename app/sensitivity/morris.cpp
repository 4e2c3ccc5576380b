#include "app/sensitivity/morris.hpp"

#include <cmath>
#include <numeric>

#include "app/study/estimate.hpp"
#include "sim/core/check.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

std::size_t below(RandomStream& draws, std::size_t count) {
    return std::min(count - 1, static_cast<std::size_t>(draws.uniform() * static_cast<double>(count)));
}

/// All orders as likely (Fisher and Yates).
std::vector<std::size_t> shuffled(std::size_t count, RandomStream& draws) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = count; left > 1; --left) std::swap(order[left - 1], order[below(draws, left)]);
    return order;
}

Trajectory draw_trajectory(const MorrisDesign& design, std::uint64_t number) {
    RandomStream draws(StreamKey({design.seed, 0}, "morris trajectory"), number);
    const std::size_t half = design.levels / 2;  // steps of the grid that a field moves by
    const double grid = 1.0 / (design.levels - 1);
    std::vector<std::size_t> level(design.fields);
    std::vector<bool> up(design.fields);
    for (std::size_t i = 0; i < design.fields; ++i) {
        up[i] = draws.uniform() < 0.5;
        level[i] = below(draws, half) + (up[i] ? 0 : half);
    }
    const auto point = [&] {
        std::vector<double> place(design.fields);
        for (std::size_t i = 0; i < design.fields; ++i) place[i] = grid * static_cast<double>(level[i]);
        return place;
    };
    Trajectory trajectory;
    trajectory.moved = shuffled(design.fields, draws);
    trajectory.points.push_back(point());
    for (const std::size_t field : trajectory.moved) {
        level[field] = up[field] ? level[field] + half : level[field] - half;
        trajectory.points.push_back(point());
    }
    return trajectory;
}

MorrisEffect summarise(const std::vector<Reading>& effects, const std::vector<Reading>& sizes) {
    const Estimate signed_ones = estimate(effects);
    const Estimate size = estimate(sizes);
    return {signed_ones.values(), signed_ones.mean, size.mean, signed_ones.deviation, size.half_width};
}

}  // namespace

std::vector<Trajectory> morris_trajectories(const MorrisDesign& design) {
    SPILLWAY_CHECK(design.fields > 0 && design.levels > 0 && design.levels % 2 == 0,
                   "a screening without fields, or over an odd grid");
    std::vector<Trajectory> trajectories;
    trajectories.reserve(design.trajectories);
    for (std::uint64_t i = 0; i < design.trajectories; ++i)
        trajectories.push_back(draw_trajectory(design, i));
    return trajectories;
}

std::vector<MorrisEffect> morris_effects(std::size_t fields, std::span<const Trajectory> trajectories,
                                         std::span<const std::vector<std::optional<double>>> values) {
    std::vector<std::vector<Reading>> effects(fields);
    std::vector<std::vector<Reading>> sizes(fields);
    for (std::size_t t = 0; t < trajectories.size(); ++t) {
        const Trajectory& one = trajectories[t];
        SPILLWAY_CHECK(values[t].size() == one.points.size(), "a point has no value");
        for (std::size_t i = 0; i < one.moved.size(); ++i) {
            const std::size_t field = one.moved[i];
            const double moved = one.points[i + 1][field] - one.points[i][field];
            if (!values[t][i] || !values[t][i + 1] || moved == 0)
                continue;
            const double effect = (*values[t][i + 1] - *values[t][i]) / moved;
            effects[field].push_back(Reading::of(effect));
            sizes[field].push_back(Reading::of(std::abs(effect)));
        }
    }
    std::vector<MorrisEffect> result;
    for (std::size_t i = 0; i < fields; ++i) result.push_back(summarise(effects[i], sizes[i]));
    return result;
}

}  // namespace spillway
