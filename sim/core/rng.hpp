// Includes Random123 in a header: a keyed draw is a handful of multiplications and must inline into the
// models' hot paths.
#pragma once

#include <Random123/philox.h>

#include <cstdint>
#include <limits>
#include <string_view>

namespace spillway {

/// Names one replication of a run. Everything random in it is keyed by these two.
struct RunSeed {
    std::uint64_t seed = 1;
    std::uint64_t replication = 0;
};

/// Names one use of randomness. Streams of two purposes never share a draw, so that a new consumer of
/// randomness moves nobody else's numbers.
class StreamKey {
public:
    StreamKey(RunSeed seed, std::string_view purpose) noexcept;
    std::uint64_t value() const noexcept { return value_; }

private:
    std::uint64_t value_;
};

/// Uniform on the open interval (0, 1): safe for logarithms and for inverse distribution functions.
constexpr double open_unit(std::uint64_t bits) noexcept {
    return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

/// A counter-based stream of 64-bit draws for (key, entity, attempt): Philox2x64-10 (Salmon et al., "Parallel
/// Random Numbers: As Easy as 1, 2, 3", SC'11). What it yields depends on those three alone, never on who
/// drew before, so every policy lives through the same requests. An engine for Boost.Random distributions.
class RandomStream {
public:
    using result_type = std::uint64_t;

    RandomStream(StreamKey key, std::uint64_t entity, std::uint32_t attempt = 0) noexcept
        : key_(key.value()), entity_(entity), block_(std::uint64_t{attempt} << 32) {}

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

    result_type operator()() noexcept {
        if (spare_) {
            spare_ = false;
            return second_;
        }
        const r123::Philox2x64::ctr_type counter = {{block_++, entity_}};
        const r123::Philox2x64::key_type key = {{key_}};
        const r123::Philox2x64::ctr_type drawn = r123::Philox2x64{}(counter, key);
        second_ = drawn[1];
        spare_ = true;
        return drawn[0];
    }

    /// Uniform on (0, 1).
    double uniform() noexcept { return open_unit((*this)()); }

private:
    std::uint64_t key_;
    std::uint64_t entity_;
    std::uint64_t block_;
    std::uint64_t second_ = 0;
    bool spare_ = false;
};

}  // namespace spillway
