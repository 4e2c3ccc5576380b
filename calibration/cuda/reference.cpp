#include "calibration/cuda/reference.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "calibration/cuda/kernels/elementwise.hpp"
#include "calibration/cuda/kernels/random_values.hpp"
#include "sim/core/check.hpp"

namespace spillway::cuda {
namespace {

double value_at(std::uint64_t seed, std::uint64_t place) { return widen(random_bf16(seed, place)); }

std::vector<double> values_from(std::uint64_t seed, std::uint64_t at, int count) {
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) values.push_back(value_at(seed, at + static_cast<std::uint64_t>(i)));
    return values;
}

}  // namespace

Reference reference_attention(const AttentionRow& row) {
    const std::vector<double> query = values_from(row.query_seed, row.query_at, row.head_dim);
    const auto dim = static_cast<std::uint64_t>(row.head_dim);
    std::vector<double> weights;
    for (int key = 0; key < row.seen; ++key) {
        double score = 0;
        const std::uint64_t at = row.keys_at + static_cast<std::uint64_t>(key) * dim;
        for (std::uint64_t i = 0; i < dim; ++i) score += query[i] * value_at(row.key_seed, at + i);
        weights.push_back(score / std::sqrt(static_cast<double>(row.head_dim)));
    }
    const double highest = *std::max_element(weights.begin(), weights.end());
    double sum = 0;
    for (double& weight : weights) {
        weight = std::exp(weight - highest);
        sum += weight;
    }
    Reference result;
    result.values.resize(dim, 0);
    for (int key = 0; key < row.seen; ++key) {
        const double share = weights[static_cast<std::size_t>(key)] / sum;
        const std::uint64_t at = row.keys_at + static_cast<std::uint64_t>(key) * dim;
        for (std::uint64_t i = 0; i < dim; ++i) result.values[i] += share * value_at(row.value_seed, at + i);
        result.noise += share * share;
    }
    result.noise = std::sqrt(result.noise);
    return result;
}

Reference reference_add_norm(std::uint64_t input_seed, std::uint64_t residual_seed, std::uint64_t weight_seed,
                             std::uint64_t at, int width) {
    std::vector<double> sums;
    double squares = 0;
    for (int i = 0; i < width; ++i) {
        const std::uint64_t place = at + static_cast<std::uint64_t>(i);
        const double sum = value_at(input_seed, place) + value_at(residual_seed, place);
        sums.push_back(widen(narrow(static_cast<float>(sum))));
        squares += sums.back() * sums.back();
    }
    const double scale = 1 / std::sqrt(squares / width + kNormEpsilon);
    Reference result;
    for (int i = 0; i < width; ++i) {
        const auto place = static_cast<std::uint64_t>(i);
        result.values.push_back(sums[place] * scale * value_at(weight_seed, place));
    }
    result.noise = 1e-3;  // values near zero are rounded like those that they came from
    return result;
}

Reference reference_silu_mul(std::uint64_t seed, std::uint64_t token, int width) {
    Reference result;
    const std::uint64_t at = token * 2 * static_cast<std::uint64_t>(width);
    for (int i = 0; i < width; ++i) {
        const double gate = value_at(seed, at + static_cast<std::uint64_t>(i));
        const double up = value_at(seed, at + static_cast<std::uint64_t>(width + i));
        result.values.push_back(gate / (1 + std::exp(-gate)) * up);
    }
    result.noise = 1e-3;
    return result;
}

std::string difference(const Reference& reference, const std::vector<float>& found, double tolerance) {
    SPILLWAY_CHECK(found.size() == reference.values.size(), "a result of another size than its reference");
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double expected = reference.values[i];
        const double allowed = tolerance * (std::abs(expected) + reference.noise);
        if (!(std::abs(found[i] - expected) <= allowed))  // so that NaN differs
            return fmt::format("value {} is {} and should be {} within {:.2g}", i, found[i], expected,
                               allowed);
    }
    return {};
}

}  // namespace spillway::cuda
