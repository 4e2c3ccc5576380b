#include "calibration/host/references.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "calibration/common/probe.hpp"

namespace spillway {
namespace {

double dot(const float* a, const float* b, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

}  // namespace

double product_reference(const ProductPart& part, std::size_t row, std::size_t column) {
    return dot(part.inputs + row * part.k, part.weights + column * part.k, part.k);
}

double attention_reference(const AttentionQuery& query, std::size_t place) {
    std::vector<double> scores(query.tokens);
    for (std::size_t token = 0; token < query.tokens; ++token) {
        scores[token] = dot(query.query, query.keys + token * query.head_dim, query.head_dim) /
                        std::sqrt(static_cast<double>(query.head_dim));
    }
    const double most = *std::max_element(scores.begin(), scores.end());
    double weights = 0;
    double sum = 0;
    for (std::size_t token = 0; token < query.tokens; ++token) {
        const double weight = std::exp(scores[token] - most);
        weights += weight;
        sum += weight * static_cast<double>(query.values[token * query.head_dim + place]);
    }
    return sum / weights;
}

double norm_reference(const NormRow& row, std::size_t place) {
    double squares = 0;
    const auto added = [&](std::size_t i) {
        return static_cast<double>(row.residual[i]) + static_cast<double>(row.inputs[i]);
    };
    for (std::size_t i = 0; i < row.width; ++i) squares += added(i) * added(i);
    const double mean = squares / static_cast<double>(row.width);
    return added(place) / std::sqrt(mean + static_cast<double>(kNormEpsilon)) *
           static_cast<double>(row.weights[place]);
}

double silu_reference(const GateRow& row, std::size_t place) {
    const auto gate = static_cast<double>(row.gate[place]);
    return gate / (1 + std::exp(-gate)) * static_cast<double>(row.up[place]);
}

void check_equal(const char* what, double computed, double reference, double terms, double scale) {
    // Errors of a sum grow with the root of its length where they have no direction (Higham, Accuracy and
    // Stability of Numerical Algorithms, section 2.8); eight of those leave a correct kernel no chance to
    // fail.
    constexpr double kWidth = 8;
    const auto unit = static_cast<double>(std::numeric_limits<float>::epsilon());
    const double allowed = kWidth * unit * scale * std::sqrt(terms + 1);
    if (!(std::abs(computed - reference) <= allowed)) {
        throw MeasureError(fmt::format("{} is wrong: {} instead of {}, {} apart are allowed", what, computed,
                                       reference, allowed));
    }
}

}  // namespace spillway
