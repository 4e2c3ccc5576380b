// A user of the library: schedules two events and checks that they come back in time order.
#include <chrono>
#include <cstdio>

#include "sim/core/event_queue.hpp"
#include "sim/core/time.hpp"

int main() {
    using namespace std::chrono_literals;
    spillway::EventQueue queue;
    queue.schedule(spillway::SimTime{5s}, spillway::Phase{}, {.a = 2});
    queue.schedule(spillway::SimTime{1s}, spillway::Phase{}, {.a = 1});
    const auto first = queue.pop();
    const auto second = queue.pop();
    const bool in_order = first.event.a == 1 && second.event.a == 2 && queue.empty();
    std::puts(in_order ? "in time order" : "out of order");
    return in_order ? 0 : 1;
}
