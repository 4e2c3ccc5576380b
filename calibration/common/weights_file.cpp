#include "calibration/common/weights_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/probe.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kReserveBytes = 256ULL << 20;  // a full file system disturbs whoever shares it
constexpr std::size_t kBlockBytes = 4ULL << 20;

/// The n-th number of splitmix64 (Steele, Lea and Flood, 2014): no sequence, so that any part can be made.
std::uint64_t scrambled(std::uint64_t n) {
    std::uint64_t z = (n + 1) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

void check_room(const std::filesystem::path& folder, std::uint64_t bytes) {
    std::error_code failed;
    const std::filesystem::space_info space = std::filesystem::space(folder, failed);
    if (failed)
        throw MeasureError(fmt::format("{}: {}", folder.string(), failed.message()));
    if (space.available < bytes || space.available - bytes < kReserveBytes) {
        constexpr double kMega = 1 << 20;
        throw MeasureError(
            fmt::format("{} has {:.0f} MiB free; a file of {:.0f} MiB needs them and {:.0f} more",
                        folder.string(), static_cast<double>(space.available) / kMega,
                        static_cast<double>(bytes) / kMega, static_cast<double>(kReserveBytes) / kMega));
    }
}

/// A new file without a name.
OpenFile nameless_file(const std::filesystem::path& folder) {
    std::string path = (folder / "spillway-probe-XXXXXX").string();
    OpenFile file(checked_call(mkostemp(path.data(), O_CLOEXEC), "a file in " + folder.string()));
    checked_call(unlink(path.c_str()), "unlinking " + path);
    return file;
}

void write_all(int descriptor, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        bytes = bytes.subspan(static_cast<std::size_t>(checked_call(count, "writing weights")));
    }
}

/// The file's pages, mapped but not read: what mincore asks about.
class FileMapping {
public:
    FileMapping(int descriptor, std::uint64_t bytes) : bytes_(bytes) {
        start_ = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
        if (start_ == MAP_FAILED)
            system_call_failed("mapping weights");
    }
    ~FileMapping() { munmap(start_, bytes_); }
    FileMapping(const FileMapping&) = delete;
    FileMapping& operator=(const FileMapping&) = delete;

    void* start() const noexcept { return start_; }

private:
    void* start_ = nullptr;
    std::uint64_t bytes_;
};

}  // namespace

void fill_with_weights(std::uint64_t offset, std::span<std::byte> into) {
    for (std::size_t place = 0; place < into.size(); place += sizeof(std::uint64_t)) {
        const std::uint64_t word = scrambled((offset + place) / sizeof(std::uint64_t));
        std::memcpy(into.data() + place, &word, sizeof(word));
    }
}

WeightsFile::WeightsFile(const std::filesystem::path& folder, std::uint64_t bytes)
    : bytes_(bytes), file_((check_room(folder, bytes), nameless_file(folder))) {
    std::vector<std::byte> block(kBlockBytes);
    for (std::uint64_t offset = 0; offset < bytes; offset += kBlockBytes) {
        fill_with_weights(offset, block);
        write_all(file_.descriptor(),
                  std::span(block).first(std::min<std::uint64_t>(kBlockBytes, bytes - offset)));
    }
    checked_call(fsync(file_.descriptor()), "writing weights through");
}

OpenFile WeightsFile::reopen(int flags) const {
    return OpenFile(fmt::format("/proc/self/fd/{}", file_.descriptor()), O_RDONLY | flags);
}

std::string WeightsFile::evict() const {
    // The kernel leaves pages that other processors have just put on their lists: a few calls catch them.
    constexpr int kAttempts = 10;
    double left = 1;
    for (int attempt = 0; attempt < kAttempts && left > 0; ++attempt) {
        const int refused = posix_fadvise(file_.descriptor(), 0, 0, POSIX_FADV_DONTNEED);
        if (refused != 0)
            return fmt::format("the page cache keeps the file: {}", std::strerror(refused));
        left = cached_share();
    }
    if (left > 0)
        return fmt::format(
            "the page cache keeps {:.0f} % of the file: is the folder's file system in memory?", 100 * left);
    return {};
}

void WeightsFile::warm() const {
    std::vector<std::byte> block(kBlockBytes);
    for (std::uint64_t offset = 0; offset < bytes_;) {
        const ssize_t count =
            pread(file_.descriptor(), block.data(), block.size(), static_cast<off_t>(offset));
        if (checked_call(count, "reading weights") == 0)
            throw MeasureError("a weights file has become shorter");
        offset += static_cast<std::uint64_t>(count);
    }
}

double WeightsFile::cached_share() const {
    const FileMapping mapping(file_.descriptor(), bytes_);
    const std::size_t page = page_bytes();
    std::vector<unsigned char> pages((bytes_ + page - 1) / page);
    checked_call(mincore(mapping.start(), bytes_, pages.data()), "mincore");
    const auto held =
        std::count_if(pages.begin(), pages.end(), [](unsigned char flags) { return flags & 1U; });
    return static_cast<double>(held) / static_cast<double>(pages.size());
}

const WeightsFile& WeightsStore::file(std::uint64_t bytes) {
    const auto found = files_.find(bytes);
    return found != files_.end() ? found->second : files_.try_emplace(bytes, folder_, bytes).first->second;
}

}  // namespace spillway
