#include "models/llm/best_rate.hpp"

#include <algorithm>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/batch_engine.hpp"
#include "models/llm/deployment.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

EngineSetup setup_of(std::string_view engine, std::string_view gpu) {
    const EngineProfile& profile = find_engine(engine, "test");
    const Deployment deployment{find_llm("Llama-3.1-8B", "test"), find_gpu_profile(gpu, "test"), 1,
                                Precision::kBf16, Precision::kBf16};
    EngineRules rules = profile.rules;
    rules.max_context = 8192;
    fit_memory(deployment, profile.memory_share, rules, "test");
    return {rules, kernel_step_time(deployment, profile.overheads, rules), {}};
}

/// Requests a second in the middle of a long backlog of equal requests, at most `slots` at once.
double saturated_rate(const EngineSetup& setup, std::uint32_t input, std::uint32_t output,
                      std::uint32_t slots) {
    constexpr std::uint32_t kRequests = 4000;
    BatchEngine engine(setup, nullptr);
    std::uint32_t sent = 0;
    std::vector<ServiceEnd> ended;
    std::vector<SimTime> ends;
    const auto send = [&](SimTime now) {
        ServiceRequest request;
        request.slot = {sent++};
        request.input_tokens = input;
        // Not all alike, so that they do not end together.
        request.output_tokens = output * (60 + request.slot.value * 37 % 81) / 100;
        request.max_tokens = request.output_tokens;
        engine.admit(request, now);
    };
    while (sent < slots) send(SimTime{});
    while (const auto now = engine.next_change()) {
        ended.clear();
        engine.advance(*now, ended);
        for (std::size_t i = 0; i < ended.size(); ++i) {
            ends.push_back(*now);
            if (sent < kRequests)
                send(*now);
        }
    }
    return 0.5 * kRequests / to_seconds(ends.at(kRequests * 3 / 4) - ends.at(kRequests / 4));
}

}  // namespace

TEST_CASE("a saturated engine reaches its best rate, and no more", "[llm][best_rate]") {
    struct Mix {
        std::uint32_t input;
        std::uint32_t output;
        std::uint32_t slots;
    };
    for (const char* engine : {"vllm", "trtllm", "sglang"}) {
        for (const char* gpu : {"H100", "L4"}) {
            for (const Mix& mix : {Mix{1000, 200, 256}, {200, 1000, 256}, {4000, 100, 64}, {500, 500, 8}}) {
                const EngineSetup setup = setup_of(engine, gpu);
                const double best =
                    best_rate(setup, {mix.input * 1.0, 0, mix.output * 1.0}, static_cast<int>(mix.slots));
                const double rate = saturated_rate(setup, mix.input, mix.output, mix.slots);
                INFO(engine << " on " << gpu << ", " << mix.input << "/" << mix.output << ": " << rate
                            << " of " << best);
                CHECK(rate < 1.1 * best);
                CHECK(rate > 0.75 * best);
            }
        }
    }
}

TEST_CASE("what the cache has and a larger share of slots raise the best rate", "[llm][best_rate]") {
    const EngineSetup setup = setup_of("vllm", "H100");
    CHECK(best_rate(setup, {200, 800, 200}, 64) > 1.2 * best_rate(setup, {1000, 0, 200}, 64));
    CHECK(best_rate(setup, {1000, 0, 200}, 64) > best_rate(setup, {1000, 0, 200}, 16));
    CHECK(best_rate(setup, {0, 0, 0}, 16) == 0);
}
