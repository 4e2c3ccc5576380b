// What holds for every request that a token-level engine of a fleet served.
#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

/// Every pool serves token by token.
void make_llm(Scenario& scenario) {
    for (PoolPlan& pool : scenario.pools) pool.service = draw_llm_service();
    for (Arrival& arrival : scenario.arrivals) {
        arrival.input_tokens = std::max(arrival.input_tokens, 1U);
        arrival.output_tokens = std::max(arrival.output_tokens, 1U);
    }
}

/// Also: nobody leaves, nothing fails, and everything happens inside the window, so that tokens can be
/// counted.
void make_countable(Scenario& scenario) {
    make_llm(scenario);
    make_plain(scenario);
    leave_in_peace(scenario);
    scenario.warm_up = Duration{0};
    scenario.horizon = std::chrono::hours{1};
    scenario.clients = 0;
    for (Arrival& arrival : scenario.arrivals) arrival.at = std::max(arrival.at, SimTime{});
    for (ClassSpec& spec : scenario.classes) {
        spec.retry.attempts = 1;
        spec.timeout.reset();
        spec.patience.reset();
    }
    for (PoolPlan& pool : scenario.pools) {
        const bool drains = pool.scale == "restless" || pool.scale.find("drain_limit") != std::string::npos;
        if (drains)
            pool.scale = R"({"name": "scale-to-zero", "idle_timeout": "3s"})";
    }
}

const Arrival& sent(const World& world, const RequestRecord& request) {
    return world.scenario.arrivals.at(request.origin);
}

}  // namespace

TEST_CASE("a completed answer has the tokens that were asked for, but for those counted as cut",
          "[laws][llm]") {
    check_law(make_countable, [](const World& world) {
        std::uint64_t made = 0;
        for (const RequestRecord& request : world.log.requests) {
            if (request.outcome != Outcome::kCompleted)
                continue;
            const Arrival& arrival = sent(world, request);
            RC_ASSERT(request.output_tokens + request.tokens_cut == arrival.output_tokens);
            if (arrival.max_tokens > 0)
                RC_ASSERT(request.output_tokens <= std::max(arrival.max_tokens, 1U));
            made += request.output_tokens;
        }
        std::uint64_t engines = 0;
        for (std::size_t i = 0; i < world.scenario.pools.size(); ++i)
            engines += world.usage(i).engine.output_tokens;
        RC_ASSERT(engines == made);
    });
}

TEST_CASE("every token of a prompt is computed or found in the cache, and again for each preemption",
          "[laws][llm]") {
    check_law(make_countable, [](const World& world) {
        std::uint64_t prompts = 0;
        for (const RequestRecord& request : world.log.requests) {
            if (request.outcome == Outcome::kCompleted)
                prompts += sent(world, request).input_tokens;
        }
        ServiceUsage engines;
        for (std::size_t i = 0; i < world.scenario.pools.size(); ++i) engines.add(world.usage(i).engine);
        const std::uint64_t held = engines.prefill_tokens + engines.cached_tokens;
        // Whoever is preempted while it decodes computes the token that it had just made as well.
        RC_ASSERT(held >= prompts + engines.redone_tokens);
        RC_ASSERT(held <= prompts + engines.redone_tokens + engines.preemptions);
    });
}

TEST_CASE("no engine holds more than its memory", "[laws][llm]") {
    check_law(make_llm, [](const World& world) {
        for (std::size_t i = 0; i < world.scenario.pools.size(); ++i) {
            const ServiceUsage& engine = world.usage(i).engine;
            RC_ASSERT(engine.peak_kv_blocks <= engine.kv_blocks);
            if (engine.output_tokens > 0)
                RC_ASSERT(engine.peak_kv_blocks > 0U);
        }
    });
}

TEST_CASE("what engines show of their memory adds up, at every arrival", "[laws][llm]") {
    check_law(
        [](Scenario& scenario) {
            make_llm(scenario);
            for (PoolPlan& pool : scenario.pools) pool.route = "probe";
        },
        [](const World& world) { RC_ASSERT(world.log.requests.size() == world.source.offered.size()); });
}

TEST_CASE("no token comes before its prompt is computed", "[laws][llm]") {
    check_law(make_countable, [](const World& world) {
        for (const RequestRecord& request : world.log.requests) {
            if (request.outcome != Outcome::kCompleted)
                continue;
            // An iteration on this GPU takes more than a millisecond.
            RC_ASSERT((request.part(LatencyPart::kPrefill) > std::chrono::milliseconds{1}));
            const auto steps = static_cast<std::int64_t>(request.output_tokens) - 1;
            RC_ASSERT((request.part(LatencyPart::kDecode) >= std::chrono::milliseconds{1} * steps));
        }
    });
}

TEST_CASE("a request that no memory would hold is rejected and says so", "[laws][llm]") {
    check_law(
        [](Scenario& scenario) {
            make_countable(scenario);
            for (PoolPlan& pool : scenario.pools) {
                pool.service =
                    R"({"model": "llm", "llm": "Qwen3-0.6B", "gpu": "L4", "kv_blocks": 40, "max_sequences": 4})";
                pool.rate_limit = {};
            }
        },
        [](const World& world) {
            constexpr std::uint32_t kHeld = 40 * 16;
            for (const RequestRecord& request : world.log.requests) {
                const Arrival& arrival = sent(world, request);
                const bool too_large = arrival.input_tokens + std::max(arrival.max_tokens, 1U) > kHeld;
                if (too_large)
                    RC_ASSERT(request.outcome != Outcome::kCompleted);
                if (request.reason == "too large for a worker of the pool")
                    RC_ASSERT(too_large);
            }
        });
}
