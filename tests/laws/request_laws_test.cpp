// What holds for every request of every fleet.
#include <map>

#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

/// Without retries, request paths and failures under way, a record tells when its slot was held.
void make_slots_plain(Scenario& scenario) {
    make_plain(scenario);
    for (ClassSpec& spec : scenario.classes) {
        spec.retry.attempts = 1;
        spec.timeout.reset();
    }
    leave_in_peace(scenario);
    for (PoolPlan& pool : scenario.pools) {
        pool.path.clear();
        pool.post.clear();
        if (pool.service == "picky")
            pool.service = R"({"model": "fixed", "from_trace": true})";
        const bool drains = pool.scale == "restless" || pool.scale.find("drain_limit") != std::string::npos;
        if (drains)
            pool.scale = R"({"name": "scale-to-zero", "idle_timeout": "3s"})";
    }
}

Duration time_inside(SimTime from, SimTime to, SimTime horizon) {
    const SimTime begin = std::max(from, SimTime{});
    return std::max(std::min(to, horizon) - begin, Duration::zero());
}

}  // namespace

TEST_CASE("every request that is offered ends exactly once", "[laws]") {
    check_law([](const World& world) {
        std::map<std::uint64_t, int> ends;
        for (const Arrival& arrival : world.source.offered) ends[arrival.origin] = 0;
        RC_ASSERT(ends.size() == world.source.offered.size());
        for (const RequestRecord& request : world.log.requests) {
            RC_ASSERT(ends.count(request.origin) == 1U);
            ++ends[request.origin];
        }
        for (const auto& [origin, count] : ends) RC_ASSERT(count == 1);
        if (world.source.reacts())
            RC_ASSERT(world.source.answers.size() == world.source.offered.size());
    });
}

TEST_CASE("the parts of a request's time are not negative and sum to its total", "[laws]") {
    check_law([](const World& world) {
        for (const RequestRecord& request : world.log.requests) {
            Duration sum{0};
            for (const Duration part : request.parts) {
                RC_ASSERT((part >= Duration::zero()));
                sum += part;
            }
            RC_ASSERT(sum == request.total());
            RC_ASSERT(request.engine_queue >= Duration::zero());
            RC_ASSERT(request.gateway >= Duration::zero());
            RC_ASSERT(request.engine_queue + request.gateway <=
                      request.part(LatencyPart::kQueue) + request.part(LatencyPart::kPost));
        }
    });
}

TEST_CASE("nothing happens to a request before its cause", "[laws]") {
    check_law([](const World& world) {
        SimTime last{-world.scenario.warm_up};
        std::map<std::uint64_t, SimTime> sent;
        for (const Arrival& arrival : world.source.offered) sent[arrival.origin] = arrival.at;
        for (const RequestRecord& request : world.log.requests) {
            RC_ASSERT(request.arrived == sent[request.origin]);
            RC_ASSERT(request.delivered >= request.arrived);
            RC_ASSERT(request.delivered >= last);
            last = request.delivered;
            RC_ASSERT(request.measured ==
                      (request.arrived >= SimTime{} && request.arrived < world.horizon()));
        }
    });
}

TEST_CASE("a request says what became of it, and no more", "[laws]") {
    check_law([](const World& world) {
        for (const RequestRecord& request : world.log.requests) {
            const bool completed = request.outcome == Outcome::kCompleted;
            RC_ASSERT(completed == request.reason.empty());
            RC_ASSERT(completed == request.pool.has_value());
            RC_ASSERT(completed == request.worker.has_value());
            const Duration start = request.part(LatencyPart::kColdStart) + request.part(LatencyPart::kLoad);
            RC_ASSERT(request.cold == (start > Duration::zero()));
            if (request.cold)
                RC_ASSERT(request.exposed);
            if (request.base_sooner)
                RC_ASSERT(request.overflowed);
            const RetrySpec& retry = world.scenario.classes[request.class_id.value].retry;
            RC_ASSERT(request.attempts >= 1U && request.attempts <= std::max(1U, retry.attempts));
            // A stage may have been tried again on its own.
            if (request.attempts == 1 && request.requeues == 0 && !request.answer)
                RC_ASSERT(request.part(LatencyPart::kLost) == Duration::zero());
        }
    });
}

TEST_CASE("slot time is the time that requests were on workers, inside the window", "[laws]") {
    check_law(make_slots_plain, [](const World& world) {
        std::vector<Duration> expected(world.scenario.pools.size());
        for (const RequestRecord& request : world.log.requests) {
            if (!request.pool)
                continue;
            // Without post-processing, the last part is a slow client's reading.
            const Duration served = request.engine_queue + request.part(LatencyPart::kPrefill) +
                                    request.part(LatencyPart::kDecode) + request.part(LatencyPart::kPost);
            expected[request.pool->value] +=
                time_inside(request.delivered - served, request.delivered, world.horizon());
        }
        for (std::size_t i = 0; i < expected.size(); ++i)
            RC_ASSERT((world.usage(i).slot_time == expected[i]));
    });
}

TEST_CASE("what is left at the end of the window is counted and drained", "[laws]") {
    check_law([](const World& world) {
        std::uint64_t open = 0;
        SimTime last = world.horizon();
        for (const RequestRecord& request : world.log.requests) {
            if (request.delivered < world.horizon())
                continue;
            ++open;
            last = std::max(last, request.delivered);
        }
        RC_ASSERT(world.fleet.leftover().requests == open);
        RC_ASSERT(world.fleet.leftover().drained == last - world.horizon());
    });
}
