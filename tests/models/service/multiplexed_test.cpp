// Several models on one worker: what is loaded when, and how long each takes beside the others.
#include "models/service/multiplexed.hpp"

#include "models/registry.hpp"
#include "models/service/shared_clock.hpp"
#include "sim/core/error.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/engine_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

using Lines = std::vector<std::string>;

ModelContext three_classes() {
    ModelContext made = context();
    made.class_names = {"a", "b", "c"};
    made.class_priorities = {0, 0, 0};
    made.class_streams = {true, true, true};
    return made;
}

/// Models a, b and c of 4 GB each that take 6 s, 4 s and 2 s; loads come at 2 GB/s after 500 ms: 2.5 s.
std::unique_ptr<ServiceFactory> three(const std::string& memory, const std::string& more = "") {
    return make_service(config(R"({"model": "multiplexed", "memory": ")" + memory +
                               R"(", "load_bandwidth": "2GB/s", "load_latency": "500ms", "models": [
        {"bytes": "4GB", "classes": ["a"], "service": {"model": "fixed", "time": "6s"}},
        {"bytes": "4GB", "classes": ["b"], "service": {"model": "fixed", "time": "4s"}},
        {"bytes": "4GB", "service": {"model": "fixed", "time": "2s"}}])" +
                               more + "}"),
                        three_classes());
}

/// Request `slot` of class 0 (a), 1 (b) or 2 (c).
ServiceRequest request(std::uint32_t slot, std::uint32_t class_id) {
    ServiceRequest made;
    made.slot = {slot};
    made.origin = slot;
    made.class_id = {class_id};
    return made;
}

}  // namespace

TEST_CASE("a model that is not in memory is loaded first, one that is serves at once",
          "[models][multiplexed]") {
    EngineLog log(three("12GB"));
    log.admit(request(1, 0), SimTime{0s});   // loads until 2.5 s, serves until 8.5 s
    log.admit(request(2, 0), SimTime{10s});  // is there
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..8.5s", "2 10s..10s..16s"});
}

TEST_CASE("one load at a time, in the order of the requests", "[models][multiplexed]") {
    // b loads 2.5..5, so that a has the worker alone until 5 s: 3.5 of its 6 s are left, at half speed until
    // b has had its 4 s at 5 + 2 x 3.5 = 12 s. Then 0.5 s of b are left.
    EngineLog log(three("12GB"));
    log.admit(request(1, 0), SimTime{0s});
    log.admit(request(2, 1), SimTime{0s});
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..12s", "2 5s..5s..12.5s"});
}

TEST_CASE("without sharing each model computes as if it were alone", "[models][multiplexed]") {
    EngineLog log(three("12GB", R"(, "sharing": "none")"));
    log.admit(request(1, 0), SimTime{0s});
    log.admit(request(2, 1), SimTime{0s});
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..8.5s", "2 5s..5s..9s"});
}

TEST_CASE("requests of one model share nothing: its own service says how they run together",
          "[models][multiplexed]") {
    EngineLog log(three("12GB"));
    log.admit(request(1, 2), SimTime{0s});
    log.admit(request(2, 2), SimTime{1s});
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..4.5s", "2 2.5s..2.5s..4.5s"});
}

TEST_CASE("the model that was used least recently makes room", "[models][multiplexed]") {
    // Room for two. a and b are used; c takes the place of a, so that a has to come back and b does not.
    EngineLog log(three("8GB"));
    log.admit(request(1, 0), SimTime{0s});   // 2.5 .. 8.5
    log.admit(request(2, 1), SimTime{20s});  // 22.5 .. 26.5
    log.admit(request(3, 2), SimTime{40s});  // evicts a: 42.5 .. 44.5
    log.admit(request(4, 1), SimTime{60s});  // is there: 60 .. 64
    log.admit(request(5, 0), SimTime{80s});  // evicts c: 82.5 .. 88.5
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..8.5s", "2 22.5s..22.5s..26.5s", "3 42.5s..42.5s..44.5s",
                               "4 1m..1m..64s", "5 82.5s..82.5s..88.5s"});
}

TEST_CASE("a model with requests is never evicted, and whoever waits for its room goes first",
          "[models][multiplexed]") {
    // Room for one. b waits for a, which is done at 8.5 s; a second request of a comes behind b.
    EngineLog log(three("4GB"));
    log.admit(request(1, 0), SimTime{0s});
    log.admit(request(2, 1), SimTime{3s});
    log.admit(request(3, 0), SimTime{4s});
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..8.5s", "2 11s..11s..15s", "3 17.5s..17.5s..23.5s"});
}

TEST_CASE("a pinned model is there from the start and stays", "[models][multiplexed]") {
    const auto factory = make_service(config(R"({"model": "multiplexed", "memory": "8GB",
        "load_bandwidth": "2GB/s", "models": [
        {"bytes": "4GB", "classes": ["a"], "pinned": true, "service": {"model": "fixed", "time": "6s"}},
        {"bytes": "4GB", "classes": ["b"], "service": {"model": "fixed", "time": "4s"}},
        {"bytes": "4GB", "service": {"model": "fixed", "time": "2s"}}]})"),
                                      three_classes());
    CHECK(factory->model_bytes() == std::int64_t{4'000'000'000});
    EngineLog log(*factory);
    log.admit(request(1, 0), SimTime{0s});
    log.admit(request(2, 1), SimTime{10s});  // 12 .. 16
    log.admit(request(3, 2), SimTime{20s});  // evicts b, not a, though a is older: 22 .. 24
    log.admit(request(4, 0), SimTime{30s});
    log.run();
    CHECK(log.lines() == Lines{"1 0s..0s..6s", "2 12s..12s..16s", "3 22s..22s..24s", "4 30s..30s..36s"});
}

TEST_CASE("a request may leave while its model loads, and while it is served", "[models][multiplexed]") {
    EngineLog log(three("12GB"));
    log.admit(request(1, 0), SimTime{0s});
    log.remove(1, SimTime{1s});
    log.admit(request(2, 0), SimTime{2s});  // the load went on: 2.5 s
    log.admit(request(3, 1), SimTime{2s});  // 2.5 .. 5 s: load
    log.remove(2, SimTime{7s});             // until 5 s alone, then half speed; from 7 s b is alone
    log.run();
    // b: 1 s of its 4 s by 7 s, the others by 10 s.
    CHECK(log.lines() == Lines{"3 5s..5s..10s"});
}

TEST_CASE("whoever waited behind a request that leaves goes on at once", "[models][multiplexed]") {
    // Room for one. The second request of a waits behind b, which gives up at 5 s.
    EngineLog log(three("4GB"));
    log.admit(request(1, 0), SimTime{0s});
    log.admit(request(2, 1), SimTime{3s});
    log.admit(request(3, 0), SimTime{4s});
    log.remove(2, SimTime{5s});
    log.run();
    CHECK(log.lines() == Lines{"1 2.5s..2.5s..8.5s", "3 5s..5s..11s"});
}

TEST_CASE("a load that takes more than 30 days is refused", "[models][multiplexed][errors]") {
    const auto refused = [](const std::string& bandwidth, const std::string& place) {
        require_input_error(
            [&] {
                make_service(config(R"({"model": "multiplexed", "memory": "20GB", "load_bandwidth": ")" +
                                    bandwidth + R"(", "models": [{"bytes": "16GB", "service": {
                                       "model": "fixed", "time": "1s"}}]})"),
                             three_classes());
            },
            place, "");
    };
    refused("1B/s", "models[0]");
    refused("1e16B/s", "load_bandwidth");
}

TEST_CASE("stamps of shared time do not run backwards, whatever was rounded", "[models][multiplexed]") {
    SharedClock clock;
    clock.restart(1, SimTime{0ns});
    clock.run_at(3, SimTime{10ns});
    clock.run_at(2, SimTime{15ns});  // 5/3 ns of its own: 11 ns
    CHECK(clock.own_time(SimTime{15ns}) == SimTime{11ns});
    CHECK(clock.own_time(SimTime{18ns}) == SimTime{12ns});
    CHECK(clock.true_time(SimTime{5ns}) == SimTime{5ns});
    CHECK(clock.true_time(SimTime{10ns}) == SimTime{10ns});
    CHECK(clock.true_time(SimTime{11ns}) == SimTime{15ns});
    CHECK(clock.true_time(SimTime{13ns}) == SimTime{19ns});
    SimTime last{0ns};
    for (int own = 0; own < 20; ++own) {
        CHECK(clock.true_time(SimTime{std::chrono::nanoseconds{own}}) >= last);
        last = clock.true_time(SimTime{std::chrono::nanoseconds{own}});
    }
}

TEST_CASE("models that can never serve are refused", "[models][multiplexed]") {
    const auto refused = [](const std::string& models, const std::string& place, const std::string& problem) {
        require_input_error(
            [&] {
                make_service(config(R"({"model": "multiplexed", "memory": "8GB", "load_bandwidth": "2GB/s",
                                       "models": [)" +
                                    models + "]}"),
                             three_classes());
            },
            place, problem);
    };
    const std::string fixed = R"("service": {"model": "fixed", "time": "1s"})";
    refused(R"({"bytes": "9GB", )" + fixed + "}", "models[0]", "do not fit beside the pinned models");
    refused(R"({"bytes": "5GB", "pinned": true, "classes": ["a"], )" + fixed + R"(}, {"bytes": "4GB", )" +
                fixed + "}",
            "models[1]", "do not fit beside the pinned models");
    refused(R"({"bytes": "1GB", "classes": ["a"], )" + fixed + "}", "models", "no model serves class \"b\"");
    refused(R"({"bytes": "1GB", "classes": ["d"], )" + fixed + "}", "classes[0]", "unknown class \"d\"");
    refused(R"({"bytes": "1GB", )" + fixed + R"(}, {"bytes": "1GB", )" + fixed + "}", "models[1]",
            "two models have no \"classes\"");
    refused(R"({"bytes": "1GB", "service": {"model": "llm", "llm": "Qwen3-0.6B", "gpu": "L4"}})",
            "models[0].service", "cannot share a worker with other models");
    refused(R"({"bytes": "1GB", "service": {"model": "fixed", "time": "1s", "checkpoint": {"every": "1s"}}})",
            "models[0].service.checkpoint", "saves no work");
    refused("", "models", "is empty");
}
