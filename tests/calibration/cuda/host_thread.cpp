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

}  // namespace

void HostThread::load_matrices(const cuda::Bf16* row, std::uint32_t (&parts)[4]) {
    const auto& slots = show([&](WarpExchange::Slot& slot) { slot.row = row; });
    for (int matrix = 0; matrix < 4; ++matrix) {
        const cuda::Bf16* from = slots[static_cast<std::size_t>(8 * matrix + lane() / 4)].row;
        parts[matrix] = pair_of(from[2 * (lane() % 4)], from[2 * (lane() % 4) + 1]);
    }
}

void HostThread::load_matrices_transposed(const cuda::Bf16* row, std::uint32_t (&parts)[4]) {
    const auto& slots = show([&](WarpExchange::Slot& slot) { slot.row = row; });
    for (int matrix = 0; matrix < 4; ++matrix) {
        const auto first = static_cast<std::size_t>(8 * matrix + 2 * (lane() % 4));
        parts[matrix] = pair_of(slots[first].row[lane() / 4], slots[first + 1].row[lane() / 4]);
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
            const auto holds_left = static_cast<std::size_t>(4 * (row % 8) + k % 8 / 2);
            const auto holds_right = static_cast<std::size_t>(4 * column + k % 8 / 2);
            const std::uint32_t left_word =
                slots[holds_left].left[static_cast<std::size_t>(row / 8 + 2 * (k / 8))];
            const std::uint32_t right_word = slots[holds_right].right[static_cast<std::size_t>(k / 8)];
            sum[part] += half_of(left_word, k) * half_of(right_word, k);
        }
    }
}

}  // namespace spillway::tests
