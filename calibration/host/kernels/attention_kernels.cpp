#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "calibration/host/kernels/kernel_set.hpp"

namespace spillway::SPILLWAY_KERNEL_SET {
namespace {

using Index = Eigen::Index;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ReadMatrix = Eigen::Map<const Matrix>;
using WriteMatrix = Eigen::Map<Matrix>;
using Read = Eigen::Map<const Eigen::VectorXf>;
using Write = Eigen::Map<Eigen::VectorXf>;

Index index(std::size_t size) { return static_cast<Index>(size); }

/// Scores become weights, which add up to what is returned.
float exponentials(float* scores, std::size_t count) {
    Eigen::Map<Eigen::ArrayXf> weights(scores, index(count));
    weights = (weights - weights.maxCoeff()).exp();
    return weights.sum();
}

}  // namespace

void decode(const DecodePart& part) {
    const Index dim = index(part.head_dim);
    const float scale = 1 / std::sqrt(static_cast<float>(part.head_dim));
    for (std::size_t token = 0; token < part.context; ++token) {
        const Read key(part.keys + token * part.head_dim, dim);
        for (std::size_t head = 0; head < part.group; ++head) {
            part.scores[head * part.context + token] =
                scale * key.dot(Read(part.queries + head * part.head_dim, dim));
        }
    }
    std::fill_n(part.outputs, part.group * part.head_dim, 0.0F);
    for (std::size_t head = 0; head < part.group; ++head) {
        float* const scores = part.scores + head * part.context;
        const float sum = exponentials(scores, part.context);
        Eigen::Map<Eigen::ArrayXf>(scores, index(part.context)) /= sum;
    }
    for (std::size_t token = 0; token < part.context; ++token) {
        const Read value(part.values + token * part.head_dim, dim);
        for (std::size_t head = 0; head < part.group; ++head) {
            Write(part.outputs + head * part.head_dim, dim) +=
                part.scores[head * part.context + token] * value;
        }
    }
}

void prefill(const PrefillPart& part) {
    const Index dim = index(part.head_dim);
    const Index rows = index(part.rows);
    // Up to what the last of the rows sees; the others' share beyond their own token gets no weight.
    const std::size_t seen = part.prefix + part.first_row + part.rows;
    const float scale = 1 / std::sqrt(static_cast<float>(part.head_dim));
    const ReadMatrix queries(part.queries + part.first_row * part.head_dim, rows, dim);
    WriteMatrix scores(part.scores, rows, index(seen));
    scores.noalias() = queries * ReadMatrix(part.keys, index(seen), dim).transpose();
    for (std::size_t row = 0; row < part.rows; ++row) {
        float* const line = part.scores + row * seen;
        const std::size_t visible = part.prefix + part.first_row + row + 1;
        Eigen::Map<Eigen::ArrayXf> weights(line, index(visible));
        weights *= scale;
        const float sum = exponentials(line, visible);
        weights /= sum;
        std::fill(line + visible, line + seen, 0.0F);
    }
    WriteMatrix outputs(part.outputs + part.first_row * part.head_dim, rows, dim);
    outputs.noalias() = scores * ReadMatrix(part.values, index(seen), dim);
}

}  // namespace spillway::SPILLWAY_KERNEL_SET
