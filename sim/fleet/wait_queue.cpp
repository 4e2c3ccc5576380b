#include "sim/fleet/wait_queue.hpp"

#include "sim/core/check.hpp"

namespace spillway {

WaitQueue::WaitQueue(RequestTable& requests, std::span<const ClassSpec> classes)
    : requests_(requests), classes_(static_cast<std::uint32_t>(classes.size())) {
    for (int returned = 0; returned < 2; ++returned) {
        for (const ClassSpec& spec : classes) lanes_.push_back({spec.priority, {}});
    }
}

void WaitQueue::push_returned(std::uint32_t request, std::uint32_t which, SimTime now) {
    requests_[request].tickets[which].returned = true;
    add(request, which, now);
}

void WaitQueue::make_ghost(std::uint32_t request, std::uint32_t which) {
    Ticket& place = ticket(ticket_number(request, which));
    SPILLWAY_CHECK(place.queued && !place.ghost, "only a waiting request becomes a ghost");
    place.ghost = true;
    --length_;
    further_places_ -= waits_in_other(requests_[request], which) ? 1 : 0;
}

std::optional<SimTime> WaitQueue::oldest() const noexcept {
    std::optional<SimTime> oldest;
    for (const Lane& lane : lanes_) {
        std::uint32_t head = lane.list.front();
        while (head != kNoNode && ticket(head).ghost) head = ticket(head).links.next;
        if (head != kNoNode && (!oldest || since(head) < *oldest))
            oldest = since(head);
    }
    return oldest;
}

}  // namespace spillway
