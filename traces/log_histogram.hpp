#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace spillway {

/// Counts of whole numbers in bins that are exact below 2,048 and within 0.1% above. Memory grows with the
/// logarithm of the largest value.
class LogHistogram {
public:
    void add(std::uint64_t value) {
        const std::size_t bin = bin_of(value);
        if (bin >= bins_.size())
            bins_.resize(bin + 1);
        ++bins_[bin];
        ++count_;
    }

    std::uint64_t count() const noexcept { return count_; }
    std::uint64_t zeros() const noexcept { return bins_.empty() ? 0 : bins_[0]; }

    /// The lower edge of the bin of the n-th smallest value, n from 0. Requires: n < count().
    std::uint64_t nth(std::uint64_t n) const {
        std::size_t bin = 0;
        while (n >= bins_[bin]) n -= bins_[bin++];
        return lower_edge(bin);
    }

private:
    static constexpr unsigned kBits = 10;

    static std::size_t bin_of(std::uint64_t value) noexcept {
        const auto width = static_cast<unsigned>(std::bit_width(value));
        const unsigned shift = width > kBits + 1 ? width - kBits - 1 : 0;
        return (std::size_t{shift} << kBits) + static_cast<std::size_t>(value >> shift);
    }
    static std::uint64_t lower_edge(std::size_t bin) noexcept {
        const std::size_t octave = bin >> kBits;
        const std::size_t shift = octave > 1 ? octave - 1 : 0;
        return std::uint64_t{bin - (shift << kBits)} << shift;
    }

    std::vector<std::uint64_t> bins_;
    std::uint64_t count_ = 0;
};

}  // namespace spillway
