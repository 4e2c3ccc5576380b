#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "calibration/common/weights_file.hpp"

namespace spillway {

/// How a file is read: through the page cache, or around it (O_DIRECT).
enum class ReadMode : std::uint8_t { kBuffered, kDirect };

/// "buffered", "direct": as points have it. Requires: one of the two (CHECK).
ReadMode parse_read_mode(std::string_view word);

/// A part of the file in one of the buffers.
struct FilledBlock {
    std::size_t buffer = 0;  ///< its place among the buffers
    std::uint64_t offset = 0;
    std::span<const std::byte> bytes;
};

/// Where blocks go. Both functions are called by all reading threads at once, but for one buffer never by
/// two.
class BlockSink {
public:
    virtual ~BlockSink() = default;
    /// Takes a block, or begins to: its buffer stays as it is until wait_until_free() has returned for it.
    virtual void take(const FilledBlock& block) = 0;
    /// Returns when what take() began with this buffer is done; also before the buffer is filled first.
    virtual void wait_until_free(std::size_t buffer) = 0;
};

/// Which buffers to read into, and how.
struct ReadPlan {
    ReadMode mode = ReadMode::kBuffered;
    std::size_t threads = 1;
    /// A ring for each thread: thread t has the buffers t, t + threads, ... in turn. As many as threads or
    /// more; all of one size, a multiple of 4096 bytes, and at addresses that are such multiples (CHECK).
    /// With two a thread, one fills while the sink works on the other.
    std::span<const std::span<std::byte>> buffers;
};

/// Reads the whole file in blocks of a buffer's size, each block once, in no order; returns when it is read.
/// The caller then waits for what its sink has begun. Throws MeasureError when reading fails, and what the
/// sink throws.
void read_file(const WeightsFile& file, const ReadPlan& plan, BlockSink& sink);

/// Why the file cannot be read in this mode, as some file systems know no direct reads; empty when it can.
std::string read_refusal(const WeightsFile& file, ReadMode mode);

}  // namespace spillway
