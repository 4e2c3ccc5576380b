#include "models/cold_start/phase_time.hpp"

#include "models/cold_start/parse_startup.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/start_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

TEST_CASE("a transfer takes its latency and its bytes over its bandwidth", "[models][phase_time]") {
    const auto model = make_startup(
        config(R"([{"phase": "pull", "bytes": "16GB", "bandwidth": "3.2GB/s", "latency": "250ms"}])"),
        context());
    StartLog log(*model);
    log.begin(0, SimTime{0s});
    log.run();
    CHECK(log.ready_at() == SimTime{5250ms});
    CHECK(model->mean_seconds() == Approx(5.25));
}

TEST_CASE("noise multiplies the transfer and leaves the latency alone", "[models][phase_time]") {
    const PhaseTime time = PhaseTime::transfer(1s, 8, Distribution::uniform(0.5, 1.5));
    CHECK(time.at(0.25) == 1s + 6s);
    CHECK(time.at(0.75) == 1s + 10s);
    CHECK(time.mean_seconds() == Approx(9));
}

TEST_CASE("the same luck in a faster phase gives a faster phase", "[models][phase_time]") {
    const PhaseTime slow = PhaseTime::transfer(0s, 8, Distribution::lognormal(1, 0.4));
    const PhaseTime fast = PhaseTime::transfer(0s, 4, Distribution::lognormal(1, 0.4));
    for (const double u : {0.001, 0.2, 0.5, 0.9, 0.999}) CHECK(fast.at(u) < slow.at(u));
}

TEST_CASE("a phase says one way how long it takes", "[models][phase_time][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { make_startup(config(json), context()); }, place, problem);
    };
    reject(R"([{"phase": "pull"}])", "test[0]", "needs a time, or bytes with a bandwidth");
    reject(R"([{"phase": "pull", "bytes": "1GB"}])", "test[0]", "needs a time, or bytes with a bandwidth");
    reject(R"([{"phase": "pull", "bandwidth": "1GB/s"}])", "test[0]",
           "needs a time, or bytes with a bandwidth");
    reject(R"([{"phase": "pull", "time": "1s", "bytes": "1GB", "bandwidth": "1GB/s"}])", "test[0].bytes",
           "only one of them");
    reject(R"([{"phase": "pull", "time": "1s", "noise": 1}])", "test[0].noise", "only one of them");
    reject(R"([{"phase": "pull", "time": 12}])", "test[0].time", "");
    reject(R"([{"phase": "pull", "bytes": "1GB", "bandwidth": "1B/s"}])", "test[0].bandwidth", "30 days");
    reject(R"([{"phase": "pull", "bytes": "1GB", "bandwidth": "1GB/s", "noise": 1.2}])", "test[0].noise",
           "mean 1");
    reject(
        R"([{"phase": "pull", "bytes": "1GB", "bandwidth": "1GB/s", "noise": {"exponential": {"mean": 2}}}])",
        "test[0].noise", "mean 1");
}
