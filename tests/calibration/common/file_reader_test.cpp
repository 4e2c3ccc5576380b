#include "calibration/common/file_reader.hpp"

#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>
#include <vector>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/probe.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {
namespace {

constexpr std::uint64_t kBytes = (3ULL << 20) + 8000;  // no whole number of blocks or pages
constexpr std::size_t kBlock = std::size_t{256} << 10;

/// Buffers for a plan.
struct Ring {
    explicit Ring(std::size_t count) : memory(count * kBlock) {
        for (std::size_t i = 0; i < count; ++i) buffers.push_back(memory.bytes().subspan(i * kBlock, kBlock));
    }
    MappedMemory memory;
    std::vector<std::span<std::byte>> buffers;
};

/// Compares each block with what the file was filled with, and notes what it was asked.
class ComparingSink : public BlockSink {
public:
    void take(const FilledBlock& block) override {
        std::vector<std::byte> expected(block.bytes.size());
        fill_with_weights(block.offset, expected);
        const std::lock_guard lock(guard_);
        equal = equal && std::memcmp(expected.data(), block.bytes.data(), expected.size()) == 0;
        once = once && offsets_.insert(block.offset).second;
        bytes += block.bytes.size();
        buffers.insert(block.buffer);
        waited_for = waited_for && free_.erase(block.buffer) == 1;
    }
    void wait_until_free(std::size_t buffer) override {
        const std::lock_guard lock(guard_);
        free_.insert(buffer);
    }

    bool equal = true;
    bool once = true;
    bool waited_for = true;
    std::uint64_t bytes = 0;
    std::set<std::size_t> buffers;

private:
    std::mutex guard_;
    std::set<std::uint64_t> offsets_;
    std::set<std::size_t> free_;
};

void require_complete(const WeightsFile& file, ReadMode mode, std::size_t threads, std::size_t buffers) {
    const Ring ring(buffers);
    ComparingSink sink;
    read_file(file, {mode, threads, ring.buffers}, sink);
    REQUIRE(sink.equal);
    REQUIRE(sink.once);
    REQUIRE(sink.waited_for);
    REQUIRE(sink.bytes == file.bytes());
}

class ThrowingSink : public BlockSink {
public:
    void take(const FilledBlock& block) override {
        if (block.offset >= 4 * kBlock)
            throw MeasureError("the device is full");
    }
    void wait_until_free(std::size_t) override {}
};

bool is_empty(const ScratchDir& folder) { return std::filesystem::is_empty(folder.path()); }

}  // namespace

TEST_CASE("each block of a file is read once, with one thread and with several",
          "[calibration][file_reader]") {
    const ScratchDir folder;
    const WeightsFile file(folder.path(), kBytes);
    require_complete(file, ReadMode::kBuffered, 1, 1);
    require_complete(file, ReadMode::kBuffered, 1, 3);
    require_complete(file, ReadMode::kBuffered, 4, 4);
    require_complete(file, ReadMode::kBuffered, 3, 8);
}

TEST_CASE("direct reads give the same content, or the file says why there are none",
          "[calibration][file_reader]") {
    const ScratchDir folder;
    const WeightsFile file(folder.path(), kBytes);
    const std::string refusal = read_refusal(file, ReadMode::kDirect);
    if (!refusal.empty()) {
        REQUIRE_THAT(refusal, contains_text("direct reads"));
        SPILLWAY_SKIP(refusal);
    }
    require_complete(file, ReadMode::kDirect, 1, 2);
    require_complete(file, ReadMode::kDirect, 3, 6);
}

TEST_CASE("a sink that fails ends the reading with its own error", "[calibration][file_reader]") {
    const ScratchDir folder;
    const WeightsFile file(folder.path(), kBytes);
    const Ring ring(4);
    ThrowingSink sink;
    REQUIRE_THROWS_WITH(read_file(file, {ReadMode::kBuffered, 2, ring.buffers}, sink), "the device is full");
}

TEST_CASE("a file that is evicted is out of the page cache, and reading brings it back",
          "[calibration][weights_file]") {
    const ScratchDir folder;
    const WeightsFile file(folder.path(), kBytes);
    file.warm();
    REQUIRE(file.cached_share() == 1);
    const std::string kept = file.evict();
    if (!kept.empty()) {
        REQUIRE(file.cached_share() > 0);
        SPILLWAY_SKIP(kept);
    }
    REQUIRE(file.cached_share() == 0);
    file.warm();
    REQUIRE(file.cached_share() == 1);
}

TEST_CASE("a file in memory cannot be evicted and says so", "[calibration][weights_file]") {
    const std::filesystem::path memory = "/dev/shm";
    if (!std::filesystem::is_directory(memory) || std::filesystem::space(memory).available < (1ULL << 30))
        SPILLWAY_SKIP("no file system in memory");
    const WeightsFile file(memory, 1 << 20);
    REQUIRE_THAT(file.evict(), contains_text("the page cache keeps"));
}

TEST_CASE("a weights file leaves no name behind, not even while it is used", "[calibration][weights_file]") {
    const ScratchDir folder;
    {
        WeightsStore store(folder.path());
        const WeightsFile& file = store.file(1 << 20);
        REQUIRE(&store.file(1 << 20) == &file);
        REQUIRE(store.file(2 << 20).bytes() == 2 << 20);
        REQUIRE(is_empty(folder));
        require_complete(file, ReadMode::kBuffered, 1, 1);
    }
    REQUIRE(is_empty(folder));
}

TEST_CASE("a file larger than its folder has room for is refused before it is written",
          "[calibration][weights_file]") {
    const ScratchDir folder;
    REQUIRE_THROWS_WITH(WeightsFile(folder.path(), 1ULL << 60), contains_text("MiB free; a file of"));
    REQUIRE(is_empty(folder));
}

TEST_CASE("a folder that is not there is refused by its name", "[calibration][weights_file]") {
    REQUIRE_THROWS_WITH(WeightsFile("/nowhere/at/all", 1 << 20), contains_text("/nowhere/at/all"));
}

}  // namespace spillway::tests
