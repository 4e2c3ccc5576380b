#include "sim/core/event_queue.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

constexpr SimTime kStart{};

Event named(char name) { return {.kind = static_cast<std::uint8_t>(name)}; }

/// Pops everything; the names in the order in which they fired.
std::string drain(EventQueue& queue) {
    std::string order;
    while (!queue.empty()) order += static_cast<char>(queue.pop().event.kind);
    return order;
}

}  // namespace

TEST_CASE("events fire in the order of their times, before 0 as after it", "[core][event_queue]") {
    EventQueue queue;
    queue.schedule(kStart + 2s, Phase::kFinish, named('c'));
    queue.schedule(kStart - 1s, Phase::kFinish, named('a'));
    queue.schedule(kStart + 1ns, Phase::kFinish, named('b'));
    REQUIRE(drain(queue) == "abc");
}

TEST_CASE("events at one instant run by phase, then in the order they were scheduled",
          "[core][event_queue]") {
    EventQueue queue;
    queue.schedule(kStart + 5s, Phase::kControl, named('d'));
    queue.schedule(kStart + 5s, Phase::kFinish, named('b'));
    queue.schedule(kStart + 5s, Phase::kFinish, named('c'));
    queue.schedule(kStart + 5s, Phase::kSample, named('e'));
    queue.schedule(kStart + 5s, Phase::kWindow, named('a'));
    REQUIRE(drain(queue) == "abcde");
}

TEST_CASE("what pops is what was scheduled", "[core][event_queue]") {
    EventQueue queue;
    queue.schedule(kStart - 3ns, Phase::kIdle,
                   {.handler = 7, .kind = 3, .background = true, .a = 11, .b = 13});
    const EventQueue::Entry entry = queue.pop();
    REQUIRE(entry.at == kStart - 3ns);
    REQUIRE(entry.phase == Phase::kIdle);
    REQUIRE(entry.event.handler == 7);
    REQUIRE(entry.event.kind == 3);
    REQUIRE(entry.event.background);
    REQUIRE(entry.event.a == 11);
    REQUIRE(entry.event.b == 13);
}

TEST_CASE("a cancelled event never fires and is returned to who cancels it", "[core][event_queue]") {
    EventQueue queue;
    queue.schedule(kStart + 1s, Phase::kFinish, named('a'));
    const EventHandle handle = queue.schedule_cancellable(kStart, Phase::kTimeout, named('x'));
    queue.schedule(kStart + 2s, Phase::kFinish, named('b'));
    const std::optional<Event> dropped = queue.cancel(handle);
    REQUIRE(dropped.has_value());
    REQUIRE(dropped->kind == 'x');
    REQUIRE(queue.size() == 2);
    REQUIRE(drain(queue) == "ab");
}

TEST_CASE("a handle is stale once its event fired, was cancelled or names none", "[core][event_queue]") {
    EventQueue queue;
    const EventHandle fired = queue.schedule_cancellable(kStart, Phase::kFinish, named('a'));
    queue.pop();
    REQUIRE_FALSE(queue.cancel(fired));

    const EventHandle cancelled = queue.schedule_cancellable(kStart, Phase::kFinish, named('b'));
    REQUIRE(queue.cancel(cancelled));
    REQUIRE_FALSE(queue.cancel(cancelled));

    REQUIRE_FALSE(queue.cancel(EventHandle{}));
}

TEST_CASE("a stale handle does not cancel the event that took its slot", "[core][event_queue]") {
    EventQueue queue;
    const EventHandle first = queue.schedule_cancellable(kStart, Phase::kFinish, named('a'));
    queue.pop();
    const EventHandle second = queue.schedule_cancellable(kStart + 1s, Phase::kFinish, named('b'));
    REQUIRE(second.slot == first.slot);
    REQUIRE_FALSE(queue.cancel(first));
    REQUIRE(queue.size() == 1);
}

TEST_CASE("a handle of a larger queue is our own bug", "[core][event_queue]") {
    EventQueue larger;
    larger.schedule(kStart, Phase::kFinish, named('a'));
    const EventHandle handle = larger.schedule_cancellable(kStart, Phase::kFinish, named('b'));
    EventQueue queue;
    REQUIRE_THROWS_AS(queue.cancel(handle), InternalError);
}

TEST_CASE("an event scheduled right after a pop takes its turn, first or last", "[core][event_queue]") {
    EventQueue queue;
    for (const char name : std::string("abc"))
        queue.schedule(kStart + 1s * (name - 'a'), Phase::kFinish, named(name));
    REQUIRE(queue.pop().event.kind == 'a');
    queue.schedule(kStart + 9s, Phase::kFinish, named('z'));
    REQUIRE(queue.pop().event.kind == 'b');
    queue.schedule(kStart + 1s, Phase::kControl, named('m'));
    REQUIRE(queue.size() == 3);
    REQUIRE(drain(queue) == "mcz");
}

TEST_CASE("cancelling between a pop and the next push keeps size and order", "[core][event_queue]") {
    EventQueue queue;
    queue.schedule(kStart, Phase::kFinish, named('a'));
    const EventHandle handle = queue.schedule_cancellable(kStart + 1s, Phase::kFinish, named('x'));
    queue.schedule(kStart + 2s, Phase::kFinish, named('b'));
    queue.pop();
    queue.cancel(handle);
    REQUIRE(queue.size() == 1);
    queue.schedule(kStart + 3s, Phase::kFinish, named('c'));
    REQUIRE(drain(queue) == "bc");
}

TEST_CASE("a queue in which most events were cancelled still yields the others in order",
          "[core][event_queue]") {
    EventQueue queue;
    std::vector<EventHandle> doomed;
    std::string kept;
    for (int i = 0; i < 2000; ++i) {
        const SimTime at = kStart + 1ms * ((i * 7919) % 2000);
        const EventHandle handle =
            queue.schedule_cancellable(at, Phase::kFinish, {.a = static_cast<std::uint32_t>(i)});
        if (i % 10 != 0)
            doomed.push_back(handle);
    }
    for (const EventHandle handle : doomed) REQUIRE(queue.cancel(handle));
    REQUIRE(queue.size() == 200);
    SimTime last = kStart;
    while (!queue.empty()) {
        const EventQueue::Entry entry = queue.pop();
        REQUIRE(entry.event.a % 10 == 0);
        REQUIRE(entry.at >= last);
        last = entry.at;
    }
}

TEST_CASE("the key of the next event lies between the floors of its own and the next phase",
          "[core][event_queue]") {
    EventQueue queue;
    queue.schedule(kStart + 1s, Phase::kTimeout, named('a'));
    REQUIRE(queue.next_key() >= EventQueue::key_floor(kStart + 1s, Phase::kTimeout));
    REQUIRE(queue.next_key() < EventQueue::key_floor(kStart + 1s, Phase::kArrival));
}

TEST_CASE("the key of an empty queue is the largest, also when only cancelled events are left",
          "[core][event_queue]") {
    EventQueue queue;
    REQUIRE(queue.next_key() == ~UInt128{0});
    queue.cancel(queue.schedule_cancellable(kStart, Phase::kFinish, named('a')));
    REQUIRE(queue.empty());
    REQUIRE(queue.next_key() == ~UInt128{0});
    REQUIRE_THROWS_AS(queue.pop(), InternalError);
}

TEST_CASE("the order of scheduling outlives the renumbering of sequences", "[core][event_queue]") {
    EventQueue queue(EventQueue::kMaxSequence - 2);
    std::string expected;
    for (char name = 'a'; name <= 'z'; ++name) {
        queue.schedule(kStart + 1s, Phase::kFinish, named(name));
        expected += name;
    }
    REQUIRE(drain(queue) == expected);
}

TEST_CASE("a handle from before a renumbering still cancels its event", "[core][event_queue]") {
    EventQueue queue(EventQueue::kMaxSequence);
    const EventHandle handle = queue.schedule_cancellable(kStart, Phase::kFinish, named('x'));
    queue.schedule(kStart, Phase::kFinish, named('a'));
    REQUIRE(queue.cancel(handle));
    REQUIRE(drain(queue) == "a");
}
