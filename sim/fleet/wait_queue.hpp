#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/linked_list.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/request.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// Names one of the two queue places of a request.
constexpr std::uint32_t ticket_number(std::uint32_t request, std::uint32_t which) noexcept {
    return request * 2 + which;
}
constexpr std::uint32_t request_of_ticket(std::uint32_t ticket) noexcept { return ticket / 2; }

/// The requests that wait in one pool: a first-in first-out lane a class; the head of the highest priority
/// goes first, among equal priorities the one that came first. Ghosts keep their place but are not counted.
class WaitQueue {
public:
    WaitQueue(RequestTable& requests, std::span<const ClassSpec> classes);

    /// Adds the place `which` of a request at the end of its class's lane.
    void push(std::uint32_t request, std::uint32_t which, SimTime now);
    /// Removes a place that is queued here.
    void remove(std::uint32_t request, std::uint32_t which);
    /// Turns a queued place into a ghost.
    void make_ghost(std::uint32_t request, std::uint32_t which);

    /// The ticket that goes next, ghosts included; kNoNode when nobody stands here.
    std::uint32_t front() const noexcept;

    /// Requests that wait, ghosts left out.
    std::size_t length() const noexcept { return length_; }
    bool has_nobody() const noexcept { return standing_ == 0; }

    /// The oldest ticket of a lane; kNoNode when the lane is empty.
    std::uint32_t lane_front(std::size_t lane) const noexcept { return lanes_[lane].list.front(); }
    SimTime since(std::uint32_t number) const noexcept { return ticket(number).since; }
    /// When the request that has waited longest came; empty when none waits.
    std::optional<SimTime> oldest() const noexcept;

private:
    struct Lane {
        int priority;
        LinkedList list;
    };
    Ticket& ticket(std::uint32_t number) noexcept { return requests_[number / 2].tickets[number % 2]; }
    const Ticket& ticket(std::uint32_t number) const noexcept {
        return requests_[number / 2].tickets[number % 2];
    }
    auto links() {
        return [this](std::uint32_t n) -> ListLinks& { return ticket(n).links; };
    }
    bool goes_before(std::uint32_t head, const Lane& lane, const Lane& other) const noexcept {
        return lane.priority > other.priority ||
               (lane.priority == other.priority && ticket(head).order < ticket(other.list.front()).order);
    }

    RequestTable& requests_;
    std::vector<Lane> lanes_;  // one a class
    std::uint64_t pushed_ = 0;
    std::size_t length_ = 0;
    std::size_t standing_ = 0;
};

inline void WaitQueue::push(std::uint32_t request, std::uint32_t which, SimTime now) {
    Request& waiting = requests_[request];
    Ticket& place = waiting.tickets[which];
    SPILLWAY_CHECK(!place.queued, "a queue place is taken twice");
    place.queued = true;
    place.ghost = false;
    place.since = now;
    place.order = pushed_++;
    lanes_[waiting.sent.class_id.value].list.push_back(ticket_number(request, which), links());
    ++length_;
    ++standing_;
}

inline void WaitQueue::remove(std::uint32_t request, std::uint32_t which) {
    Request& waiting = requests_[request];
    Ticket& place = waiting.tickets[which];
    SPILLWAY_CHECK(place.queued, "a queue place that is not taken is left");
    lanes_[waiting.sent.class_id.value].list.remove(ticket_number(request, which), links());
    length_ -= place.ghost ? 0 : 1;
    --standing_;
    place.queued = false;
    place.ghost = false;
}

inline std::uint32_t WaitQueue::front() const noexcept {
    const Lane* best = nullptr;
    for (const Lane& lane : lanes_) {
        const std::uint32_t head = lane.list.front();
        if (head != kNoNode && (best == nullptr || goes_before(head, lane, *best)))
            best = &lane;
    }
    return best == nullptr ? kNoNode : best->list.front();
}

}  // namespace spillway
