#include "models/llm/least_llm.hpp"

#include <vector>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/batch_engine.hpp"
#include "models/llm/deployment.hpp"
#include "sim/core/rng.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

EngineSetup least_setup(std::string_view engine, std::string_view gpu) {
    const EngineProfile& profile = find_engine(engine, "test");
    const Deployment deployment{find_llm("Llama-3.1-8B", "test"), find_gpu_profile(gpu, "test"), 1,
                                Precision::kBf16, Precision::kBf16};
    EngineRules rules = profile.rules;
    rules.max_context = 8192;
    fit_memory(deployment, profile.memory_share, rules, "test");
    return {rules, kernel_step_time(deployment, profile.overheads, rules), {}};
}

std::vector<ServiceRequest> draw_requests(int count, double prompt, double answer) {
    RandomStream luck(StreamKey(RunSeed{}, "least llm"), 0);
    std::vector<ServiceRequest> requests;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(count); ++i) {
        ServiceRequest& request = requests.emplace_back();
        request.slot = {i};
        request.input_tokens = 1 + static_cast<std::uint32_t>(2 * prompt * luck.uniform());
        request.output_tokens = 1 + static_cast<std::uint32_t>(2 * answer * luck.uniform());
        request.max_tokens = request.output_tokens;
    }
    return requests;
}

struct Served {
    double seconds = 0;  // until the last of them ended
    double shares = 0;   // that all of them have at the least
};

/// Serves all, `slots` at once, and checks each against its least times.
Served serve(const EngineSetup& setup, const std::vector<ServiceRequest>& requests, std::size_t slots) {
    const TokenShares shares = token_shares(setup, static_cast<int>(slots));
    BatchEngine engine(setup, nullptr);
    std::vector<SimTime> admitted(requests.size());
    std::vector<ServiceEnd> ended;
    std::size_t sent = 0;
    Served served;
    const auto send = [&](SimTime now) {
        admitted[sent] = now;
        engine.admit(requests[sent++], now);
    };
    while (sent < std::min(slots, requests.size())) send(SimTime{});
    while (const auto now = engine.next_change()) {
        ended.clear();
        engine.advance(*now, ended);
        for (const ServiceEnd& end : ended) {
            const LeastService least = least_of_llm(setup, shares, requests[end.slot.value]);
            REQUIRE(end.first_token - admitted[end.slot.value] >= least.first_token);
            REQUIRE(end.last_token - admitted[end.slot.value] >= least.last_token);
            served.shares += least.worker_seconds;
            served.seconds = to_seconds(*now);
            if (sent < requests.size())
                send(*now);
        }
    }
    return served;
}

}  // namespace

TEST_CASE("no engine serves requests faster than their least shares add up to", "[llm][least]") {
    for (const char* engine : {"vllm-0.12", "sglang", "trtllm"}) {
        for (const char* gpu : {"H100", "L4"}) {
            const EngineSetup setup = least_setup(engine, gpu);
            for (const std::size_t slots : {1, 7, 64, 256}) {
                for (const double answer : {2.0, 60.0, 300.0}) {
                    INFO(engine << " on " << gpu << ", " << slots << " at once, answers of " << answer);
                    const Served served = serve(setup, draw_requests(400, 700, answer), slots);
                    CHECK(served.shares > 0);
                    CHECK(served.shares <= served.seconds);
                }
            }
        }
    }
}

TEST_CASE("the shares of a saturated engine are most of its time", "[llm][least]") {
    const EngineSetup setup = least_setup("vllm-0.12", "H100");
    const Served served = serve(setup, draw_requests(2000, 1000, 200), 64);
    CHECK(served.shares > 0.5 * served.seconds);
}
