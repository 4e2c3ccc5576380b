#include "calibration/host/rotating_memory.hpp"

#include "sim/core/check.hpp"

namespace spillway {

void fill_random(std::span<float> into, std::uint64_t seed) {
    // A linear congruential generator (Knuth, The Art of Computer Programming, volume 2, section 3.3.4):
    // random enough for operands, and as fast as memory.
    std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
    constexpr float kScale = 1.0F / (1 << 23);
    for (float& number : into) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        number = static_cast<float>(static_cast<std::int32_t>(state >> 40) - (1 << 23)) * kScale;
    }
}

namespace {

/// From a part's beginning to that of the next one, in numbers.
std::size_t stride_of(std::size_t count) {
    // A gap, since the processor fetches ahead of what is read; not a power of two, since addresses that are
    // such a distance apart share places in the caches.
    constexpr std::size_t kGapPages = 17;
    const std::size_t page = page_bytes() / sizeof(float);
    return ((count + page - 1) / page + kGapPages) * page;
}

}  // namespace

std::size_t RotatingMemory::parts(std::size_t count) const {
    SPILLWAY_CHECK(count * sizeof(float) <= bytes_, "more memory than rotates");
    return 1 + (bytes_ / sizeof(float) - count) / stride_of(count);
}

std::span<float> RotatingMemory::next(std::size_t count) {
    SPILLWAY_CHECK(count * sizeof(float) <= bytes_, "more memory than rotates");
    if (filled_ == 0)
        memory_ = MappedMemory(bytes_);
    const std::span<float> all = memory_.floats();
    if (next_ + count > all.size())
        next_ = 0;
    const std::span<float> part = all.subspan(next_, count);
    if (next_ + count > filled_) {
        fill_random(all.subspan(filled_, next_ + count - filled_), filled_);
        filled_ = next_ + count;
    }
    next_ += stride_of(count);
    return part;
}

}  // namespace spillway
