#include "tests/support/catch.hpp"
#include "tests/traces/trace_files.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kAsIs = R"({"source": "mooncake", "file": "m.jsonl", "as_is": true})";
constexpr std::string_view kSpread = R"({"source": "mooncake", "file": "m.jsonl"})";

/// `per_stamp` requests at each of `stamps` moments, 3 s apart.
std::string on_grid(int stamps, int per_stamp) {
    std::string text;
    int number = 0;
    for (int stamp = 0; stamp < stamps; ++stamp) {
        for (int i = 0; i < per_stamp; ++i, ++number) {
            text += "{\"timestamp\":" + std::to_string(stamp * 3000) +
                    ",\"input_length\":" + std::to_string(number) + ",\"output_length\":1,\"hash_ids\":[" +
                    std::to_string(number) + ",7]}\n";
        }
    }
    return text;
}

TEST_CASE("Mooncake rows have milliseconds, lengths and prefix blocks", "[traces][mooncake]") {
    TraceFolder folder;
    folder.write("m.jsonl",
                 R"({"timestamp": 1000, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1, 2]})"
                 "\n"
                 R"({"output_length":10,"input_length":20,"timestamp":27482})"
                 "\n");
    const auto source = folder.rig.make(kAsIs);
    Arrival first;
    source->pop(first);
    CHECK(first.at == SimTime{0s});
    CHECK(first.input_tokens == 6758);
    CHECK(first.output_tokens == 500);
    // Looking at the next time does not touch the blocks of the last arrival.
    CHECK(source->next_time() == SimTime{26'482ms});
    REQUIRE(first.prefix_blocks.size() == 3);
    CHECK(first.prefix_blocks[0] == scoped_id(1, 0));
    CHECK(first.prefix_blocks[2] == scoped_id(1, 2));
    Arrival second;
    source->pop(second);
    CHECK(second.input_tokens == 20);
    CHECK(second.prefix_blocks.empty());
    CHECK_FALSE(source->next_time());
}

TEST_CASE("requests on Mooncake's grid are spread within its step, in order", "[traces][mooncake]") {
    TraceFolder folder;
    folder.write("m.jsonl", on_grid(200, 20));
    const auto arrivals = folder.read(kSpread);
    REQUIRE(arrivals.size() == 4000);
    double sum = 0;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
        CHECK(arrivals[i].input_tokens == i);
        const Duration offset = arrivals[i].at.time_since_epoch() - Duration(3s) * (i / 20);
        CHECK(offset >= 0s);
        CHECK(offset < 3s);
        sum += to_seconds(offset);
    }
    // The mean of 4,000 uniforms; 0.055 is four standard errors.
    CHECK(std::abs(sum / 4000 - 1.5) < 0.055);
}

TEST_CASE("the spread over the grid depends on the seed and on nothing else", "[traces][mooncake]") {
    TraceFolder folder;
    folder.write("m.jsonl", on_grid(5, 4));
    const auto read_under = [&](RunSeed seed) {
        SourceRig rig{.seed = seed, .begin = {}, .end = {}};
        rig.folder = folder.dir.path();
        return seconds_of(drain(rig.make(kSpread)));
    };
    CHECK(read_under({1, 0}) == read_under({1, 0}));
    CHECK(read_under({1, 0}) != read_under({2, 0}));
    CHECK(read_under({1, 0}) != read_under({1, 1}));
}

TEST_CASE("prefix blocks stay with their request while stamps are spread", "[traces][mooncake]") {
    TraceFolder folder;
    folder.write("m.jsonl", on_grid(10, 3));
    const auto source = folder.rig.make(kSpread);
    for (std::uint64_t number = 0; number < 30; ++number) {
        Arrival arrival;
        source->pop(arrival);
        static_cast<void>(source->next_time());
        REQUIRE(arrival.prefix_blocks.size() == 2);
        CHECK(arrival.prefix_blocks[0] == scoped_id(1, number));
        CHECK(arrival.prefix_blocks[1] == scoped_id(1, 7));
    }
}

TEST_CASE("requests are never spread past the end of the traffic", "[traces][mooncake]") {
    TraceFolder folder;
    folder.rig.end = SimTime{6500ms};
    folder.write("m.jsonl", on_grid(10, 50));
    const auto arrivals = folder.read(kSpread);
    CHECK(arrivals.size() == 150);
    CHECK(arrivals.back().at < SimTime{6500ms});
}

TEST_CASE("what is wrong with a Mooncake row is said by field", "[traces][mooncake][errors]") {
    TraceFolder folder;
    const auto problem_with = [&](std::string_view line) {
        folder.write("m.jsonl", std::string(line) + "\n");
        const InputError error = folder.error_of(kAsIs);
        CHECK(error.where() == "m.jsonl:1");
        return error.problem();
    };
    CHECK(problem_with("timestamp,input") == "is not a JSON object");
    CHECK(problem_with(R"({"timestamp":1,"input_length":2,"output_length":3)") == "is not a JSON object");
    CHECK(problem_with(R"({"input_length":2,"output_length":3})") == "\"timestamp\" is missing");
    CHECK(problem_with(R"({"timestamp":-1,"input_length":2,"output_length":3})") ==
          "\"timestamp\" is negative: \"-1\"");
    CHECK(problem_with(R"({"timestamp":1,"input_length":"x","output_length":3})") ==
          "\"input_length\" is not a number: \"\"x\"\"");
    CHECK(problem_with(R"({"timestamp":1,"input_length":NaN,"output_length":3})") ==
          "\"input_length\" is not a number: \"NaN\"");
    CHECK(problem_with(R"({"timestamp":1,"input_length":2,"output_length":3,"hash_ids":5})") ==
          "\"hash_ids\" is not a list");
    CHECK(problem_with(R"({"timestamp":1,"input_length":2,"output_length":3,"hash_ids":[1,-2]})") ==
          "\"hash_ids\" has something that is not a block's number");
    CHECK(problem_with(R"({"timestamp":1,"input_length":2,"output_length":3}{"timestamp":2})") ==
          "has something behind its JSON object");
}

}  // namespace
}  // namespace spillway::tests
