// The same seed tells the same story, whoever listens.
#include <fmt/format.h>

#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

std::int64_t ns(Duration time) { return time.count(); }
std::int64_t ns(SimTime time) { return time.time_since_epoch().count(); }

std::string line(const RequestRecord& request) {
    std::string out = fmt::format(
        "{} {} {} {} {} {} {} {}{}{}{}", request.origin, static_cast<int>(request.outcome), request.reason,
        request.attempts, request.worker ? request.worker->value : 0, ns(request.arrived),
        ns(request.delivered), request.cold, request.exposed, request.overflowed, request.base_sooner);
    for (const Duration part : request.parts) out += fmt::format(" {}", ns(part));
    return out + fmt::format(" {} {}\n", ns(request.engine_queue), ns(request.gateway));
}

std::string line(const WorkerLife& life) {
    std::string out = fmt::format("{} {} {} {} {}", life.pool.value, life.worker.value, life.nth,
                                  static_cast<int>(life.end), ns(life.at));
    for (int state = 0; state < kWorkerStates; ++state) {
        out += fmt::format(" {}", ns(life.clock.spent(static_cast<WorkerState>(state))));
    }
    return out + "\n";
}

std::string line(const DecisionRecord& decision) {
    return fmt::format("{} {} {} {} {} {} {} {} {}\n", ns(decision.at), decision.pool.value,
                       static_cast<int>(decision.why), decision.before, decision.wanted, decision.after,
                       decision.rule, decision.observed, decision.threshold);
}

std::string story(const testing::Log& log) {
    std::string out;
    for (const RequestRecord& request : log.requests) out += line(request);
    for (const WorkerLife& life : log.lives) out += line(life);
    for (const DecisionRecord& decision : log.decisions) out += line(decision);
    return out;
}

}  // namespace

TEST_CASE("the same scenario gives the same bytes, with other observers too", "[laws]") {
    check_scenarios([] {
        const Scenario scenario = draw_scenario();
        RC_LOG() << describe(scenario);
        const World full(scenario);
        const auto source = build_source(scenario);
        Fleet bare(build_spec(scenario), *source);
        testing::Log log(bare);
        bare.run();
        RC_ASSERT(story(full.log) == story(log));
    });
}

TEST_CASE("a later observer of the same kind hears the same", "[laws]") {
    check_scenarios([] {
        const Scenario scenario = draw_scenario();
        RC_LOG() << describe(scenario);
        const auto source = build_source(scenario);
        Fleet fleet(build_spec(scenario), *source);
        testing::Log first(fleet);
        testing::Log second(fleet);
        fleet.run();
        RC_ASSERT(story(first) == story(second));
    });
}
