// What routes that look for cached prefixes do to a fleet.
#include <vector>

#include "tests/laws/world.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

constexpr std::uint32_t kBlock = 512;
constexpr std::uint32_t kSessions = 41;  // no multiple of the workers: in turn, none stays with one
constexpr std::uint32_t kTurns = 8;

/// Chats in turn: each prompt is the one before and two blocks more. All begin with the same block, which is
/// less than the share that prefix-affinity looks for.
struct Chats {
    Chats() {
        for (std::uint32_t session = 0; session < kSessions; ++session) {
            std::vector<std::uint64_t>& ids = prompts.emplace_back();
            ids.push_back(1);
            for (std::uint32_t block = 0; block < 2 + 2 * kTurns; ++block)
                ids.push_back(1000 * (session + 1) + block);
        }
    }

    std::vector<Arrival> arrivals() const {
        std::vector<Arrival> all;
        for (std::uint32_t turn = 0; turn < kTurns; ++turn) {
            for (std::uint32_t session = 0; session < kSessions; ++session) {
                const std::uint32_t blocks = 3 + 2 * (turn + 1);
                Arrival& one = all.emplace_back();
                one.at = SimTime{std::chrono::milliseconds{300} * (turn * kSessions + session)};
                one.class_id = {0};
                one.input_tokens = blocks * kBlock + 7;
                one.output_tokens = one.max_tokens = 60;
                one.prefix_blocks = std::span(prompts[session]).first(blocks);
            }
        }
        return all;
    }

    std::vector<std::vector<std::uint64_t>> prompts;
};

Scenario four_workers(const Chats& chats, const char* route) {
    Scenario scenario;
    scenario.classes.push_back({});
    scenario.classes.back().name = "chat";
    PoolPlan& pool = scenario.pools.emplace_back();
    pool.name = "llm";
    pool.concurrency = 64;
    pool.min_workers = pool.max_workers = 4;
    pool.queue.max_wait = std::chrono::minutes{10};
    // Room for some of the sessions on one worker, for all of them on the four together.
    pool.service = R"({"model": "llm", "llm": "Qwen3-0.6B", "gpu": "L4", "kv_blocks": 10000})";
    pool.startup = R"({"phases": [{"phase": "container", "time": "0s"}]})";
    pool.scale = R"({"name": "fixed", "workers": 4})";
    pool.route = route;
    scenario.arrivals = chats.arrivals();
    return scenario;
}

struct Served {
    double hit_share = 0;
    Duration mean_first_token{0};
};

Served serve(const char* route) {
    const Chats chats;
    const Scenario scenario = four_workers(chats, route);
    const World world(scenario);
    Served outcome;
    const ServiceUsage& engine = world.usage(0).engine;
    outcome.hit_share = static_cast<double>(engine.cached_tokens) /
                        static_cast<double>(engine.cached_tokens + engine.prefill_tokens);
    for (const RequestRecord& request : world.log.requests) {
        REQUIRE(request.outcome == Outcome::kCompleted);
        outcome.mean_first_token += request.time_to_first_token();
    }
    REQUIRE(world.log.requests.size() == std::size_t{kSessions} * kTurns);
    outcome.mean_first_token /= static_cast<std::int64_t>(world.log.requests.size());
    return outcome;
}

}  // namespace

TEST_CASE("prefix-affinity finds most of chats' prompts cached, round-robin few, and answers sooner",
          "[laws][llm][routes]") {
    const Served affine = serve(R"("prefix-affinity")");
    const Served in_turn = serve(R"("round-robin")");
    const Served fewest = serve(R"("least-tokens")");
    INFO(affine.hit_share << " " << in_turn.hit_share << " " << fewest.hit_share);
    CHECK(affine.hit_share > 0.7);
    CHECK(in_turn.hit_share < 0.6 * affine.hit_share);
    CHECK(fewest.hit_share < 0.8 * affine.hit_share);
    CHECK(affine.mean_first_token < in_turn.mean_first_token);
    CHECK(affine.mean_first_token < fewest.mean_first_token);
}

TEST_CASE("routes that ask engines decide the same in every run", "[laws][llm][routes]") {
    for (const char* route : {R"("prefix-affinity")", R"("least-tokens")"}) {
        const Served once = serve(route);
        const Served again = serve(route);
        CHECK(once.hit_share == again.hit_share);
        CHECK(once.mean_first_token == again.mean_first_token);
    }
}
