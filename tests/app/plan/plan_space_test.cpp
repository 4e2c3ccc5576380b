// Which fleets a plan tries on other GPUs.
#include "app/plan/plan_space.hpp"

#include <algorithm>

#include "app/io/json_file.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// A language model on H100s, with what else its pool says.
ScenarioFile llm_on_h100(const std::string& more) {
    return {read_config_text(R"({"horizon": "10m", "traffic": [{"source": "poisson", "rate": "1/s"}],
        "slo": ["p95 ttft < 5s"],
        "pools": [{"name": "gpus", "gpu": "H100", "concurrency": 32, "workers": {"max": 8},
                   "service": {"model": "llm", "llm": "Llama-3.1-8B"})" +
                                 more + "}]}",
                             "s.json"),
            {}};
}

bool tries(const std::vector<Candidate>& space, const std::string& label) {
    return std::any_of(space.begin(), space.end(), [&](const Candidate& one) { return one.label == label; });
}

/// The price of the only pool of a candidate of that label.
std::string price_of(const std::vector<Candidate>& space, const std::string& label) {
    for (const Candidate& one : space) {
        if (one.label != label)
            continue;
        const ConfigNode& pool = one.changes.back().value.items().front();
        return pool.find("price")->find("catalog")->as_text();
    }
    return "none";
}

std::string refusal(const ScenarioFile& file, const std::string& gpu) {
    try {
        static_cast<void>(default_space(file, {gpu}));
    } catch (const InputError& error) {
        return error.what();
    }
    return "accepted";
}

TEST_CASE("a pool of the catalogue is tried on GPUs of the same offer, at their own prices", "[app][plan]") {
    const auto space = default_space(llm_on_h100(R"(, "policy": {"name": "fixed", "workers": 1},
                                       "price": {"catalog": "runpod-pod/H100-SXM"})"));
    CHECK(tries(space, "gpus: fixed 8"));
    CHECK_FALSE(tries(space, "gpus: fixed 9"));
    CHECK(price_of(space, "gpus on L40S: fixed 2") == "runpod-pod/L40S");
    CHECK(price_of(space, "gpus: fixed 2") == "runpod-pod/H100-SXM");
    CHECK_FALSE(tries(space, "gpus on H100: fixed 2"));
    // Coarsely, unless they are named.
    CHECK_FALSE(tries(space, "gpus on L40S: fixed 5"));
    CHECK(tries(space, "gpus: fixed 5"));
}

TEST_CASE("named GPUs alone are looked at, and as closely as the pool's own", "[app][plan]") {
    const auto space = default_space(llm_on_h100(R"(, "policy": {"name": "fixed", "workers": 1},
                                       "price": {"catalog": "runpod-pod/H100-SXM"})"),
                                     {"L40S"});
    CHECK(tries(space, "gpus on L40S: fixed 5"));
    CHECK_FALSE(tries(space, "gpus on A100-80GB: fixed 2"));
}

TEST_CASE("a platform's pool is tried on what the platform sells", "[app][plan]") {
    const auto space = default_space(llm_on_h100(R"(, "platform": "modal")"), {"L40S", "RTX4090"});
    const auto starts = [&](const char* words) {
        return std::any_of(space.begin(), space.end(),
                           [&](const Candidate& one) { return one.label.starts_with(words); });
    };
    CHECK(starts("gpus on L40S: modal"));
    CHECK_FALSE(starts("gpus on RTX4090"));
}

TEST_CASE("a name with a quote in it is a name", "[app][plan]") {
    const ScenarioFile file{
        read_config_text(R"({"horizon": "10m", "traffic": [{"source": "poisson", "rate": "1/s"}],
        "pools": [{"name": "a\"b", "service": {"model": "fixed", "time": "1s"}},
                  {"name": "c", "service": {"model": "fixed", "time": "1s"}}]})",
                         "s.json"),
        {}};
    CHECK(tries(default_space(file), "2 a\"b with c for the rest"));
}

TEST_CASE("a GPU that is named twice is tried once", "[app][plan]") {
    const auto space = default_space(llm_on_h100(R"(, "policy": {"name": "fixed", "workers": 1},
                                       "price": {"catalog": "runpod-pod/H100-SXM"})"),
                                     {"L40S", "L40S"});
    CHECK(std::count_if(space.begin(), space.end(),
                        [](const Candidate& one) { return one.label == "gpus on L40S: fixed 2"; }) == 1);
}

TEST_CASE("a pool with a price of its own has none on another GPU", "[app][plan]") {
    const ScenarioFile file = llm_on_h100(R"(, "policy": {"name": "fixed", "workers": 1}, "price": "$2/h")");
    const auto space = default_space(file);
    CHECK(std::none_of(space.begin(), space.end(),
                       [](const Candidate& one) { return one.label.find(" on ") != std::string::npos; }));
    CHECK_THAT(refusal(file, "L40S"), Catch::StartsWith("--gpus: no pool can have another of these"));
    CHECK_THAT(refusal(file, "L40"), Catch::Contains("no pool can have"));
    CHECK_THAT(refusal(file, "L4OS"), Catch::StartsWith("--gpus: unknown GPU \"L4OS\""));
}

}  // namespace
}  // namespace spillway::tests
