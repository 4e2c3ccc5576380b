#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/combine/retime.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// A column of which most traces state nothing: without memory up to the first value that is not `kNone`.
template <class Value, Value kNone>
class StatedColumn {
public:
    /// Requires: `row` is above that of every earlier call.
    void set(std::size_t row, Value value) {
        if (value == kNone)
            return;
        values_.resize(row, kNone);
        values_.push_back(value);
    }
    Value at(std::size_t row) const noexcept { return row < values_.size() ? values_[row] : kNone; }
    bool empty() const noexcept { return values_.empty(); }
    std::size_t bytes() const noexcept { return values_.size() * sizeof(Value); }
    void shrink() { values_.shrink_to_fit(); }

private:
    std::vector<Value> values_;
};

/// All requests of a trace in memory, in columns: 16 bytes each and up to 24 for what the trace states beside
/// lengths; where it has prefix blocks, 8 for each of them and for each request. Constant once it is made, so
/// that threads may share it.
class Recording {
public:
    static constexpr std::size_t kMostBytes = std::size_t{4} << 30;

    /// Takes the part of `source` between window.from and window.until. The recording reaches from the full
    /// second before the first arrival to the one after the last, and not beyond the window. `reads` are the
    /// counts of the source's readers. Throws InputError when there is nothing, or more than `most_bytes`,
    /// and what the source throws.
    Recording(RequestSource& source, const TimeWindow& window, const ReadLog& reads,
              std::size_t most_bytes = kMostBytes);

    SimTime begin() const noexcept { return begin_; }
    Duration length() const noexcept { return length_; }
    std::size_t size() const noexcept { return times_.size(); }
    const std::vector<ReadCount>& reads() const noexcept { return reads_; }

    /// Since begin().
    Duration time(std::size_t row) const noexcept { return times_[row]; }
    /// The first row at or after `since`, counted from begin(); size() if there is none.
    std::size_t first_at(Duration since) const noexcept;
    /// Whether any request has a session or prefix blocks.
    bool has_names() const noexcept { return !sessions_.empty() || !blocks_.empty(); }

    /// Writes lengths, session, turn and service; the rest of `arrival` is left alone.
    void fill(std::size_t row, Arrival& arrival) const noexcept;
    std::span<const std::uint64_t> prefix_blocks(std::size_t row) const noexcept;

private:
    static constexpr Duration::rep kNotMeasured = Duration::min().count();
    struct Tokens {
        std::uint32_t input, output;
    };

    void add(const Arrival& arrival);
    void add_blocks(std::size_t row, std::span<const std::uint64_t> blocks);
    void shrink();
    std::size_t bytes() const noexcept;

    SimTime begin_;
    Duration length_{};
    std::vector<ReadCount> reads_;
    std::vector<Duration> times_;
    std::vector<Tokens> tokens_;
    StatedColumn<std::uint32_t, 0> max_tokens_;
    StatedColumn<std::uint64_t, 0> sessions_;
    StatedColumn<std::uint32_t, 0> turns_;
    StatedColumn<Duration::rep, kNotMeasured> services_;
    std::vector<std::uint64_t> block_ends_;  // of each row, in blocks_; empty while there are none
    std::vector<std::uint64_t> blocks_;
};

}  // namespace spillway
