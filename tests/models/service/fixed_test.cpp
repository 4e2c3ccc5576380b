#include "models/service/fixed.hpp"

#include <cmath>

#include "models/registry.hpp"
#include "sim/core/check.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/engine_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

using Lines = std::vector<std::string>;

std::unique_ptr<ServiceFactory> fixed(const char* json, const ModelContext& of = context()) {
    return make_service(config(json), of);
}

ServiceRequest request(std::uint64_t origin, std::uint32_t attempt = 0) {
    ServiceRequest made;
    made.origin = origin;
    made.attempt = attempt;
    return made;
}

Duration time_of(const ServiceFactory& factory, const ServiceRequest& of) {
    EngineLog log(factory);
    log.admit(of, SimTime{0s});
    log.run();
    return log.ends().at(0).last_token - SimTime{0s};
}

constexpr const char* kExponential = R"({"model": "fixed", "time": {"exponential": {"mean": "2s"}}})";

}  // namespace

TEST_CASE("a request of constant time is all decode", "[models][fixed]") {
    EngineLog log(fixed(R"({"model": "fixed", "time": "1991ms"})"));
    log.admit(4, SimTime{3s});
    log.run();
    CHECK(log.lines() == Lines{"4 3s..3s..4991ms"});
}

TEST_CASE("requests in slots do not touch each other", "[models][fixed]") {
    EngineLog log(fixed(R"({"model": "fixed", "time": "2s"})"));
    for (std::uint32_t slot = 0; slot < 3; ++slot) log.admit(slot, SimTime{500ms * slot});
    log.run();
    CHECK(log.lines() == Lines{"0 0s..0s..2s", "1 0.5s..0.5s..2.5s", "2 1s..1s..3s"});
}

TEST_CASE("requests that end at one instant end in the order of admission", "[models][fixed]") {
    EngineLog log(fixed(R"({"model": "fixed", "time": "2s"})"));
    for (const std::uint32_t slot : {5U, 1U, 9U, 0U, 3U}) log.admit(slot, SimTime{0s});
    log.remove(9, SimTime{1s});
    log.run();
    CHECK(log.lines() == Lines{"5 0s..0s..2s", "1 0s..0s..2s", "0 0s..0s..2s", "3 0s..0s..2s"});
}

TEST_CASE("an idle engine has no next change", "[models][fixed]") {
    EngineLog log(fixed(R"({"model": "fixed", "time": "2s"})"));
    CHECK_FALSE(log.next_change().has_value());
    log.admit(0, SimTime{0s});
    CHECK(log.next_change() == SimTime{2s});
    log.remove(0, SimTime{1s});
    CHECK_FALSE(log.next_change().has_value());
}

TEST_CASE("removing what an engine does not hold is our own bug", "[models][fixed]") {
    EngineLog log(fixed(R"({"model": "fixed", "time": "2s"})"));
    log.admit(0, SimTime{0s});
    CHECK_THROWS_AS(log.remove(1, SimTime{0s}), InternalError);
}

TEST_CASE("a request without time ends where it began", "[models][fixed]") {
    EngineLog log(fixed(R"({"model": "fixed", "time": "0s"})"));
    log.admit(0, SimTime{5s});
    CHECK(log.next_change() == SimTime{5s});
    log.run();
    CHECK(log.lines() == Lines{"0 5s..5s..5s"});
}

TEST_CASE("a request draws the same time whoever came before it", "[models][fixed][luck]") {
    const auto factory = fixed(kExponential);
    CHECK(time_of(*factory, request(7)) == time_of(*factory, request(7)));
    CHECK(time_of(*factory, request(7)) == time_of(*fixed(kExponential), request(7)));
    CHECK(time_of(*factory, request(7)) != time_of(*factory, request(8)));
    CHECK(time_of(*factory, request(7)) != time_of(*factory, request(7, 1)));
    CHECK(time_of(*factory, request(7)) != time_of(*fixed(kExponential, context(1)), request(7)));
    CHECK(time_of(*factory, request(7)) != time_of(*fixed(kExponential, context(0, "other")), request(7)));
}

TEST_CASE("the drawn times have the mean of their law", "[models][fixed]") {
    const auto factory = fixed(kExponential);
    constexpr int kDraws = 20000;
    double sum = 0;
    for (std::uint64_t origin = 0; origin < kDraws; ++origin)
        sum += to_seconds(time_of(*factory, request(origin)));
    // Standard deviation of the mean: 2 / sqrt(20000) = 0.0141; four of them, fixed seed.
    CHECK(std::abs(sum / kDraws - 2) < 0.057);
}

TEST_CASE("each request takes what the trace measured for it", "[models][fixed]") {
    const auto factory = fixed(R"({"model": "fixed", "from_trace": true})");
    ServiceRequest measured = request(1);
    measured.measured = 1234ms;
    CHECK(time_of(*factory, measured) == 1234ms);
    require_input_error([&] { time_of(*factory, request(2)); }, "test",
                        "request 2 has no measured service time");
}

TEST_CASE("a fixed service is at its best with every slot in use", "[models][fixed]") {
    CHECK(fixed(kExponential)->best_rate({1, 17, {}}, 8) == Approx(4));
    CHECK(fixed(R"({"model": "fixed", "from_trace": true})")->best_rate({1, 5, {}}, 8) == Approx(1.6));
    CHECK(fixed(R"({"model": "fixed", "from_trace": true})")->best_rate({1, 0, {}}, 8) == 0);
}

TEST_CASE("a fixed service names its time in exactly one way", "[models][fixed][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { fixed(json); }, place, problem);
    };
    reject(R"({"model": "fixed"})", "test", "needs either a time or the trace's own");
    reject(R"({"model": "fixed", "from_trace": false})", "test", "needs either a time or the trace's own");
    reject(R"({"model": "fixed", "time": "1s", "from_trace": true})", "test", "needs either a time");
    reject(R"({"model": "fixed", "time": "1"})", "test.time", "");
    reject(R"({"model": "fixed", "tme": "1s"})", "test", "unknown key \"tme\"");
}
