#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/int128.hpp"
#include "sim/core/phase.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What an event says to its handler: no allocation, no virtual payload.
struct Event {
    std::uint16_t handler = 0;  ///< who handles it: an index given out by the Simulator
    std::uint8_t kind = 0;      ///< the handler's own enumeration
    bool background = false;    ///< a control tick or a sample: does not keep a run alive
    std::uint32_t a = 0;        ///< the handler's own meaning, usually a slot
    std::uint32_t b = 0;        ///< the handler's own meaning, usually a generation
};

/// Names a scheduled event until it fires or is cancelled; stale afterwards, and then cancel() says so.
struct EventHandle {
    std::uint32_t slot = 0;  ///< 0 names no event
    std::uint32_t generation = 0;
};

/// A priority queue of events ordered by (time, phase, sequence).
///
/// The key is one 128-bit integer, so that a comparison is branch-free and total: two events of one instant
/// and phase fire in the order in which they were scheduled. Owned by one Simulator; not thread-safe.
/// schedule() and pop() allocate only when the queue grows beyond its largest size so far.
class EventQueue {
public:
    EventQueue();

    /// Adds an event that cannot be cancelled.
    void schedule(SimTime at, Phase phase, Event event) { push(key_of(at, phase), event, 0); }

    /// Adds an event and returns the handle that cancels it.
    EventHandle schedule_cancellable(SimTime at, Phase phase, Event event);

    /// Drops a pending event and returns it; empty when it has fired or was cancelled before.
    std::optional<Event> cancel(EventHandle handle);

    /// Pending events, cancelled ones left out.
    std::size_t size() const noexcept { return heap_.size() - (hole_ ? 1 : 0) - stale_; }
    bool empty() const noexcept { return size() == 0; }

    struct Entry {
        SimTime at;
        Phase phase;
        Event event;
    };
    /// Time and phase of the next event as one comparable number; empty queue: the largest one.
    /// Drops cancelled events from the front, so it is not const.
    UInt128 next_key();
    /// The key that an event at `at` in `phase` would have if it were the first of that instant and phase.
    static constexpr UInt128 key_floor(SimTime at, Phase phase) noexcept {
        return (static_cast<UInt128>(biased(at)) << 64) |
               (static_cast<UInt128>(static_cast<std::uint8_t>(phase)) << kSequenceBits);
    }

    /// Removes and returns the next event. Requires: not empty().
    Entry pop();

private:
    static constexpr int kSequenceBits = 56;  // 7e16 events: at 1e8 a second, 22 years of computing
    static constexpr std::uint64_t kSequenceMask = (std::uint64_t{1} << kSequenceBits) - 1;
    static constexpr std::size_t kArity = 4;

    struct Node {
        UInt128 key;
        Event event;
        std::uint32_t slot;  ///< 0: cannot be cancelled
    };
    struct Slot {
        std::uint32_t generation = 0;
        bool pending = false;
        Event event;
    };

    /// Order-preserving map of signed time to unsigned.
    static constexpr std::uint64_t biased(SimTime at) noexcept {
        return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ (std::uint64_t{1} << 63);
    }
    UInt128 key_of(SimTime at, Phase phase) noexcept { return key_floor(at, phase) | ++sequence_; }

    void push(UInt128 key, const Event& event, std::uint32_t slot);
    void fill_hole();
    void sift_down(std::size_t index, const Node& node);
    void sift_up(std::size_t index, const Node& node);
    void drop_stale_front();
    void compact();

    std::vector<Node> heap_;
    std::vector<Slot> slots_;  // index 0 is never used
    std::vector<std::uint32_t> free_slots_;
    std::uint64_t sequence_ = 0;
    std::size_t stale_ = 0;  // cancelled events still in the heap
    bool hole_ = false;      // heap_[0] was popped; the next push or look refills it
};

}  // namespace spillway
