#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace spillway {

/// How large the pages of memory are: as programs usually have them, or as large as the kernel gives them,
/// which makes first touches and look-ups of addresses cheap.
enum class PageSize : std::uint8_t { kUsual, kLarge };

/// Pages of memory that the kernel has not handed out before; given back when it goes. Aligned to pages, as
/// direct reads want it. Throws MeasureError when there are none to be had.
class MappedMemory {
public:
    explicit MappedMemory(std::size_t bytes, PageSize pages = PageSize::kLarge);
    ~MappedMemory();
    MappedMemory(MappedMemory&& other) noexcept;
    MappedMemory& operator=(MappedMemory&& other) noexcept;

    std::span<std::byte> bytes() const noexcept { return bytes_; }
    /// The same memory as numbers.
    std::span<float> floats() const noexcept;
    /// Writes to each page, so that later writes find it there.
    void touch() noexcept;

private:
    std::span<std::byte> bytes_;
};

std::size_t page_bytes() noexcept;

}  // namespace spillway
