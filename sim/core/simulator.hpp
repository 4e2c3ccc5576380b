#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/event_queue.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Receives the events that were scheduled under its handler number.
class EventHandler {
public:
    virtual ~EventHandler() = default;
    virtual void handle(const Event& event, SimTime now) = 0;
};

/// Receives the one pending arrival, which is kept beside the queue: arrivals are the most frequent event and
/// the next one is always known, so they never enter the heap.
class ArrivalFeed {
public:
    virtual ~ArrivalFeed() = default;
    /// Takes the pending arrival; expected to call Simulator::set_next_arrival for the one after it.
    virtual void arrive(SimTime now) = 0;
};

/// The clock and the event loop of one simulation. A value: many live side by side in one process, each used
/// by one thread at a time. Handlers and feed are owned by the caller and must outlive run().
class Simulator {
public:
    /// The clock starts at `start`, which may lie before 0 (warm-up).
    explicit Simulator(SimTime start = SimTime{}) : now_(start) {}

    SimTime now() const noexcept { return now_; }

    /// Returns the number under which `handler` receives events.
    std::uint16_t add_handler(EventHandler& handler);
    void set_feed(ArrivalFeed& feed) noexcept { feed_ = &feed; }
    /// Names the time of the next arrival, or that none is known. Requires: not before now().
    void set_next_arrival(std::optional<SimTime> at);

    /// Schedules an event. Requires: not before now().
    void schedule(SimTime at, Phase phase, const Event& event);
    EventHandle schedule_cancellable(SimTime at, Phase phase, const Event& event);
    /// False when the event has fired or was cancelled before.
    bool cancel(EventHandle handle);

    /// Open work that keeps the run alive though no foreground event may be pending for it.
    void hold() noexcept { ++holds_; }
    void release();

    /// Runs until no arrival, no foreground event and no hold is left. Pending background events stay
    /// unfired. Throws InternalError when holds remain and nothing is left that could ever release them.
    void run();

    /// Events and arrivals fired so far.
    std::uint64_t events() const noexcept { return events_; }

private:
    void check_not_past(SimTime at) const;
    bool alive() const noexcept { return foreground_ != 0 || holds_ != 0 || next_arrival_key_ != kNoArrival; }

    static constexpr UInt128 kNoArrival = ~UInt128{0};

    EventQueue queue_;
    std::vector<EventHandler*> handlers_;
    ArrivalFeed* feed_ = nullptr;
    SimTime now_;
    SimTime next_arrival_;
    UInt128 next_arrival_key_ = kNoArrival;
    std::uint64_t foreground_ = 0;
    std::uint64_t holds_ = 0;
    std::uint64_t events_ = 0;
};

inline void Simulator::set_next_arrival(std::optional<SimTime> at) {
    if (!at) {
        next_arrival_key_ = kNoArrival;
        return;
    }
    check_not_past(*at);
    next_arrival_ = *at;
    next_arrival_key_ = EventQueue::key_floor(*at, Phase::kArrival);
}

inline void Simulator::release() {
    SPILLWAY_CHECK(holds_ > 0, "released more than held");
    --holds_;
}

inline void Simulator::check_not_past(SimTime at) const {
    SPILLWAY_CHECK(at >= now_, "an event before the present");
}

inline void Simulator::schedule(SimTime at, Phase phase, const Event& event) {
    check_not_past(at);
    foreground_ += event.background ? 0 : 1;
    queue_.schedule(at, phase, event);
}

}  // namespace spillway
