#include <algorithm>
#include <array>
#include <vector>

#include "calibration/common/stopwatch.hpp"
#include "calibration/host/host_probes.hpp"
#include "calibration/host/references.hpp"
#include "calibration/host/sizes.hpp"

namespace spillway {
namespace {

constexpr std::array kTokens{1., 4., 16., 64., 256.};
constexpr std::array kMoreTokens{2., 8., 32., 128., 512., 1024., 2048.};
constexpr std::array kWidths{1024., 4096.};

/// Numbers that go to and from memory for each of a row: inputs, residual twice and outputs; or two and one.
double numbers_moved(std::string_view operation) { return operation == "add_norm" ? 4 : 3; }

std::vector<ProbePoint> elementwise_points(const HostMeans&, Effort effort) {
    std::vector<double> token_counts(kTokens.begin(), kTokens.end());
    if (effort != Effort::kQuick)
        token_counts.insert(token_counts.end(), kMoreTokens.begin(), kMoreTokens.end());
    std::vector<ProbePoint> points;
    for (const char* operation : {"add_norm", "silu_mul"}) {
        for (const double width : kWidths) {
            for (const double tokens : token_counts) {
                const double bytes = sizeof(float) * numbers_moved(operation) * tokens * width;
                points.push_back(
                    {{{"op", operation}}, {{"bytes", bytes}, {"tokens", tokens}, {"width", width}}});
            }
        }
    }
    return points;
}

/// Rows of numbers that an operation works on, in turn.
struct Rows {
    const float* first = nullptr;   ///< inputs or gate
    const float* second = nullptr;  ///< weights, for all rows the same, or up
    float* residual = nullptr;
    float* outputs = nullptr;
    std::size_t width = 0;
    std::size_t tokens = 0;

    NormRow norm(std::size_t row) const {
        return {first + row * width, second, residual + row * width, outputs + row * width, width};
    }
    GateRow gate(std::size_t row) const {
        return {first + row * width, second + row * width, outputs + row * width, width};
    }
};

template <class Operation>
void for_rows(HostMeans& means, const Rows& rows, const Operation& operation) {
    constexpr double kLeastNumbers = 16384;  // of one item: some microseconds
    const std::size_t items =
        parts_of(static_cast<double>(rows.tokens * rows.width), kLeastNumbers, rows.tokens);
    means.threads.run(items, [&](std::size_t item, std::size_t) {
        const std::size_t end = (item + 1) * rows.tokens / items;
        for (std::size_t row = item * rows.tokens / items; row < end; ++row) operation(row);
    });
}

Rows next_rows(HostMeans& means, const ProbePoint& point) {
    Rows rows;
    rows.width = point.size("width");
    rows.tokens = point.size("tokens");
    const std::size_t count = rows.width * rows.tokens;
    rows.first = means.operands.next(count).data();
    rows.second = means.operands.next(count).data();
    rows.residual = means.results.next(count).data();
    rows.outputs = means.results.next(count).data();
    return rows;
}

void do_norms(HostMeans& means, const Rows& rows) {
    for_rows(means, rows, [&](std::size_t row) { means.kernels.add_norm(rows.norm(row)); });
}

void do_gates(HostMeans& means, const Rows& rows) {
    for_rows(means, rows, [&](std::size_t row) { means.kernels.silu_multiply(rows.gate(row)); });
}

constexpr std::size_t kPlaces = 16;

void check_norms(HostMeans& means, const Rows& rows) {
    const std::size_t count = rows.tokens * rows.width;
    std::copy_n(means.operands.next(count).data(), count, rows.residual);
    std::vector<double> expected;
    for (std::size_t i = 0; i < kPlaces; ++i) {
        const std::size_t place = scattered(i, count);
        expected.push_back(norm_reference(rows.norm(place / rows.width), place % rows.width));
    }
    do_norms(means, rows);
    for (std::size_t i = 0; i < kPlaces; ++i) {
        check_equal("a norm", static_cast<double>(rows.outputs[scattered(i, count)]), expected[i],
                    static_cast<double>(rows.width), 1);
    }
}

void check_gates(HostMeans& means, const Rows& rows) {
    do_gates(means, rows);
    for (std::size_t i = 0; i < kPlaces; ++i) {
        const std::size_t place = scattered(i, rows.tokens * rows.width);
        check_equal("a gate", static_cast<double>(rows.outputs[place]),
                    silu_reference(rows.gate(place / rows.width), place % rows.width), 1, 1);
    }
}

PreparedPoint elementwise_prepare(HostMeans& means, const ProbePoint& point) {
    const Rows checked = next_rows(means, point);
    if (point.word("op") == "add_norm") {
        check_norms(means, checked);
        return warmed_up([&means, point] {
            const Rows rows = next_rows(means, point);
            return seconds_of([&] { do_norms(means, rows); });
        });
    }
    check_gates(means, checked);
    return warmed_up([&means, point] {
        const Rows rows = next_rows(means, point);
        return seconds_of([&] { do_gates(means, rows); });
    });
}

}  // namespace

const HostProbeEntry kElementwiseProbe{"ew", "norms and gates between products, by all cores",
                                       elementwise_points, elementwise_prepare};

}  // namespace spillway
