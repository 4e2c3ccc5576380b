#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// How many requests were open over the window, in a bounded number of samples: when they are too many, every
/// second one is dropped and the spacing doubled. Answers whether the backlog was still growing at the end.
class Backlog {
public:
    /// Called at arrivals; takes a sample when one is due.
    void look(std::uint64_t open, SimTime now) {
        if (now >= next_)
            sample(open, now);
    }

    /// Mean number of open requests in each quarter of the time looked at; zeros before the first sample.
    std::array<double, 4> quarters() const {
        std::array<double, 4> means{};
        if (samples_.size() < 4)
            return means;
        for (std::size_t quarter = 0; quarter < 4; ++quarter) {
            const std::size_t begin = samples_.size() * quarter / 4;
            const std::size_t end = samples_.size() * (quarter + 1) / 4;
            for (std::size_t i = begin; i < end; ++i) means[quarter] += static_cast<double>(samples_[i]);
            means[quarter] /= static_cast<double>(end - begin);
        }
        return means;
    }

private:
    static constexpr std::size_t kMost = 1024;

    void sample(std::uint64_t open, SimTime now) {
        samples_.push_back(open);
        if (samples_.size() == kMost) {
            for (std::size_t i = 0; i < kMost / 2; ++i) samples_[i] = samples_[2 * i];
            samples_.resize(kMost / 2);
            spacing_ *= 2;
        }
        next_ = now + spacing_;
    }

    std::vector<std::uint64_t> samples_;
    Duration spacing_{std::chrono::milliseconds{100}};
    SimTime next_;  // the window opens at 0: warm-up is not looked at
};

}  // namespace spillway
