#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace spillway {

/// Objects by a small number, with stable addresses; a released number is the next to be given out again, so
/// that what is in use stays in cache and memory grows with what is alive at once, never with how much
/// passed. Objects are constructed once and reused as they were left. Not thread-safe.
template <class T>
class SlotTable {
public:
    std::uint32_t allocate() {
        if (free_.empty())
            grow();
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        return slot;
    }
    void release(std::uint32_t slot) { free_.push_back(slot); }

    T& operator[](std::uint32_t slot) noexcept { return chunks_[slot / kChunk][slot % kChunk]; }
    const T& operator[](std::uint32_t slot) const noexcept { return chunks_[slot / kChunk][slot % kChunk]; }

    /// Slots ever made: every number below it is valid.
    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(chunks_.size()) * kChunk; }

private:
    static constexpr std::uint32_t kChunk = 64;

    void grow() {
        const std::uint32_t first = size();
        chunks_.push_back(std::make_unique<T[]>(kChunk));
        for (std::uint32_t i = kChunk; i-- > 0;) free_.push_back(first + i);
    }

    std::vector<std::unique_ptr<T[]>> chunks_;
    std::vector<std::uint32_t> free_;
};

}  // namespace spillway
