#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "calibration/common/mapped_memory.hpp"

namespace spillway {

/// A large stretch of random numbers between -1 and 1, of which each call hands out the next part: when a
/// part comes round again, the caches have long held others. So operands come from memory, as the weights of
/// a model of many layers do, without a flush between samples. Filled as it is handed out first. Not for
/// several threads.
class RotatingMemory {
public:
    explicit RotatingMemory(std::size_t bytes) : bytes_(bytes) {}

    std::size_t bytes() const noexcept { return bytes_; }
    /// How many parts of `count` numbers are handed out until the first one comes again. Requires: as next().
    std::size_t parts(std::size_t count) const;
    /// The next `count` numbers, beginning a page. Requires: they are at most all of it (CHECK).
    std::span<float> next(std::size_t count);

private:
    std::size_t bytes_;
    MappedMemory memory_{page_bytes()};
    std::size_t next_ = 0;    ///< a number's place
    std::size_t filled_ = 0;  ///< numbers, from the beginning
};

/// Random numbers between -1 and 1, the same for the same seed.
void fill_random(std::span<float> into, std::uint64_t seed);

}  // namespace spillway
