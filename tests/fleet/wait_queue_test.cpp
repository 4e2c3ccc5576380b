#include "sim/fleet/wait_queue.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

/// Requests 0 to 9 of three places; the class of each is its number modulo the number of classes.
struct Rig {
    explicit Rig(std::vector<int> priorities) {
        for (const int priority : priorities) {
            classes.emplace_back();
            classes.back().priority = priority;
        }
        for (std::uint32_t i = 0; i < 10; ++i) {
            const std::uint32_t number = requests.allocate();
            requests[number].places = 3;
            requests[number].sent.class_id = {static_cast<std::uint32_t>(i % classes.size())};
        }
    }
    std::vector<std::uint32_t> drain() {
        std::vector<std::uint32_t> order;
        while (!queue().has_nobody()) {
            const std::uint32_t ticket = queue().front();
            order.push_back(request_of_ticket(ticket));
            queue().remove(request_of_ticket(ticket), place_of_ticket(ticket));
        }
        return order;
    }
    WaitQueue& queue() {
        if (!made)
            made.emplace(requests, classes);
        return *made;
    }

    RequestTable requests;
    std::vector<ClassSpec> classes;
    std::optional<WaitQueue> made;
};

using Order = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a queue of one class is first in, first out", "[fleet][wait_queue]") {
    Rig rig({0});
    CHECK(rig.queue().front() == kNoNode);
    for (const std::uint32_t request : {3U, 1U, 2U}) rig.queue().push(request, 0, SimTime{1s});
    CHECK(rig.queue().length() == 3);
    CHECK(rig.drain() == Order{3, 1, 2});
    CHECK(rig.queue().length() == 0);
}

TEST_CASE("higher priorities go first, equal ones in order of coming", "[fleet][wait_queue]") {
    Rig rig({0, 5, 0});
    for (const std::uint32_t request : {0U, 2U, 3U, 1U, 4U}) rig.queue().push(request, 0, SimTime{1s});
    CHECK(rig.drain() == Order{1, 4, 0, 2, 3});
}

TEST_CASE("a request may leave from the middle of the queue", "[fleet][wait_queue]") {
    Rig rig({0});
    for (const std::uint32_t request : {0U, 1U, 2U}) rig.queue().push(request, 0, SimTime{1s});
    rig.queue().remove(1, 0);
    CHECK(rig.drain() == Order{0, 2});
}

TEST_CASE("a ghost keeps its place but does not wait", "[fleet][wait_queue]") {
    Rig rig({0});
    rig.queue().push(0, 0, SimTime{1s});
    rig.queue().push(1, 0, SimTime{4s});
    rig.queue().make_ghost(0, 0);
    CHECK(rig.queue().length() == 1);
    CHECK(rig.queue().oldest() == SimTime{4s});
    CHECK(rig.queue().front() == ticket_number(0, 0));
    rig.queue().remove(1, 0);
    CHECK(rig.queue().length() == 0);
    CHECK_FALSE(rig.queue().has_nobody());
    CHECK_FALSE(rig.queue().oldest().has_value());
    rig.queue().remove(0, 0);
    CHECK(rig.queue().has_nobody());
}

TEST_CASE("of all queues together it is known how many requests wait in two", "[fleet][wait_queue]") {
    Rig rig({0});
    WaitQueue& first = rig.queue();
    WaitQueue second(rig.requests, rig.classes);
    const auto in_two = [&] { return first.further_places() + second.further_places(); };
    for (const std::uint32_t request : {0U, 1U, 2U}) first.push(request, 0, SimTime{1s});
    CHECK(in_two() == 0);
    for (const std::uint32_t request : {0U, 1U, 2U}) second.push(request, 1, SimTime{1s});
    CHECK(in_two() == 3);
    first.remove(0, 0);
    CHECK(in_two() == 2);
    second.remove(0, 1);
    CHECK(in_two() == 2);
    first.make_ghost(1, 0);
    CHECK(in_two() == 1);
    second.remove(1, 1);
    first.remove(1, 0);
    CHECK(in_two() == 1);
    second.remove(2, 1);
    first.remove(2, 0);
    second.push_returned(2, 1, SimTime{3s});
    CHECK(in_two() == 0);
}

TEST_CASE("places beyond a request's first are counted, however many it has", "[fleet][wait_queue]") {
    Rig rig({0});
    WaitQueue second(rig.requests, rig.classes);
    WaitQueue third(rig.requests, rig.classes);
    const auto further = [&] {
        return rig.queue().further_places() + second.further_places() + third.further_places();
    };
    rig.queue().push(0, 0, SimTime{1s});
    second.push(0, 1, SimTime{1s});
    third.push(0, 2, SimTime{1s});
    CHECK(further() == 2);
    third.push(1, 2, SimTime{1s});
    CHECK(further() == 2);
    second.remove(0, 1);
    CHECK(further() == 1);
    rig.queue().remove(0, 0);
    CHECK(further() == 0);
    third.remove(0, 2);
    CHECK(further() == 0);
}

TEST_CASE("the places of a request stand apart", "[fleet][wait_queue]") {
    Rig rig({0});
    WaitQueue other(rig.requests, rig.classes);
    rig.queue().push(0, 0, SimTime{1s});
    other.push(0, 1, SimTime{2s});
    CHECK(rig.queue().since(ticket_number(0, 0)) == SimTime{1s});
    CHECK(other.since(ticket_number(0, 1)) == SimTime{2s});
    rig.queue().remove(0, 0);
    CHECK(request_of_ticket(other.front()) == 0);
}

TEST_CASE("the oldest wait is that of any class", "[fleet][wait_queue]") {
    Rig rig({9, 0});
    rig.queue().push(1, 0, SimTime{2s});
    rig.queue().push(0, 0, SimTime{3s});
    CHECK(request_of_ticket(rig.queue().front()) == 0);
    CHECK(rig.queue().oldest() == SimTime{2s});
    CHECK(rig.queue().lane_front(1) == ticket_number(1, 0));
}
