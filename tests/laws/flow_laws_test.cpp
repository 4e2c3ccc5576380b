// What holds for every request of several stages.
#include <algorithm>
#include <map>
#include <optional>

#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

/// The last that was told of each stage of a request, by its number: a request that was sent again as a whole
/// went through them more than once.
using Stages = std::map<std::uint32_t, RequestRecord>;

std::map<std::uint64_t, Stages> stages_by_request(const World& world) {
    std::map<std::uint64_t, Stages> requests;
    for (const testing::Log::Stage& stage : world.log.stages)
        requests[stage.request.origin].insert_or_assign(stage.stage, stage.request);
    return requests;
}

const FlowSpec* flow_of(const World& world, const RequestRecord& request) {
    const auto& flow = world.scenario.classes[request.class_id.value].flow;
    return flow ? &world.scenario.flows[*flow] : nullptr;
}

}  // namespace

TEST_CASE("a stage begins when the last that it waits for has ended, and the request ends with the last one",
          "[laws][flow]") {
    check_law([](const World& world) {
        std::map<std::uint64_t, Stages> told = stages_by_request(world);
        for (const RequestRecord& request : world.log.requests) {
            const FlowSpec* const flow = flow_of(world, request);
            if (flow == nullptr || request.outcome != Outcome::kCompleted)
                continue;
            const Stages& stages = told[request.origin];
            std::optional<SimTime> begun;
            for (const auto& [number, stage] : stages)
                begun = std::min(begun.value_or(stage.arrived), stage.arrived);
            RC_ASSERT(begun.has_value());
            std::vector<SimTime> ends;
            for (std::uint32_t i = 0; i < flow->stages.size(); ++i) {
                SimTime begin = *begun;
                for (const std::uint32_t before : flow->stages[i].after)
                    begin = std::max(begin, ends[before]);
                const auto stage = stages.find(i);
                const bool taken = stage != stages.end();
                if (flow->stages[i].share >= 1)
                    RC_ASSERT(taken);
                if (flow->stages[i].share <= 0)
                    RC_ASSERT(!taken);
                if (taken) {
                    RC_ASSERT(stage->second.outcome == Outcome::kCompleted);
                    RC_ASSERT(stage->second.arrived == begin);
                }
                ends.push_back(taken ? stage->second.delivered : begin);
            }
            const SimTime last = *std::max_element(ends.begin(), ends.end());
            RC_ASSERT(request.delivered >= last);
            if (!world.scenario.classes[request.class_id.value].poll)
                RC_ASSERT(request.delivered == last);
        }
    });
}

TEST_CASE("the parts of a stage sum to its own time", "[laws][flow]") {
    check_law([](const World& world) {
        for (const testing::Log::Stage& stage : world.log.stages) {
            Duration sum{0};
            for (const Duration part : stage.request.parts) {
                RC_ASSERT((part >= Duration::zero()));
                sum += part;
            }
            RC_ASSERT(sum == stage.request.total());
        }
    });
}

TEST_CASE("a request whose stage failed for good has no stage under way afterwards", "[laws][flow]") {
    check_law([](const World& world) {
        std::map<std::uint64_t, SimTime> ends;
        for (const RequestRecord& request : world.log.requests) ends[request.origin] = request.delivered;
        for (const testing::Log::Stage& stage : world.log.stages)
            RC_ASSERT(stage.request.delivered <= ends.at(stage.request.origin));
    });
}

TEST_CASE("a client that polls is told at one of its polls", "[laws][flow]") {
    check_law(
        [](Scenario& scenario) {
            for (ClassSpec& spec : scenario.classes) spec.poll = std::chrono::milliseconds{1750};
            for (PoolPlan& pool : scenario.pools) pool.path.clear();
        },
        [](const World& world) {
            for (const RequestRecord& request : world.log.requests) {
                if (request.outcome != Outcome::kCompleted || request.attempts > 1)
                    continue;
                RC_ASSERT(request.total() > Duration::zero());
                RC_ASSERT(request.total() % std::chrono::milliseconds{1750} == Duration::zero());
            }
        });
}
