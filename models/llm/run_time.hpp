#pragma once

#include <cstdint>

#include "models/llm/step_time.hpp"

namespace spillway {

/// Iterations without prompts of B sequences whose KV total is S in the first and grows by B in each:
/// iteration j takes a + b (S + jB), as long as the KV total stays on one line of the step time.
class IterationRun {
public:
    IterationRun() = default;
    /// Requires: sequences > 0.
    IterationRun(const StepTime& step, std::uint32_t sequences, std::uint64_t kv_tokens)
        : IterationRun(step.decode_piece(sequences, kv_tokens), sequences, kv_tokens) {}

    Ticks first() const noexcept { return first_; }
    Ticks growth() const noexcept { return growth_; }
    /// `iterations`, or how many begin before the line ends if that is fewer. Requires 0 < iterations < 2^32.
    std::uint64_t on_line(std::uint64_t iterations) const noexcept {
        return (iterations - 1) * sequences_ < left_ ? iterations : (left_ - 1) / sequences_ + 1;
    }

    /// k a + b (k S + B k (k - 1) / 2). Requires that k are on the line, and k < 2^32.
    Ticks time(std::uint64_t k) const noexcept {
        return first_ * Ticks{k} + growth_ * Ticks{k * (k - 1) / 2};
    }
    /// Of iteration k, from 0. Requires that k + 1 are on the line.
    Ticks at(std::uint64_t k) const noexcept { return first_ + growth_ * Ticks{k}; }
    /// The smallest k with time(k) >= wait. Requires wait > 0.
    std::uint64_t iterations_until(Ticks wait) const noexcept;

private:
    IterationRun(const KvPiece& piece, std::uint32_t sequences, std::uint64_t kv_tokens)
        : first_(piece.line.at(kv_tokens)),
          growth_(Ticks{piece.line.per_token} * sequences),
          left_(piece.end - kv_tokens),
          sequences_(sequences) {}

    Ticks first_{0};
    Ticks growth_{0};
    std::uint64_t left_ = 1;  // KV tokens from the first iteration to the end of the line
    std::uint32_t sequences_ = 1;
};

}  // namespace spillway
