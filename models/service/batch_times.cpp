#include "models/service/batch_times.hpp"

#include <algorithm>
#include <cstdint>

#include "models/model_error.hpp"
#include "sim/core/error.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kLargestBatch = 100000;  // a slip of the pen beyond it would only fill memory

/// The point at `x` of the line through (0, low) and (width, high), rounded down.
Duration between(Duration low, Duration high, std::size_t x, std::size_t width) {
    const Int128 rise = Int128{(high - low).count()} * static_cast<Int128>(x) / static_cast<Int128>(width);
    return low + Duration{static_cast<Duration::rep>(rise)};
}

std::size_t parse_size(const std::string& text, const std::string& where) {
    const auto size = parse_integer(text);
    if (!size || *size < 1 || *size > kLargestBatch) {
        throw InputError(where, "\"" + text + "\" is not a batch size",
                         R"(batch sizes are whole numbers of requests, as in {"1": "800ms", "8": "2.2s"})");
    }
    return static_cast<std::size_t>(*size);
}

}  // namespace

BatchTimes::BatchTimes(std::vector<std::pair<std::size_t, Duration>> table, const std::string& where) {
    if (table.empty() || table.front().first != 1) {
        throw InputError(where, "the table of batch times does not begin with a batch of 1",
                         R"(add "1": "800ms")");
    }
    for (const auto& [size, time] : table) {
        if (time <= Duration::zero()) {
            throw InputError(where, "a batch of " + std::to_string(size) + " takes no time",
                             "every batch time must be above 0");
        }
        const Duration low = times_.empty() ? time : times_.back();
        const std::size_t begin = times_.size();
        for (std::size_t n = begin + 1; n <= size; ++n) {
            times_.push_back(between(low, time, n - begin, size - begin));
        }
    }
}

void BatchTimes::scale(double factor) {
    for (Duration& time : times_) time = std::max(Duration{1}, scaled(time, factor));
}

double BatchTimes::best_rate(std::size_t limit) const {
    double best = 0;
    for (std::size_t size = 1; size <= std::min(limit, largest()); ++size) {
        best = std::max(best, static_cast<double>(size) / to_seconds(of(size)));
    }
    return best;
}

Duration BatchTimes::shortest(std::size_t limit) const {
    const auto end = times_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, largest()));
    return *std::min_element(times_.begin(), end);
}

Duration BatchTimes::longest(std::size_t limit) const {
    const auto end = times_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, largest()));
    return *std::max_element(times_.begin(), end);
}

BatchTimes parse_batch_times(const ConfigNode& node) {
    std::vector<std::pair<std::size_t, Duration>> table;
    for (const auto& [text, time] : node.members()) {
        table.emplace_back(parse_size(text, node.where()), time.as_duration());
    }
    std::sort(table.begin(), table.end());
    const auto twice = std::adjacent_find(table.begin(), table.end(),
                                          [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != table.end()) {
        throw InputError(node.where(), "batch size " + std::to_string(twice->first) + " stands there twice",
                         "keep one of them");
    }
    return {std::move(table), node.where()};
}

}  // namespace spillway
