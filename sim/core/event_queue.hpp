#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/key_heap.hpp"
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
/// The key is one 128-bit integer that also holds the event's slot: a comparison is branch-free and total,
/// two events of one instant and phase fire in the order in which they were scheduled, and what the heap
/// moves about is the key alone. Owned by one Simulator; not thread-safe. schedule() and pop() allocate only
/// when the queue grows beyond its largest size so far.
class EventQueue {
public:
    static constexpr int kSlotBits = 26;  // 67 million pending events
    // 1.7e10 events between renumberings, which keep the order; 60 bits are left beside the phase's 4.
    static constexpr int kSequenceBits = 34;
    static constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << kSequenceBits) - 1;

    /// `sequence` is the number given to the first event; only a test of the renumbering starts high.
    explicit EventQueue(std::uint64_t sequence = 0) : slots_(1), sequence_(sequence) {}

    /// Adds an event that cannot be cancelled.
    void schedule(SimTime at, Phase phase, const Event& event) { slots_[push(at, phase)].event = event; }

    /// Adds an event and returns the handle that cancels it.
    EventHandle schedule_cancellable(SimTime at, Phase phase, const Event& event) {
        const std::uint32_t slot = push(at, phase);
        slots_[slot].event = event;
        return {slot, slots_[slot].generation};
    }

    /// Drops a pending event and returns it; empty when it has fired or was cancelled before.
    std::optional<Event> cancel(EventHandle handle);

    /// Pending events, cancelled ones left out.
    std::size_t size() const noexcept { return heap_.size() - stale_; }
    bool empty() const noexcept { return size() == 0; }

    struct Entry {
        SimTime at;
        Phase phase;
        Event event;
    };
    static constexpr UInt128 kNone = KeyHeap<UInt128>::kNone;
    /// Time, phase and order of the next event as one comparable number; kNone, the largest, when there is
    /// none. Drops cancelled events from the front, so it is not const.
    UInt128 next_key() {
        if (stale_ != 0) [[unlikely]]
            drop_stale_front();
        return heap_.least();
    }
    /// The key that an event at `at` in `phase` would have if it were the first of that instant and phase.
    static constexpr UInt128 key_floor(SimTime at, Phase phase) noexcept {
        return (static_cast<UInt128>(biased(at)) << 64) |
               (static_cast<UInt128>(static_cast<std::uint8_t>(phase)) << (kSequenceBits + kSlotBits));
    }

    /// Removes and returns the next event. Requires: not empty() (CHECK).
    Entry pop() { return pop(next_key()); }
    /// The same for a caller that has just asked for next_key().
    Entry pop(UInt128 next_key);

private:
    static constexpr std::uint64_t kSlotMask = (std::uint64_t{1} << kSlotBits) - 1;

    /// An event's place while it is in the heap, fired or cancelled.
    struct Slot {
        Event event;
        std::uint32_t generation = 0;  ///< odd while pending
    };

    /// Order-preserving map of signed time to unsigned, and back.
    static constexpr std::uint64_t biased(SimTime at) noexcept {
        return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ (std::uint64_t{1} << 63);
    }
    static constexpr SimTime time_of(UInt128 key) noexcept {
        return SimTime{Duration{
            static_cast<std::int64_t>(static_cast<std::uint64_t>(key >> 64) ^ (std::uint64_t{1} << 63))}};
    }
    static constexpr std::uint32_t slot_of(UInt128 key) noexcept {
        return static_cast<std::uint32_t>(static_cast<std::uint64_t>(key) & kSlotMask);
    }
    bool pending(std::uint32_t slot) const noexcept { return slots_[slot].generation % 2 == 1; }

    /// Its slot, whose event the caller writes: an event that is put together in place is not read back.
    std::uint32_t push(SimTime at, Phase phase);
    void prefetch_runners_up() const noexcept {
        for (const UInt128 key : heap_.runners_up()) __builtin_prefetch(slots_.data() + slot_of(key));
    }
    void add_slot();
    void drop_stale_front();
    void compact();
    void renumber();

    KeyHeap<UInt128> heap_;
    std::vector<Slot> slots_;  // index 0 is never used: a default handle names no event
    std::vector<std::uint32_t> free_slots_;
    std::uint64_t sequence_;
    std::size_t stale_ = 0;  // cancelled events still in the heap
};

inline std::uint32_t EventQueue::push(SimTime at, Phase phase) {
    if (free_slots_.empty()) [[unlikely]]
        add_slot();
    if (sequence_ > kMaxSequence) [[unlikely]]
        renumber();
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    ++slots_[slot].generation;
    heap_.push(key_floor(at, phase) | (static_cast<UInt128>(sequence_++) << kSlotBits) | slot);
    return slot;
}

inline EventQueue::Entry EventQueue::pop(UInt128 key) {
    SPILLWAY_CHECK(key != KeyHeap<UInt128>::kNone, "pop from an empty event queue");
    heap_.pop();
    const std::uint32_t number = slot_of(key);
    Slot& slot = slots_[number];
    if (heap_.large())
        prefetch_runners_up();
    ++slot.generation;
    free_slots_.push_back(number);
    const auto phase = static_cast<Phase>((static_cast<std::uint64_t>(key) >> (kSequenceBits + kSlotBits)));
    return {time_of(key), phase, slot.event};
}

}  // namespace spillway
