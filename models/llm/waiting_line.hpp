#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/llm/sequence.hpp"

namespace spillway {

/// Sequences that are not running: those on their way to the engine's queue (API server, tokeniser), and the
/// queue itself in its order. Refers to sequences by their number in the engine's table.
class WaitingLine {
public:
    /// `table` outlives it.
    explicit WaitingLine(std::vector<Sequence>& table) noexcept : table_(table) {}

    /// A new sequence, seen by the queue at its visible_at: not before those that arrived before it.
    void arrive(std::uint32_t sequence);
    /// One that was preempted goes back to its old place.
    void put_back(std::uint32_t sequence);

    /// Moves those into the queue that are visible at `now`.
    void collect(Ticks now) {
        while (!coming_.empty() && table_[coming_.front()].visible_at <= now) collect_first();
    }

    /// When the next one becomes visible; empty: nobody is on the way.
    std::optional<Ticks> next_visible() const {
        if (coming_.empty())
            return std::nullopt;
        return table_[coming_.front()].visible_at;
    }

    bool queue_empty() const noexcept { return queue_.empty(); }
    bool empty() const noexcept { return queue_.empty() && coming_.empty(); }
    std::size_t queue_size() const noexcept { return queue_.size(); }
    /// Tokens that those in the queue must compute.
    std::uint64_t queue_tokens() const noexcept { return queue_tokens_; }
    std::size_t size() const noexcept { return queue_.size() + coming_.size(); }
    /// Tokens that those here must compute before they decode, cached ones included.
    std::uint64_t prompt_tokens() const noexcept { return prompt_tokens_; }
    std::uint32_t head() const { return queue_.front(); }
    void pop();

    /// Requires: it waits here.
    void remove(std::uint32_t sequence);

    /// A lower bound on the tokens that any sequence here has still to make; who leaves may leave it too low.
    std::uint32_t fewest_outputs() const noexcept { return fewest_outputs_; }

private:
    /// Order of the queue's heap: whether a comes after b.
    auto after() const noexcept {
        return [this](std::uint32_t a, std::uint32_t b) {
            const Sequence& x = table_[a];
            const Sequence& y = table_[b];
            return x.rank != y.rank ? x.rank > y.rank : x.came > y.came;
        };
    }
    auto links() {
        return [this](std::uint32_t sequence) -> ListLinks& { return table_[sequence].links; };
    }
    void push(std::uint32_t sequence);
    void collect_first();
    void entered(const Sequence& sequence) noexcept {
        prompt_tokens_ += sequence.goal();
        fewest_outputs_ = std::min(fewest_outputs_, sequence.output - sequence.made);
    }
    void left(const Sequence& sequence) noexcept {
        prompt_tokens_ -= sequence.goal();
        if (empty())
            fewest_outputs_ = kNoOutputs;
    }

    std::vector<Sequence>& table_;
    LinkedList coming_;                 // in order
    std::vector<std::uint32_t> queue_;  // a heap, the head on top
    std::uint64_t came_ = 0;
    std::uint64_t prompt_tokens_ = 0;
    std::uint64_t queue_tokens_ = 0;
    std::uint32_t fewest_outputs_ = kNoOutputs;
    static constexpr std::uint32_t kNoOutputs = 0xffffffff;
};

}  // namespace spillway
