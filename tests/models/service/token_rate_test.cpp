#include "models/service/token_rate.hpp"

#include <cmath>

#include "models/registry.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/engine_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

using Lines = std::vector<std::string>;

ServiceRequest request(std::uint32_t input, std::uint32_t output, std::uint64_t origin = 0) {
    ServiceRequest made;
    made.origin = origin;
    made.input_tokens = input;
    made.output_tokens = output;
    return made;
}

Lines story(const char* json, const ServiceRequest& of) {
    EngineLog log(make_service(config(json), context()));
    log.admit(of, SimTime{1s});
    log.run();
    return log.lines();
}

constexpr const char* kRates = R"({"model": "token-rate", "prefill_rate": "8000/s", "decode_rate": "40/s"})";

}  // namespace

TEST_CASE("the prefill makes the first token, the decode each further one", "[models][token_rate]") {
    CHECK(story(kRates, request(4000, 101)) == Lines{"0 1s..1.5s..4s"});
    CHECK(story(kRates, request(4000, 1)) == Lines{"0 1s..1.5s..1.5s"});
}

TEST_CASE("a request without output ends with its prefill", "[models][token_rate]") {
    CHECK(story(kRates, request(4000, 0)) == Lines{"0 1s..1.5s..1.5s"});
}

TEST_CASE("the overhead comes before the prefill", "[models][token_rate]") {
    CHECK(
        story(
            R"({"model": "token-rate", "prefill_rate": "8000/s", "decode_rate": "40/s", "overhead": "30ms"})",
            request(4000, 41)) == Lines{"0 1s..1.53s..2.53s"});
}

TEST_CASE("a drawn overhead is the request's own and has the mean of its law", "[models][token_rate][luck]") {
    const auto factory =
        make_service(config(R"({"model": "token-rate", "prefill_rate": "8000/s", "decode_rate": "40/s",
                                                "overhead": {"exponential": {"mean": "100ms"}}})"),
                     context());
    EngineLog log(*factory);
    constexpr std::uint32_t kDraws = 20000;
    double sum = 0;
    for (std::uint32_t origin = 0; origin < kDraws; ++origin) {
        log.admit(request(0, 1, origin), SimTime{0s});
        log.run();
        sum += to_seconds(log.ends().back().first_token);
    }
    // Standard deviation of the mean: 0.1 / sqrt(20000); four of them, fixed seed.
    CHECK(std::abs(sum / kDraws - 0.1) < 0.0029);
}

TEST_CASE("token rates are read with their unit and above 0", "[models][token_rate][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { make_service(config(json), context()); }, place, problem);
    };
    reject(R"({"model": "token-rate", "decode_rate": "40/s"})", "test", "\"prefill_rate\" is missing");
    reject(R"({"model": "token-rate", "prefill_rate": "8000/s"})", "test", "\"decode_rate\" is missing");
    reject(R"({"model": "token-rate", "prefill_rate": 8000, "decode_rate": "40/s"})", "test.prefill_rate",
           "");
    reject(R"({"model": "token-rate", "prefill_rate": "8000/s", "decode_rate": "0/s"})", "test.decode_rate",
           "above 0");
}

TEST_CASE("a request that no clock could hold is refused, not wrapped around",
          "[models][token_rate][errors]") {
    const auto factory = make_service(
        config(R"({"model": "token-rate", "prefill_rate": "1/s", "decode_rate": "1/s"})"), context());
    EngineLog log(*factory);
    require_input_error([&] { log.admit(request(4000000000U, 1), SimTime{0s}); }, "test",
                        "4000000000 tokens");
}

TEST_CASE("a token-rate worker is at its best with every slot in use", "[models][token_rate]") {
    CHECK(make_service(config(kRates), context())->best_rate({1, 4, {}}, 16) == Approx(4));
}
