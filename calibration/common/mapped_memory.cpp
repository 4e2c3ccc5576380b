#include "calibration/common/mapped_memory.hpp"

#include <utility>

#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include "calibration/common/system_call.hpp"

namespace spillway {

std::size_t page_bytes() noexcept { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

MappedMemory::MappedMemory(std::size_t bytes, PageSize pages) {
    void* const start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        system_call_failed(fmt::format("{} bytes of memory", bytes));
    bytes_ = {static_cast<std::byte*>(start), bytes};
    // A kernel without large pages refuses, and usual ones serve as well.
    if (pages == PageSize::kLarge)
        madvise(start, bytes, MADV_HUGEPAGE);
}

MappedMemory::~MappedMemory() {
    if (!bytes_.empty())
        munmap(bytes_.data(), bytes_.size());
}

MappedMemory::MappedMemory(MappedMemory&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedMemory& MappedMemory::operator=(MappedMemory&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

std::span<float> MappedMemory::floats() const noexcept {
    return {reinterpret_cast<float*>(bytes_.data()), bytes_.size() / sizeof(float)};
}

void MappedMemory::touch() noexcept {
    const std::size_t page = page_bytes();
    // Volatile: nobody reads what is written.
    volatile std::byte* const start = bytes_.data();
    for (std::size_t place = 0; place < bytes_.size(); place += page) start[place] = std::byte{1};
}

}  // namespace spillway
