#include "models/service/micro_batch.hpp"

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

// Batches of 1, 2, 3, 4 take 800, 1000, 1200, 1400 ms.
std::unique_ptr<ServiceFactory> batches(const char* rest = R"("window": "500ms")") {
    return make_service(config(R"({"model": "micro-batch", "times": {"1": "800ms", "4": "1.4s"}, )" +
                               std::string(rest) + "}"),
                        context());
}

}  // namespace

TEST_CASE("a batch that is not full starts when its first request's window ends", "[models][micro_batch]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});
    log.admit(1, SimTime{300ms});
    CHECK(log.next_change() == SimTime{500ms});
    log.run();
    CHECK(log.lines() == Lines{"0 0.5s..0.5s..1.5s", "1 0.5s..0.5s..1.5s"});
}

TEST_CASE("a full batch starts at once", "[models][micro_batch]") {
    EngineLog log(batches());
    for (std::uint32_t slot = 0; slot < 4; ++slot) log.admit(slot, SimTime{100ms * slot});
    CHECK(log.next_change() == SimTime{1700ms});
    log.run();
    CHECK(log.lines() ==
          Lines{"0 0.3s..0.3s..1.7s", "1 0.3s..0.3s..1.7s", "2 0.3s..0.3s..1.7s", "3 0.3s..0.3s..1.7s"});
}

TEST_CASE("requests that come while a batch runs wait for its end", "[models][micro_batch]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});    // runs from 500 to 1300
    log.admit(1, SimTime{600ms});  // its window ends at 1100, the batch goes on until 1300
    log.admit(2, SimTime{1200ms});
    log.run();
    CHECK(log.lines() == Lines{"0 0.5s..0.5s..1.3s", "1 1.3s..1.3s..2.3s", "2 1.3s..1.3s..2.3s"});
}

TEST_CASE("a window that outlasts the batch ahead is waited for", "[models][micro_batch]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});     // runs from 500 to 1300
    log.admit(1, SimTime{1100ms});  // its window ends at 1600
    log.run();
    CHECK(log.lines() == Lines{"0 0.5s..0.5s..1.3s", "1 1.6s..1.6s..2.4s"});
}

TEST_CASE("what a full batch leaves behind forms the next one", "[models][micro_batch]") {
    EngineLog log(batches());
    for (std::uint32_t slot = 0; slot < 6; ++slot) log.admit(slot, SimTime{0ms});
    log.run();
    CHECK(Lines(log.lines().begin() + 3, log.lines().end()) ==
          Lines{"3 0s..0s..1.4s", "4 1.4s..1.4s..2.4s", "5 1.4s..1.4s..2.4s"});
}

TEST_CASE("without a window a batch takes whoever is there at that instant", "[models][micro_batch]") {
    EngineLog log(batches(R"("window": "0s")"));
    log.admit(0, SimTime{0ms});
    CHECK(log.next_change() == SimTime{0ms});
    log.run();
    CHECK(log.lines() == Lines{"0 0s..0s..0.8s"});

    const auto factory = batches(R"("window": "0s")");
    const auto engine = factory->make(nullptr);
    ServiceRequest request;
    for (const std::uint32_t slot : {0U, 1U}) {
        request.slot = RequestSlot{slot};
        engine->admit(request, SimTime{5s});
    }
    std::vector<ServiceEnd> ended;
    engine->advance(SimTime{5s}, ended);
    CHECK(engine->next_change() == SimTime{6s});
}

TEST_CASE("a batch whose end is due is reported before the next one starts", "[models][micro_batch]") {
    const auto factory = batches(R"("window": "0s", "max_batch": 2)");
    const auto engine = factory->make(nullptr);
    std::vector<ServiceEnd> ended;
    ServiceRequest request;
    for (const std::uint32_t slot : {0U, 1U, 2U}) {  // 0 and 1 run until 1 s
        request.slot = RequestSlot{slot};
        engine->admit(request, SimTime{0s});
    }
    request.slot = RequestSlot{3};
    engine->admit(request, SimTime{1s});
    CHECK(engine->next_change() == SimTime{1s});
    engine->advance(SimTime{1s}, ended);
    REQUIRE(ended.size() == 2);
    CHECK(ended[0].slot == RequestSlot{0});
    CHECK(engine->next_change() == SimTime{2s});
}

TEST_CASE("max_batch limits a batch below the table's largest", "[models][micro_batch]") {
    EngineLog log(batches(R"("window": "500ms", "max_batch": 2)"));
    for (std::uint32_t slot = 0; slot < 3; ++slot) log.admit(slot, SimTime{0ms});
    log.run();
    CHECK(log.lines() == Lines{"0 0s..0s..1s", "1 0s..0s..1s", "2 1s..1s..1.8s"});
}

TEST_CASE("a request removed while it waits leaves its window to the next one",
          "[models][micro_batch][remove]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});
    log.admit(1, SimTime{300ms});
    log.remove(0, SimTime{400ms});
    CHECK(log.next_change() == SimTime{800ms});
    log.run();
    CHECK(log.lines() == Lines{"1 0.8s..0.8s..1.6s"});
}

TEST_CASE("a request removed from a running batch does not shorten it", "[models][micro_batch][remove]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});
    log.admit(1, SimTime{0ms});
    log.remove(0, SimTime{700ms});
    log.run();
    CHECK(log.lines() == Lines{"1 0.5s..0.5s..1.5s"});
}

TEST_CASE("a batch that everybody left still holds up the next one", "[models][micro_batch][remove]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});  // runs from 500 to 1300
    log.remove(0, SimTime{600ms});
    CHECK_FALSE(log.next_change().has_value());
    log.admit(1, SimTime{650ms});
    CHECK(log.next_change() == SimTime{1300ms});
    log.run();
    CHECK(log.lines() == Lines{"1 1.3s..1.3s..2.1s"});
}

TEST_CASE("a full batch behind one that everybody left waits for its end", "[models][micro_batch][remove]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});  // runs from 500 to 1300
    log.remove(0, SimTime{600ms});
    for (std::uint32_t slot = 1; slot <= 4; ++slot) log.admit(slot, SimTime{700ms});
    CHECK(log.next_change() == SimTime{1300ms});
    log.run();
    CHECK(log.lines().front() == "1 1.3s..1.3s..2.7s");
    CHECK(log.lines().size() == 4);
}

TEST_CASE("removing what a batch engine does not hold is our own bug", "[models][micro_batch][remove]") {
    EngineLog log(batches());
    log.admit(0, SimTime{0ms});
    CHECK_THROWS_AS(log.remove(1, SimTime{0ms}), InternalError);
    log.run();
    CHECK_THROWS_AS(log.remove(0, SimTime{5s}), InternalError);
}

TEST_CASE("a batch engine is at its best with the batch that its slots allow", "[models][micro_batch]") {
    CHECK(batches()->best_rate({1, 9, {}}, 4) == Approx(4 / 1.4));
    CHECK(batches()->best_rate({1, 9, {}}, 1) == Approx(1 / 0.8));
    CHECK(batches(R"("max_batch": 2)")->best_rate({1, 9, {}}, 64) == Approx(2));
}

TEST_CASE("a micro-batch service without times for its batches is refused", "[models][micro_batch][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { make_service(config(json), context()); }, place, problem);
    };
    reject(R"({"model": "micro-batch"})", "test", "\"times\" is missing");
    reject(R"({"model": "micro-batch", "times": {"4": "1s"}})", "test.times", "batch of 1");
    reject(R"({"model": "micro-batch", "times": {"1": "1s", "4": "2s"}, "max_batch": 8})", "test.max_batch",
           "says nothing about a batch of 8");
    reject(R"({"model": "micro-batch", "times": {"1": "1s"}, "max_batch": 0})", "test.max_batch",
           "a batch of 0");
    reject(R"({"model": "micro-batch", "times": {"1": "1s"}, "window": 500})", "test.window", "");
}
