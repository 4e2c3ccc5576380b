#include "app/study/pareto.hpp"

#include <algorithm>
#include <limits>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

double loss(double value, Direction direction) {
    return direction == Direction::kHigherIsBetter ? -value : value;
}

}  // namespace

std::vector<std::size_t> pareto_front(std::span<const std::optional<std::pair<double, double>>> pairs,
                                      Direction first, Direction second) {
    SPILLWAY_CHECK(first != Direction::kNeither && second != Direction::kNeither,
                   "a front needs a direction");
    struct Entry {
        double first;
        double second;
        std::size_t number;
    };
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i])
            entries.push_back({loss(pairs[i]->first, first), loss(pairs[i]->second, second), i});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        if (a.first != b.first)
            return a.first < b.first;
        return a.second != b.second ? a.second < b.second : a.number < b.number;
    });
    std::vector<std::size_t> front;
    double best = std::numeric_limits<double>::infinity();
    for (const Entry& entry : entries) {
        if (entry.second < best) {
            front.push_back(entry.number);
            best = entry.second;
        }
    }
    return front;
}

}  // namespace spillway
