#include "sim/fleet/wait_queue.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

WaitQueue::WaitQueue(RequestTable& requests, std::span<const ClassSpec> classes) : requests_(requests) {
    for (const ClassSpec& spec : classes) lanes_.push_back({spec.priority, {}});
}

void WaitQueue::push(std::uint32_t request, std::uint32_t which, SimTime now) {
    const std::uint32_t number = ticket_number(request, which);
    if (number >= since_.size()) {
        since_.resize(std::size_t{requests_.size()} * 2);
        order_.resize(since_.size());
    }
    since_[number] = now;
    order_[number] = pushed_++;
    Ticket& place = ticket(number);
    SPILLWAY_CHECK(!place.queued, "a queue place is taken twice");
    place.queued = true;
    place.ghost = false;
    lane_of(request).list.push_back(number,
                                    [this](std::uint32_t n) -> ListLinks& { return ticket(n).links; });
    ++length_;
    ++standing_;
}

void WaitQueue::remove(std::uint32_t request, std::uint32_t which) {
    const std::uint32_t number = ticket_number(request, which);
    Ticket& place = ticket(number);
    SPILLWAY_CHECK(place.queued, "a queue place that is not taken is left");
    lane_of(request).list.remove(number, [this](std::uint32_t n) -> ListLinks& { return ticket(n).links; });
    if (!place.ghost)
        --length_;
    --standing_;
    place.queued = false;
    place.ghost = false;
}

void WaitQueue::make_ghost(std::uint32_t request, std::uint32_t which) {
    Ticket& place = ticket(ticket_number(request, which));
    SPILLWAY_CHECK(place.queued && !place.ghost, "only a waiting request becomes a ghost");
    place.ghost = true;
    --length_;
}

std::uint32_t WaitQueue::front() const noexcept {
    std::uint32_t best = kNoNode;
    int best_priority = 0;
    for (const Lane& lane : lanes_) {
        const std::uint32_t head = lane.list.front();
        if (head == kNoNode)
            continue;
        if (best == kNoNode || lane.priority > best_priority ||
            (lane.priority == best_priority && order_[head] < order_[best])) {
            best = head;
            best_priority = lane.priority;
        }
    }
    return best;
}

std::optional<SimTime> WaitQueue::oldest() const noexcept {
    std::optional<SimTime> oldest;
    for (const Lane& lane : lanes_) {
        std::uint32_t head = lane.list.front();
        while (head != kNoNode && ticket(head).ghost) head = ticket(head).links.next;
        if (head != kNoNode && (!oldest || since_[head] < *oldest))
            oldest = since_[head];
    }
    return oldest;
}

}  // namespace spillway
