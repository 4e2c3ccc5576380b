#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/observer.hpp"

namespace spillway {

using Parts = std::array<Duration, kLatencyParts>;

inline Duration total_of(const Parts& parts) noexcept {
    Duration total{0};
    for (const Duration part : parts) total += part;
    return total;
}

/// The parts of requests one by one, without the zeros: a word that says which are there, then those. Two to
/// three parts of a request are usual, and the pages of a first ten thousand requests cost more than counting
/// them.
class PartsLog {
public:
    void add(const Parts& parts) {
        std::int64_t present = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            present |= std::int64_t{parts[i] != Duration::zero()} << i;
        }
        words_.push_back(present);
        for (const Duration part : parts) {
            if (part != Duration::zero())
                words_.push_back(part.count());
        }
    }
    void append(const PartsLog& other) {
        words_.insert(words_.end(), other.words_.begin(), other.words_.end());
    }
    void clear() { words_ = {}; }

    /// Calls visit(parts) for each request, in the order added.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (auto word = words_.begin(); word != words_.end();) {
            const std::int64_t present = *word++;
            Parts parts{};
            for (std::size_t i = 0; i < parts.size(); ++i) {
                if ((present >> i & 1) != 0)
                    parts[i] = Duration{*word++};
            }
            visit(parts);
        }
    }

    /// In an order that does not depend on that of adding.
    std::vector<Parts> sorted() const {
        std::vector<Parts> all;
        for_each([&](const Parts& parts) { all.push_back(parts); });
        std::sort(all.begin(), all.end());
        return all;
    }

private:
    std::deque<std::int64_t> words_;
};

}  // namespace spillway
