#include "tests/calibration/cuda/host_thread.hpp"

namespace spillway::tests {
namespace {

std::uint32_t pair_of(cuda::Bf16 first, cuda::Bf16 second) {
    return first.bits | static_cast<std::uint32_t>(second.bits) << 16;
}

/// Value `column` of a row whose pairs lie in the lanes' words.
float half_of(std::uint32_t word, int column) {
    return cuda::widen_bits(column % 2 == 0 ? word & 0xffff : word >> 16);
}

std::size_t at(int place) { return static_cast<std::size_t>(place); }

}  // namespace

void HostThread::load_matrices(const cuda::Bf16* row, std::uint32_t (&parts)[4]) {
    const auto& slots = show([&](WarpExchange::Slot& slot) { slot.row = row; });
    for (int matrix = 0; matrix < 4; ++matrix) {
        const int from = 8 * matrix + lane() / 4;
        const int column = 2 * (lane() % 4);
        parts[matrix] = pair_of(slots[at(from)].row[column], slots[at(from)].row[column + 1]);
    }
}

void HostThread::load_matrices_transposed(const cuda::Bf16* row, std::uint32_t (&parts)[4]) {
    const auto& slots = show([&](WarpExchange::Slot& slot) { slot.row = row; });
    for (int matrix = 0; matrix < 4; ++matrix) {
        const int first = 8 * matrix + 2 * (lane() % 4);
        parts[matrix] = pair_of(slots[at(first)].row[lane() / 4], slots[at(first + 1)].row[lane() / 4]);
    }
}

void HostThread::multiply(float (&sum)[4], const std::uint32_t (&left)[4], std::uint32_t right_low,
                          std::uint32_t right_high) {
    const auto& slots = show([&](WarpExchange::Slot& slot) {
        for (std::size_t part = 0; part < 4; ++part) slot.left[part] = left[part];
        slot.right = {right_low, right_high};
    });
    for (int part = 0; part < 4; ++part) {
        const int row = lane() / 4 + 8 * (part / 2);
        const int column = 2 * (lane() % 4) + part % 2;
        for (int k = 0; k < 16; ++k) {
            const int holds_left = 4 * (row % 8) + k % 8 / 2;
            const int holds_right = 4 * column + k % 8 / 2;
            const int left_part = row / 8 + 2 * (k / 8);
            const std::uint32_t left_word = slots[at(holds_left)].left[at(left_part)];
            const std::uint32_t right_word = slots[at(holds_right)].right[at(k / 8)];
            sum[part] += half_of(left_word, k) * half_of(right_word, k);
        }
    }
}

}  // namespace spillway::tests
