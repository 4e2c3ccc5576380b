#pragma once

#include <cstdint>

#include "models/llm/step_time.hpp"

namespace spillway {

/// Iterations without prompts of B sequences whose KV total is S in the first and grows by B in each:
/// iteration j takes a + b (S + jB), as long as the KV total stays on one line of the step time.
class IterationRun {
public:
    /// Requires: sequences > 0.
    IterationRun(const StepTime& step, std::uint32_t sequences, std::uint64_t kv_tokens)
        : piece_(step.decode_piece(sequences, kv_tokens)),
          sequences_(sequences),
          first_(piece_.line.at(kv_tokens)),
          growth_(Ticks{piece_.line.per_token} * sequences),
          left_(piece_.end - kv_tokens) {}

    Ticks first() const noexcept { return first_; }
    Ticks growth() const noexcept { return growth_; }
    /// How many iterations begin before the line ends.
    std::uint64_t iterations_on_line() const noexcept { return (left_ - 1) / sequences_ + 1; }

    /// k a + b (k S + B k (k - 1) / 2). Requires k <= iterations_on_line().
    Ticks time(std::uint64_t iterations) const noexcept {
        const auto k = static_cast<std::int64_t>(iterations);
        return first_ * k + growth_ * (Ticks{k} * (k - 1) / 2);
    }
    /// The smallest k with time(k) >= wait. Requires wait > 0.
    std::uint64_t iterations_until(Ticks wait) const noexcept;

private:
    const KvPiece& piece_;
    std::uint32_t sequences_;
    Ticks first_;
    Ticks growth_;
    std::uint64_t left_;
};

}  // namespace spillway
