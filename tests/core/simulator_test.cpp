#include "sim/core/simulator.hpp"

#include <functional>
#include <string>

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

constexpr SimTime kStart{};

/// Notes the kinds of events and arrivals in their order, and reacts as told.
class Script : public EventHandler, public ArrivalFeed {
public:
    explicit Script(Simulator& simulator) : simulator_(simulator), handler_(simulator.add_handler(*this)) {
        simulator.set_feed(*this);
    }

    void handle(const Event& event, SimTime now) override {
        order += static_cast<char>(event.kind);
        last = now;
        if (on_event)
            on_event(event);
    }
    void arrive(SimTime now) override {
        order += '!';
        last = now;
        if (on_arrival)
            on_arrival();
    }

    Event foreground(char name) const {
        return {.handler = handler_, .kind = static_cast<std::uint8_t>(name)};
    }
    Event background(char name) const {
        return {.handler = handler_, .kind = static_cast<std::uint8_t>(name), .background = true};
    }
    void at(Duration time, char name, Phase phase = Phase::kFinish) {
        simulator_.schedule(kStart + time, phase, foreground(name));
    }

    std::string order;
    SimTime last;
    std::function<void(const Event&)> on_event;
    std::function<void()> on_arrival;

private:
    Simulator& simulator_;
    std::uint16_t handler_;
};

}  // namespace

TEST_CASE("a run fires events in order and the clock shows each one's time", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    script.at(2s, 'b');
    script.at(1s, 'a');
    script.on_event = [&](const Event&) { REQUIRE(simulator.now() == script.last); };
    simulator.run();
    REQUIRE(script.order == "ab");
    REQUIRE(simulator.now() == kStart + 2s);
    REQUIRE(simulator.events() == 2);
}

TEST_CASE("each event goes to the handler it was scheduled under", "[core][simulator]") {
    Simulator simulator;
    Script first(simulator);
    Script second(simulator);
    second.at(1s, 'b');
    first.at(2s, 'a');
    simulator.run();
    REQUIRE(first.order == "a");
    REQUIRE(second.order == "b");
}

TEST_CASE("an arrival takes its phase's place among the events of its instant", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    for (const auto& [phase, name] : {std::pair{Phase::kOverflow, 'o'},
                                      {Phase::kIdle, 'i'},
                                      {Phase::kTimeout, 't'},
                                      {Phase::kFinish, 'f'}}) {
        script.at(1s, name, phase);
    }
    simulator.set_next_arrival(kStart + 1s);
    simulator.run();
    REQUIRE(script.order == "ft!oi");
}

TEST_CASE("a feed that names its next arrival keeps the run going", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    int left = 3;
    script.on_arrival = [&] {
        if (--left > 0)
            simulator.set_next_arrival(simulator.now() + 1s);
    };
    simulator.set_next_arrival(kStart);
    simulator.run();
    REQUIRE(script.order == "!!!");
    REQUIRE(simulator.now() == kStart + 2s);
}

TEST_CASE("an arrival that was named and withdrawn does not happen", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    simulator.set_next_arrival(kStart + 1s);
    simulator.set_next_arrival(std::nullopt);
    script.at(2s, 'a');
    simulator.run();
    REQUIRE(script.order == "a");
}

TEST_CASE("background events fire while there is work and do not keep the run alive", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    simulator.schedule(kStart + 1s, Phase::kControl, script.background('t'));
    simulator.schedule(kStart + 3s, Phase::kControl, script.background('u'));
    script.at(2s, 'a');
    simulator.run();
    REQUIRE(script.order == "ta");
    REQUIRE(simulator.now() == kStart + 2s);
}

TEST_CASE("open work keeps the run alive until a background event lets it end", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    simulator.hold();
    simulator.schedule(kStart + 1s, Phase::kControl, script.background('t'));
    simulator.schedule(kStart + 2s, Phase::kControl, script.background('u'));
    simulator.schedule(kStart + 3s, Phase::kControl, script.background('v'));
    script.on_event = [&](const Event& event) {
        if (event.kind == 'u')
            simulator.release();
    };
    simulator.run();
    REQUIRE(script.order == "tu");
}

TEST_CASE("open work that nothing will ever end is our own bug", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    script.at(1s, 'a');
    simulator.hold();
    REQUIRE_THROWS_AS(simulator.run(), InternalError);
    REQUIRE(script.order == "a");
}

TEST_CASE("releasing more than was held is our own bug", "[core][simulator]") {
    Simulator simulator;
    simulator.hold();
    simulator.release();
    REQUIRE_THROWS_AS(simulator.release(), InternalError);
}

TEST_CASE("nothing can be scheduled before the present", "[core][simulator]") {
    Simulator simulator(kStart + 5s);
    Script script(simulator);
    const Event event = script.foreground('a');
    REQUIRE_THROWS_AS(simulator.schedule(kStart + 5s - 1ns, Phase::kFinish, event), InternalError);
    REQUIRE_THROWS_AS(simulator.schedule_cancellable(kStart, Phase::kFinish, event), InternalError);
    REQUIRE_THROWS_AS(simulator.set_next_arrival(kStart), InternalError);
    REQUIRE_NOTHROW(simulator.schedule(kStart + 5s, Phase::kFinish, event));
}

TEST_CASE("an event for the present instant fires after the one that scheduled it", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    script.at(1s, 'a');
    script.on_event = [&](const Event& event) {
        if (event.kind == 'a')
            script.at(1s, 'b');
    };
    simulator.run();
    REQUIRE(script.order == "ab");
}

TEST_CASE("a run may start before 0", "[core][simulator]") {
    Simulator simulator(kStart - 600s);
    Script script(simulator);
    script.at(-500s, 'a');
    simulator.run();
    REQUIRE(script.last == kStart - 500s);
}

TEST_CASE("cancelling the last foreground event ends the run", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    const EventHandle handle =
        simulator.schedule_cancellable(kStart + 9s, Phase::kTimeout, script.foreground('x'));
    script.at(1s, 'a');
    script.on_event = [&](const Event&) { REQUIRE(simulator.cancel(handle)); };
    simulator.run();
    REQUIRE(script.order == "a");
    REQUIRE(simulator.now() == kStart + 1s);
    REQUIRE_FALSE(simulator.cancel(handle));
}

TEST_CASE("cancelling a background event leaves the foreground alive", "[core][simulator]") {
    Simulator simulator;
    Script script(simulator);
    const EventHandle handle =
        simulator.schedule_cancellable(kStart + 1s, Phase::kControl, script.background('x'));
    REQUIRE(simulator.cancel(handle));
    script.at(2s, 'a');
    simulator.run();
    REQUIRE(script.order == "a");
}

TEST_CASE("a run with nothing to do ends at once", "[core][simulator]") {
    Simulator simulator;
    simulator.run();
    REQUIRE(simulator.events() == 0);
}
