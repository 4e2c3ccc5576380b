#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sim/core/time.hpp"

namespace spillway {

// Log-linear bins over [0, 2^63) ns: values below 256 have a bin each, every octave above has 128 of equal
// width. The middle of a bin is within 1/256 (0.4%) of every value in it.

constexpr std::uint32_t kBinsPerOctave = 128;
constexpr std::uint32_t kBinOctaves = 57;

/// How far the values of a bin's octave are shifted to give their place in it; 0 while bins are exact.
constexpr std::uint32_t bin_shift(std::uint32_t bin) noexcept {
    const std::uint32_t octave = bin / kBinsPerOctave;
    return octave == 0 ? 0 : octave - 1;
}

/// Requires: value >= 0.
constexpr std::uint32_t bin_of(Duration value) noexcept {
    const auto ticks = static_cast<std::uint64_t>(value.count());
    const auto shift = static_cast<std::uint32_t>(std::bit_width(ticks | 255U)) - 8U;
    return shift * kBinsPerOctave + static_cast<std::uint32_t>(ticks >> shift);
}

/// The first nanosecond beyond a bin; of the last one 2^63.
constexpr std::uint64_t bin_end(std::uint32_t bin) noexcept {
    const std::uint32_t shift = bin_shift(bin);
    return std::uint64_t{bin - shift * kBinsPerOctave + 1} << shift;
}

constexpr Duration bin_middle(std::uint32_t bin) noexcept {
    const std::uint32_t shift = bin_shift(bin);
    const std::int64_t low = static_cast<std::int64_t>(bin - shift * kBinsPerOctave) << shift;
    return Duration{low + ((std::int64_t{1} << shift) - 1) / 2};
}

/// One Cell a bin. An octave gets memory when a value first falls into it: fresh pages cost more than the
/// counting, and latencies rarely span more than a dozen octaves.
template <class Cell>
class BinGrid {
public:
    BinGrid() = default;
    BinGrid(BinGrid&&) noexcept = default;
    BinGrid& operator=(BinGrid&&) noexcept = default;
    BinGrid(const BinGrid& other) { *this = other; }
    BinGrid& operator=(const BinGrid& other) {
        for (std::size_t i = 0; i < kBinOctaves; ++i) {
            octaves_[i] = other.octaves_[i] ? std::make_unique<Octave>(*other.octaves_[i]) : nullptr;
        }
        return *this;
    }

    Cell& at(std::uint32_t bin) {
        std::unique_ptr<Octave>& octave = octaves_[bin / kBinsPerOctave];
        if (!octave) [[unlikely]]
            octave = std::make_unique<Octave>();
        return (*octave)[bin % kBinsPerOctave];
    }

    /// Calls visit(bin, cell) for the bins of every octave in use, in ascending order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::uint32_t octave = 0; octave < kBinOctaves; ++octave) {
            if (!octaves_[octave])
                continue;
            for (std::uint32_t i = 0; i < kBinsPerOctave; ++i) {
                visit(octave * kBinsPerOctave + i, (*octaves_[octave])[i]);
            }
        }
    }

private:
    using Octave = std::array<Cell, kBinsPerOctave>;
    std::array<std::unique_ptr<Octave>, kBinOctaves> octaves_;
};

}  // namespace spillway
