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

/// Names one of the queue places of a request.
constexpr std::uint32_t ticket_number(std::uint32_t request, std::uint32_t which) noexcept {
    return request * kQueuePlaces + which;
}
constexpr std::uint32_t request_of_ticket(std::uint32_t ticket) noexcept { return ticket / kQueuePlaces; }
constexpr std::uint32_t place_of_ticket(std::uint32_t ticket) noexcept { return ticket % kQueuePlaces; }

/// The requests that wait in one pool: two first-in first-out lanes a class, one of them for requests that
/// came back from a worker that was lost. The head of the highest priority goes first, among equal priorities
/// one that came back, then the one that came first. Ghosts keep their place but are not counted.
class WaitQueue {
public:
    WaitQueue(RequestTable& requests, std::span<const ClassSpec> classes);

    /// Adds the place `which` of a request at the end of its class's lane.
    void push(std::uint32_t request, std::uint32_t which, SimTime now);
    /// The same for one that came back.
    void push_returned(std::uint32_t request, std::uint32_t which, SimTime now);
    /// The lane that a place of a request is in, or would be.
    std::uint32_t lane_of(std::uint32_t request, std::uint32_t which) const noexcept {
        const Request& waiting = requests_[request];
        return waiting.sent.class_id.value + (waiting.tickets[which].returned ? classes_ : 0);
    }
    /// Removes a place that is queued here.
    void remove(std::uint32_t request, std::uint32_t which);
    /// Turns a queued place into a ghost.
    void make_ghost(std::uint32_t request, std::uint32_t which);

    /// The ticket that goes next, ghosts included; kNoNode when nobody stands here.
    std::uint32_t front() const noexcept;

    /// Requests that wait, ghosts left out.
    std::size_t length() const noexcept { return length_; }
    /// Summed over all queues: the places that requests have beyond their first. Of one queue alone it says
    /// nothing.
    int further_places() const noexcept { return further_places_; }
    bool has_nobody() const noexcept { return standing_ == 0; }
    /// Writes how many places each class has here, ghosts among them.
    void count_places(std::vector<std::uint32_t>& by_class) const {
        by_class.assign(classes_, 0);
        for (std::size_t lane = 0; lane < lanes_.size(); ++lane)
            by_class[lane % classes_] += static_cast<std::uint32_t>(lanes_[lane].list.size());
    }

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
    Ticket& ticket(std::uint32_t number) noexcept {
        return requests_[request_of_ticket(number)].tickets[place_of_ticket(number)];
    }
    const Ticket& ticket(std::uint32_t number) const noexcept {
        return requests_[request_of_ticket(number)].tickets[place_of_ticket(number)];
    }
    auto links() {
        return [this](std::uint32_t n) -> ListLinks& { return ticket(n).links; };
    }
    bool goes_before(std::uint32_t head, const Lane& lane, const Lane& other) const noexcept {
        if (lane.priority != other.priority)
            return lane.priority > other.priority;
        const Ticket& mine = ticket(head);
        const Ticket& theirs = ticket(other.list.front());
        return mine.returned != theirs.returned ? mine.returned : mine.order < theirs.order;
    }
    void add(std::uint32_t request, std::uint32_t which, SimTime now);
    static bool waits_in_other(const Request& request, std::uint32_t which) noexcept {
        for (std::uint32_t other = 0; other < request.places; ++other) {
            if (other != which && request.tickets[other].queued && !request.tickets[other].ghost)
                return true;
        }
        return false;
    }

    RequestTable& requests_;
    std::uint32_t classes_;
    std::vector<Lane> lanes_;  // one a class, then one a class for those that came back
    std::uint64_t pushed_ = 0;
    std::size_t length_ = 0;
    std::size_t standing_ = 0;
    std::size_t returned_ = 0;  // of these, in lanes of those that came back
    int further_places_ = 0;    // taken here less given up here, while another place was waited in
};

inline void WaitQueue::push(std::uint32_t request, std::uint32_t which, SimTime now) {
    requests_[request].tickets[which].returned = false;
    add(request, which, now);
}

inline void WaitQueue::add(std::uint32_t request, std::uint32_t which, SimTime now) {
    Request& waiting = requests_[request];
    Ticket& place = waiting.tickets[which];
    SPILLWAY_CHECK(!place.queued, "a queue place is taken twice");
    place.queued = true;
    place.ghost = false;
    place.since = now;
    place.order = pushed_++;
    const std::uint32_t lane = lane_of(request, which);
    returned_ += lane >= classes_ ? 1 : 0;
    lanes_[lane].list.push_back(ticket_number(request, which), links());
    ++length_;
    ++standing_;
    further_places_ += waits_in_other(waiting, which) ? 1 : 0;
}

inline void WaitQueue::remove(std::uint32_t request, std::uint32_t which) {
    Request& waiting = requests_[request];
    Ticket& place = waiting.tickets[which];
    SPILLWAY_CHECK(place.queued, "a queue place that is not taken is left");
    const std::uint32_t lane = lane_of(request, which);
    returned_ -= lane >= classes_ ? 1 : 0;
    lanes_[lane].list.remove(ticket_number(request, which), links());
    length_ -= place.ghost ? 0 : 1;
    further_places_ -= !place.ghost && waits_in_other(waiting, which) ? 1 : 0;
    --standing_;
    place.queued = false;
    place.ghost = false;
}

inline std::uint32_t WaitQueue::front() const noexcept {
    const Lane* best = nullptr;
    const std::size_t lanes = returned_ == 0 ? classes_ : lanes_.size();
    for (const Lane& lane : std::span(lanes_).first(lanes)) {
        const std::uint32_t head = lane.list.front();
        if (head != kNoNode && (best == nullptr || goes_before(head, lane, *best)))
            best = &lane;
    }
    return best == nullptr ? kNoNode : best->list.front();
}

}  // namespace spillway
