// What holds for the explanation of every request.
#include "app/why/causes.hpp"
#include "app/why/chain_tracer.hpp"
#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

// In brackets: the macro's own || evaluates both of its sides.
void check_start(const StartStory& start) {
    RC_ASSERT((!start.decision || start.decision->at == start.ordered));
    RC_ASSERT((!start.ready || *start.ready >= start.ordered));
    RC_ASSERT((start.cause != StartCause::kOpening || start.path.empty()));
    if (!start.decision || !start.decision->lag)
        return;
    const MetricLag& lag = *start.decision->lag;
    for (const Duration part : {lag.sampling, lag.averaging, lag.delay, lag.tick, lag.hold})
        RC_ASSERT(part >= Duration::zero());
    RC_ASSERT(lag.crossed + lag.total() == start.decision->at);
}

void check_story(const RequestStory& story) {
    causes_of(story);  // checks that they add up
    const RequestRecord& record = story.record;
    if (story.start) {
        check_start(*story.start);
        RC_ASSERT(story.assigned.has_value());
        RC_ASSERT(*story.start->ready > story.entered);
    }
    if (story.relief)
        check_start(*story.relief);
    if (story.completed() && story.stages.empty()) {
        RC_ASSERT(story.assigned.has_value());
        RC_ASSERT((!record.cold || story.start.has_value()));
        RC_ASSERT((!story.start || story.start->worker == record.worker));
    }
    for (const RequestStory& stage : story.stages) check_story(stage);
}

}  // namespace

TEST_CASE("every measured request of every fleet has a story whose causes add up", "[laws][why]") {
    check_scenarios([] {
        const Scenario scenario = draw_scenario();
        RC_LOG() << describe(scenario);
        std::vector<int> priorities;
        for (const ClassSpec& one : scenario.classes) priorities.push_back(one.priority);
        std::uint64_t stories = 0;
        ChainTracer tracer(priorities, [&](const RequestStory& story) {
            ++stories;
            check_story(story);
        });
        const std::unique_ptr<RequestSource> source = build_source(scenario);
        Fleet fleet(build_spec(scenario), *source);
        const testing::Log log(fleet);
        fleet.observe(static_cast<RequestObserver&>(tracer));
        fleet.observe(static_cast<StepObserver&>(tracer));
        fleet.observe(static_cast<ControlObserver&>(tracer));
        fleet.run();
        const auto measured = std::count_if(log.requests.begin(), log.requests.end(),
                                            [](const RequestRecord& request) { return request.measured; });
        RC_ASSERT(stories == static_cast<std::uint64_t>(measured));
    });
}

TEST_CASE("a fleet does the same whether or not anybody looks at its steps", "[laws][why]") {
    check_scenarios([] {
        const Scenario scenario = draw_scenario();
        RC_LOG() << describe(scenario);
        const auto run = [&](bool looked_at) {
            ChainTracer tracer(std::vector<int>(scenario.classes.size()), [](const RequestStory&) {});
            const std::unique_ptr<RequestSource> source = build_source(scenario);
            Fleet fleet(build_spec(scenario), *source);
            const testing::Log log(fleet);
            if (looked_at) {
                fleet.observe(static_cast<RequestObserver&>(tracer));
                fleet.observe(static_cast<StepObserver&>(tracer));
                fleet.observe(static_cast<ControlObserver&>(tracer));
            }
            fleet.run();
            std::vector<std::pair<std::uint64_t, SimTime>> ends;
            for (const RequestRecord& request : log.requests)
                ends.emplace_back(request.origin, request.delivered);
            return std::pair(ends, fleet.events());
        };
        RC_ASSERT(run(true) == run(false));
    });
}
