#include "models/service/batch_times.hpp"

#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

BatchTimes table() { return parse_batch_times(config(R"({"1": "800ms", "4": "1.4s", "8": "2.2s"})")); }

}  // namespace

TEST_CASE("a batch between two sizes of the table takes a time between theirs", "[models][batch_times]") {
    const BatchTimes times = table();
    CHECK(times.largest() == 8);
    CHECK(times.of(1) == 800ms);
    CHECK(times.of(2) == 1s);
    CHECK(times.of(3) == 1200ms);
    CHECK(times.of(4) == 1400ms);
    CHECK(times.of(6) == 1800ms);
    CHECK(times.of(8) == 2200ms);
}

TEST_CASE("batch sizes may be written in any order", "[models][batch_times]") {
    const BatchTimes times = parse_batch_times(config(R"({"10": "2s", "2": "1s", "1": "1s"})"));
    CHECK(times.of(2) == 1s);
    CHECK(times.of(6) == 1500ms);
}

TEST_CASE("the best rate is the best over all batches within the limit", "[models][batch_times]") {
    CHECK(table().best_rate(100) == Approx(8 / 2.2));
    CHECK(table().best_rate(2) == Approx(2));
    // A table may turn for the worse: the best batch is then not the largest.
    CHECK(parse_batch_times(config(R"({"1": "1s", "2": "5s"})")).best_rate(2) == Approx(1));
}

TEST_CASE("a table of batch times that leaves a question open is refused", "[models][batch_times][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { parse_batch_times(config(json)); }, place, problem);
    };
    reject(R"({})", "test", "does not begin with a batch of 1");
    reject(R"({"2": "1s"})", "test", "does not begin with a batch of 1");
    reject(R"({"0": "1s", "1": "1s"})", "test", "\"0\" is not a batch size");
    reject(R"({"one": "1s"})", "test", "\"one\" is not a batch size");
    reject(R"({"1": "1s", "1.5": "1s"})", "test", "\"1.5\" is not a batch size");
    reject(R"({"1": "1s", "2000000000": "2s"})", "test", "is not a batch size");
    reject(R"({"1": "1s", "4": "2s", "04": "2s"})", "test", "batch size 4 stands there twice");
    reject(R"({"1": "0s"})", "test", "takes no time");
    reject(R"({"1": "-1s"})", "test", "takes no time");
    reject(R"({"1": 1})", "test.1", "");
}
