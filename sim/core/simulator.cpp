#include "sim/core/simulator.hpp"

#include <limits>

namespace spillway {

std::uint16_t Simulator::add_handler(EventHandler& handler) {
    SPILLWAY_CHECK(handlers_.size() < std::numeric_limits<std::uint16_t>::max(), "too many event handlers");
    handlers_.push_back(&handler);
    return static_cast<std::uint16_t>(handlers_.size() - 1);
}

EventHandle Simulator::schedule_cancellable(SimTime at, Phase phase, const Event& event) {
    check_not_past(at);
    foreground_ += event.background ? 0 : 1;
    return queue_.schedule_cancellable(at, phase, event);
}

bool Simulator::cancel(EventHandle handle) {
    const std::optional<Event> event = queue_.cancel(handle);
    if (event && !event->background)
        --foreground_;
    return event.has_value();
}

void Simulator::run() {
    while (alive()) {
        ++events_;
        const UInt128 key = queue_.next_key();
        if (next_arrival_key_ < key) {
            check_not_past(next_arrival_);
            now_ = next_arrival_;
            next_arrival_key_ = kNoArrival;
            feed_->arrive(now_);
            continue;
        }
        SPILLWAY_CHECK(key != EventQueue::kNone, "open work that nothing will ever end");
        const EventQueue::Entry entry = queue_.pop(key);
        check_not_past(entry.at);
        now_ = entry.at;
        foreground_ -= entry.event.background ? 0 : 1;
        handlers_[entry.event.handler]->handle(entry.event, now_);
    }
}

}  // namespace spillway
