#include "sim/core/event_queue.hpp"

#include <algorithm>

namespace spillway {

std::optional<Event> EventQueue::cancel(EventHandle handle) {
    SPILLWAY_CHECK(handle.slot < slots_.size(), "an event handle of another queue");
    Slot& slot = slots_[handle.slot];
    if (handle.slot == 0 || slot.generation != handle.generation || !pending(handle.slot))
        return std::nullopt;
    ++slot.generation;
    ++stale_;
    // Cancelled events are dropped when they reach the front; compacting at one half keeps the heap within
    // twice its live size at a constant cost per cancel.
    constexpr std::size_t kWorthwhile = 64;
    if (stale_ > kWorthwhile && stale_ * 2 > heap_.size())
        compact();
    return slot.event;
}

void EventQueue::add_slot() {
    SPILLWAY_CHECK(slots_.size() <= kSlotMask, "more pending events than slots");
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
}

void EventQueue::drop_stale_front() {
    for (UInt128 key = heap_.least(); stale_ != 0 && !pending(slot_of(key)); key = heap_.least()) {
        heap_.pop();
        free_slots_.push_back(slot_of(key));
        --stale_;
    }
}

void EventQueue::compact() {
    for (const UInt128 key : heap_.take_all()) {
        if (pending(slot_of(key))) {
            heap_.push(key);
        } else {
            free_slots_.push_back(slot_of(key));
        }
    }
    stale_ = 0;
}

void EventQueue::renumber() {
    std::vector<UInt128> keys = heap_.take_all();
    std::sort(keys.begin(), keys.end());
    constexpr UInt128 kSequence = static_cast<UInt128>(kMaxSequence) << kSlotBits;
    sequence_ = 0;
    for (const UInt128 key : keys) {
        heap_.push((key & ~kSequence) | (static_cast<UInt128>(sequence_++) << kSlotBits));
    }
}

}  // namespace spillway
