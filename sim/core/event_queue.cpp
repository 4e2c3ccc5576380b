#include "sim/core/event_queue.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr UInt128 kNoKey = ~UInt128{0};

}  // namespace

EventQueue::EventQueue() : slots_(1) {}

EventHandle EventQueue::schedule_cancellable(SimTime at, Phase phase, Event event) {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    slots_[slot].pending = true;
    slots_[slot].event = event;
    push(key_of(at, phase), event, slot);
    return {slot, slots_[slot].generation};
}

std::optional<Event> EventQueue::cancel(EventHandle handle) {
    if (handle.slot == 0) return std::nullopt;
    Slot& slot = slots_[handle.slot];
    if (!slot.pending || slot.generation != handle.generation) return std::nullopt;
    const Event event = slot.event;
    slot.pending = false;
    ++slot.generation;
    ++stale_;
    // Cancelled events are dropped when they reach the front; compacting at one half keeps the heap within
    // twice its live size at a constant cost per cancel.
    if (stale_ > 64 && stale_ * 2 > heap_.size()) compact();
    return event;
}

UInt128 EventQueue::next_key() {
    if (hole_) fill_hole();
    if (stale_ != 0) drop_stale_front();
    return heap_.empty() ? kNoKey : heap_.front().key;
}

EventQueue::Entry EventQueue::pop() {
    SPILLWAY_CHECK(next_key() != kNoKey, "pop from an empty event queue");
    const Node& front = heap_.front();
    if (front.slot != 0) {
        slots_[front.slot].pending = false;
        ++slots_[front.slot].generation;
        free_slots_.push_back(front.slot);
    }
    hole_ = true;
    const auto time = static_cast<std::int64_t>(static_cast<std::uint64_t>(front.key >> 64) ^ (std::uint64_t{1} << 63));
    const auto phase = static_cast<Phase>(static_cast<std::uint64_t>(front.key) >> kSequenceBits);
    return {SimTime{Duration{time}}, phase, front.event};
}

void EventQueue::push(UInt128 key, const Event& event, std::uint32_t slot) {
    SPILLWAY_CHECK((sequence_ & ~kSequenceMask) == 0, "more than 2^56 events");
    const Node node{key, event, slot};
    if (hole_) {
        // Most events schedule their successor: it takes the place of the one just popped.
        hole_ = false;
        sift_down(0, node);
        return;
    }
    heap_.push_back(node);
    sift_up(heap_.size() - 1, node);
}

void EventQueue::fill_hole() {
    hole_ = false;
    const Node last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(0, last);
}

void EventQueue::sift_down(std::size_t index, const Node& node) {
    const std::size_t size = heap_.size();
    Node* const heap = heap_.data();
    while (true) {
        const std::size_t first = index * kArity + 1;
        if (first >= size) break;
        std::size_t least = first;
        const std::size_t end = std::min(first + kArity, size);
        for (std::size_t child = first + 1; child < end; ++child) {
            least = heap[child].key < heap[least].key ? child : least;
        }
        if (heap[least].key > node.key) break;
        heap[index] = heap[least];
        index = least;
    }
    heap[index] = node;
}

void EventQueue::sift_up(std::size_t index, const Node& node) {
    Node* const heap = heap_.data();
    while (index > 0) {
        const std::size_t parent = (index - 1) / kArity;
        if (heap[parent].key < node.key) break;
        heap[index] = heap[parent];
        index = parent;
    }
    heap[index] = node;
}

void EventQueue::drop_stale_front() {
    while (!heap_.empty() && heap_.front().slot != 0 && !slots_[heap_.front().slot].pending) {
        free_slots_.push_back(heap_.front().slot);
        --stale_;
        fill_hole();
    }
}

void EventQueue::compact() {
    if (hole_) fill_hole();
    std::size_t kept = 0;
    for (const Node& node : heap_) {
        if (node.slot != 0 && !slots_[node.slot].pending) {
            free_slots_.push_back(node.slot);
        } else {
            heap_[kept++] = node;
        }
    }
    heap_.resize(kept);
    stale_ = 0;
    for (std::size_t index = kept / kArity + 1; index-- > 0;) {
        if (index < kept) sift_down(index, Node{heap_[index]});
    }
}

}  // namespace spillway
