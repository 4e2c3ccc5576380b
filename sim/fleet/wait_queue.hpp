#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

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

    std::size_t lanes() const noexcept { return lanes_.size(); }
    /// The oldest ticket of a lane; kNoNode when the lane is empty.
    std::uint32_t lane_front(std::size_t lane) const noexcept { return lanes_[lane].list.front(); }
    SimTime since(std::uint32_t ticket) const noexcept { return since_[ticket]; }
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
    Lane& lane_of(std::uint32_t request) noexcept { return lanes_[requests_[request].class_id.value]; }

    RequestTable& requests_;
    std::vector<Lane> lanes_;           // one a class
    std::vector<SimTime> since_;        // by ticket number: when it came to this queue
    std::vector<std::uint64_t> order_;  // by ticket number: how many came before it
    std::uint64_t pushed_ = 0;
    std::size_t length_ = 0;
    std::size_t standing_ = 0;
};

}  // namespace spillway
