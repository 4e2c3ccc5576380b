#pragma once

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "calibration/cuda/kernels/portable.hpp"
#include "tests/calibration/cuda/host_block.hpp"

namespace spillway::tests {

/// Where a block stands in its grid, and what its warps pass each other.
struct HostGrid {
    int x = 1;
    int y = 1;
    int z = 1;
};

/// What the lanes of one warp show each other at one of its meetings. Two in turn: a lane may be one meeting
/// ahead of the others, and never two.
struct WarpExchange {
    struct Slot {
        float value;
        const cuda::Bf16* row;
        std::array<std::uint32_t, 4> left;
        std::array<std::uint32_t, 2> right;
    };
    std::array<std::array<Slot, cuda::kWarp>, 2> slots;
};

/// The thread that runs a kernel on the CPU: the twin of DeviceThread, where each function is described.
class HostThread {
public:
    HostThread(HostBlock& block, std::vector<WarpExchange>& exchanges, int index, const HostGrid& at,
               const HostGrid& grid)
        : block_(block),
          exchange_(exchanges[static_cast<std::size_t>(index / cuda::kWarp)]),
          index_(index),
          at_(at),
          grid_(grid) {}

    int index() const { return index_; }
    int count() const { return block_.count(); }
    int lane() const { return index_ % cuda::kWarp; }
    int warp() const { return index_ / cuda::kWarp; }
    int block_x() const { return at_.x; }
    int block_y() const { return at_.y; }
    int block_z() const { return at_.z; }
    int blocks_x() const { return grid_.x; }
    void* shared() { return block_.shared(); }
    void sync() { block_.meet(index_, 0, block_.count()); }
    float power_of_two(float power) const { return std::exp2(power); }
    float inverse_root(float value) const { return 1 / std::sqrt(value); }

    float shuffle_xor(float value, int distance) {
        auto& slots = show([&](WarpExchange::Slot& slot) { slot.value = value; });
        return slots[static_cast<std::size_t>(lane() ^ distance)].value;
    }
    void fetch(void* to, const void* from) { std::memcpy(to, from, 16); }
    void end_fetches() {}
    void wait_for_all_but_last() {}
    void load_matrices(const cuda::Bf16* row, std::uint32_t (&parts)[4]);
    void load_matrices_transposed(const cuda::Bf16* row, std::uint32_t (&parts)[4]);
    void multiply(float (&sum)[4], const std::uint32_t (&left)[4], std::uint32_t right_low,
                  std::uint32_t right_high);

private:
    /// Fills this lane's slot and waits for the warp; the slots are valid until the meeting after the next.
    template <class Fill>
    std::array<WarpExchange::Slot, cuda::kWarp>& show(Fill&& fill) {
        auto& slots = exchange_.slots[block_.times_met(1 + warp()) % 2];
        fill(slots[static_cast<std::size_t>(lane())]);
        block_.meet(index_, 1 + warp(), cuda::kWarp);
        return slots;
    }

    HostBlock& block_;
    WarpExchange& exchange_;
    int index_;
    HostGrid at_;
    HostGrid grid_;
};

/// Runs `body(thread)` in all threads of all blocks.
template <class Body>
void run_grid(const HostGrid& grid, int threads, std::size_t shared_bytes, Body&& body) {
    HostBlock block(threads, shared_bytes);
    std::vector<WarpExchange> exchanges(static_cast<std::size_t>((threads + cuda::kWarp - 1) / cuda::kWarp));
    for (int z = 0; z < grid.z; ++z) {
        for (int y = 0; y < grid.y; ++y) {
            for (int x = 0; x < grid.x; ++x) {
                block.run([&](int index) {
                    HostThread thread(block, exchanges, index, {x, y, z}, grid);
                    body(thread);
                });
            }
        }
    }
}

}  // namespace spillway::tests
