#include "calibration/common/file_reader.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/probe.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::size_t kAlignment = 4096;  // what direct reads need at most of today's devices

int flags_of(ReadMode mode) { return mode == ReadMode::kDirect ? O_DIRECT : 0; }

/// Fills `buffer` from `offset` on, up to the file's end; returns what is filled. A direct read asks for
/// whole buffers, since it may not ask for less than a sector, and gets less at the end.
std::size_t read_block(int descriptor, std::uint64_t offset, std::span<std::byte> buffer, std::uint64_t end) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), end - offset);
    std::size_t filled = 0;
    while (filled < wanted) {
        const ssize_t count = pread(descriptor, buffer.data() + filled, buffer.size() - filled,
                                    static_cast<off_t>(offset + filled));
        if (count < 0 && errno == EINTR)
            continue;
        if (checked_call(count, fmt::format("reading at {}", offset + filled)) == 0)
            throw MeasureError("a weights file has become shorter");
        filled += static_cast<std::size_t>(count);
    }
    return wanted;
}

/// What the threads of one reading share.
class Reading {
public:
    Reading(const WeightsFile& file, const ReadPlan& plan, BlockSink& sink)
        : file_(file), plan_(plan), sink_(sink), opened_(file.reopen(flags_of(plan.mode))) {}

    /// One thread's part.
    void run(std::size_t thread) {
        try {
            read_blocks(thread);
        } catch (...) {
            const std::lock_guard lock(failure_guard_);
            if (!failure_)
                failure_ = std::current_exception();
            next_ = file_.bytes();  // the others stop at their next block
        }
    }

    void rethrow() const {
        if (failure_)
            std::rethrow_exception(failure_);
    }

private:
    void read_blocks(std::size_t thread) {
        const std::size_t block_bytes = plan_.buffers.front().size();
        std::size_t buffer = thread;
        for (;;) {
            const std::uint64_t offset = next_.fetch_add(block_bytes);
            if (offset >= file_.bytes())
                return;
            sink_.wait_until_free(buffer);
            const std::span<std::byte> into = plan_.buffers[buffer];
            const std::size_t filled = read_block(opened_.descriptor(), offset, into, file_.bytes());
            sink_.take({buffer, offset, into.first(filled)});
            buffer += plan_.threads;
            if (buffer >= plan_.buffers.size())
                buffer = thread;
        }
    }

    const WeightsFile& file_;
    const ReadPlan& plan_;
    BlockSink& sink_;
    OpenFile opened_;
    std::atomic<std::uint64_t> next_{0};
    std::mutex failure_guard_;
    std::exception_ptr failure_;
};

void check_plan(const ReadPlan& plan) {
    SPILLWAY_CHECK(plan.threads >= 1 && plan.buffers.size() >= plan.threads,
                   "a reading thread has no buffer");
    for (const std::span<std::byte> buffer : plan.buffers) {
        SPILLWAY_CHECK(!buffer.empty() && buffer.size() == plan.buffers.front().size() &&
                           buffer.size() % kAlignment == 0 &&
                           reinterpret_cast<std::uintptr_t>(buffer.data()) % kAlignment == 0,
                       "a buffer that direct reads cannot use");
    }
}

}  // namespace

ReadMode parse_read_mode(std::string_view word) {
    SPILLWAY_CHECK(word == "buffered" || word == "direct", "no such mode of reading: " + std::string(word));
    return word == "direct" ? ReadMode::kDirect : ReadMode::kBuffered;
}

void read_file(const WeightsFile& file, const ReadPlan& plan, BlockSink& sink) {
    check_plan(plan);
    Reading reading(file, plan, sink);
    {
        std::vector<std::jthread> threads;
        for (std::size_t thread = 1; thread < plan.threads; ++thread)
            threads.emplace_back([&reading, thread] { reading.run(thread); });
        reading.run(0);
    }
    reading.rethrow();
}

std::string read_refusal(const WeightsFile& file, ReadMode mode) {
    if (mode == ReadMode::kBuffered)
        return {};
    try {
        const MappedMemory memory(kAlignment);
        read_block(file.reopen(flags_of(mode)).descriptor(), 0, memory.bytes(), file.bytes());
    } catch (const MeasureError& error) {
        return fmt::format("the folder's file system has no direct reads: {}", error.what());
    }
    return {};
}

}  // namespace spillway
