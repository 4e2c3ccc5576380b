// Random graphs of phases against a second way to find their longest path, and against what a critical path
// must always be.

#include <algorithm>
#include <functional>
#include <map>

#include "models/cold_start/phase_model.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/start_log.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

struct RandomPhase {
    StartPhase kind;
    int seconds;             // 0 in every fourth case or so
    std::vector<int> after;  // lower numbers: never a circle
};

std::vector<RandomPhase> random_phases() {
    std::vector<RandomPhase> phases(static_cast<std::size_t>(*rc::gen::inRange(1, 9)));
    for (int number = 0; auto& phase : phases) {
        phase.kind = static_cast<StartPhase>(*rc::gen::inRange(0, kStartPhases));
        phase.seconds = std::max(0, *rc::gen::inRange(-5, 15));
        for (int before = 0; before < number; ++before) {
            if (*rc::gen::inRange(0, 3) == 0)
                phase.after.push_back(before);
        }
        ++number;
    }
    return phases;
}

std::string name_of(int number) { return "p" + std::to_string(number); }

/// The phases in a random order of writing, so that the graph has to find an order itself.
PhaseGraph shuffled_graph(const std::vector<RandomPhase>& phases) {
    std::vector<PhaseSpec> specs;
    for (int number = 0; const RandomPhase& phase : phases) {
        PhaseSpec spec{
            name_of(number++), phase.kind, PhaseTime::law(Distribution::constant(phase.seconds)), {}, ""};
        for (const int before : phase.after) spec.after.push_back(name_of(before));
        specs.insert(specs.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(specs) + 1), spec);
    }
    return {specs, "start"};
}

/// The longest way through the graph by trying every way.
Duration longest_way(const std::vector<RandomPhase>& phases) {
    const std::function<int(int)> until = [&](int number) {
        int before = 0;
        for (const int p : phases[static_cast<std::size_t>(number)].after)
            before = std::max(before, until(p));
        return before + phases[static_cast<std::size_t>(number)].seconds;
    };
    int longest = 0;
    for (int number = 0; number < std::ssize(phases); ++number) longest = std::max(longest, until(number));
    return std::chrono::seconds{longest};
}

}  // namespace

TEST_CASE("a start takes exactly the longest way through its graph", "[models][phase_model][laws]") {
    check_property("ready - begin equals the longest way", [] {
        const std::vector<RandomPhase> phases = random_phases();
        PhaseModel model(shuffled_graph(phases), {}, context());
        StartLog log(model);
        log.begin(0, SimTime{11s});
        log.run();
        RC_ASSERT(log.ready_at().value() - SimTime{11s} == longest_way(phases));
        RC_ASSERT(std::abs(model.mean_seconds() - to_seconds(longest_way(phases))) < 1e-9);
    });
}

TEST_CASE("a critical path fills the time from begin to ready without gaps", "[models][phase_model][laws]") {
    check_property("stretches ascend from begin and end at ready", [] {
        PhaseModel model(shuffled_graph(random_phases()), {}, context());
        StartLog log(model);
        log.begin(0, SimTime{11s});
        log.run();
        SimTime at{11s};
        for (const StartStretch& stretch : log.path()) {
            RC_ASSERT(stretch.end > at);
            at = stretch.end;
        }
        RC_ASSERT(at == log.ready_at().value());
    });
}

TEST_CASE("each stretch of a critical path is as long as a phase of its kind",
          "[models][phase_model][laws]") {
    check_property("kinds and lengths of the stretches are those of phases", [] {
        const std::vector<RandomPhase> phases = random_phases();
        PhaseModel model(shuffled_graph(phases), {}, context());
        StartLog log(model);
        log.begin(0, SimTime{0s});
        log.run();
        SimTime from{0s};
        for (const StartStretch& stretch : log.path()) {
            RC_ASSERT(std::any_of(phases.begin(), phases.end(), [&](const RandomPhase& phase) {
                return phase.kind == stretch.phase &&
                       std::chrono::seconds{phase.seconds} == stretch.end - from;
            }));
            from = stretch.end;
        }
    });
}

TEST_CASE("starts side by side do as each would alone", "[models][phase_model][laws]") {
    check_property("what is told of a start does not depend on the others", [] {
        const PhaseGraph graph = shuffled_graph(random_phases());
        const int starts = *rc::gen::inRange(1, 8);
        PhaseModel together(graph, {0.3, Distribution::uniform(0, 20)}, context());
        StartLog log(together);
        std::map<std::uint32_t, SimTime> begun;
        for (int start = 0; start < starts; ++start) {
            const SimTime now{std::chrono::seconds{2 * start}};
            log.run(now);
            log.begin(static_cast<std::uint32_t>(start), now);
            begun[static_cast<std::uint32_t>(start)] = now;
        }
        log.run();
        for (const auto& [start, now] : begun) {
            PhaseModel alone(graph, {0.3, Distribution::uniform(0, 20)}, context());
            StartLog expected(alone);
            expected.begin(start, now);
            expected.run();
            const std::string mark = ":" + std::to_string(start) + " ";
            std::vector<std::string> told;
            std::copy_if(log.lines().begin(), log.lines().end(), std::back_inserter(told),
                         [&mark](const auto& line) { return line.find(mark) != std::string::npos; });
            RC_ASSERT(told == expected.lines());
        }
        RC_ASSERT(!together.next_change().has_value());
    });
}
