#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "calibration/common/system_call.hpp"

namespace spillway {

/// A file of content that no compression makes smaller, as weights are. Its name is taken away as soon as it
/// is written, so that it is gone when the process is, however that ends. Const functions may be called from
/// several threads.
class WeightsFile {
public:
    /// Writes it through to the device. Throws MeasureError when `folder` cannot be written or has less room
    /// than `bytes` and a reserve.
    WeightsFile(const std::filesystem::path& folder, std::uint64_t bytes);

    std::uint64_t bytes() const noexcept { return bytes_; }
    /// The file opened once more for reading, with more `flags` of open(2). Throws MeasureError.
    OpenFile reopen(int flags) const;
    /// Takes its pages out of the page cache. Empty when none is left there; otherwise why that cannot be.
    [[nodiscard]] std::string evict() const;
    /// Reads it, so that the page cache holds it if it has the room.
    void warm() const;
    /// The share of its pages that the page cache holds.
    double cached_share() const;

private:
    std::uint64_t bytes_;
    OpenFile file_;
};

/// What a weights file of any size holds from `offset` on. Requires: offset and size are multiples of 8.
void fill_with_weights(std::uint64_t offset, std::span<std::byte> into);

/// The weights files of a suite in one folder: each size is written when it is first asked for and kept,
/// since writing takes longer than reading. Not for several threads.
class WeightsStore {
public:
    explicit WeightsStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

    const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Valid as long as the store. Throws as WeightsFile does.
    const WeightsFile& file(std::uint64_t bytes);

private:
    std::filesystem::path folder_;
    std::map<std::uint64_t, WeightsFile> files_;
};

}  // namespace spillway
