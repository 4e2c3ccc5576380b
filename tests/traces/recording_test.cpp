// A trace in memory, and the place where a study keeps its traces.
#include "traces/combine/recording.hpp"

#include <deque>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/combine/recordings.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// Plays a list.
class ListSource final : public RequestSource {
public:
    explicit ListSource(std::deque<Arrival> arrivals) : arrivals_(std::move(arrivals)) {}
    std::optional<SimTime> next_time() override {
        return arrivals_.empty() ? std::nullopt : std::optional(arrivals_.front().at);
    }
    void pop(Arrival& arrival) override {
        arrival = arrivals_.front();
        arrivals_.pop_front();
    }

private:
    std::deque<Arrival> arrivals_;
};

Arrival at(Duration since, std::uint32_t input_tokens = 0) {
    Arrival arrival;
    arrival.at = SimTime{since};
    arrival.input_tokens = input_tokens;
    return arrival;
}

Recording record(std::deque<Arrival> arrivals, const TimeWindow& window = {}) {
    ListSource source(std::move(arrivals));
    return Recording(source, window, ReadLog{});
}

TEST_CASE("a recording has each request as it came", "[traces][recording]") {
    const std::vector<std::uint64_t> blocks{7, 8, 9};
    Arrival plain = at(1500ms, 11);
    Arrival rich = at(2s, 12);
    rich.output_tokens = 3;
    rich.max_tokens = 4;
    rich.session = 5;
    rich.turn = 6;
    rich.service = 0s;
    rich.prefix_blocks = blocks;
    const Recording recording = record({plain, rich, at(3s, 13)});
    REQUIRE(recording.size() == 3);
    Arrival read;
    read.service = 9s;
    recording.fill(0, read);
    CHECK(read.input_tokens == 11);
    CHECK_FALSE(read.service.has_value());
    CHECK(recording.prefix_blocks(0).empty());
    recording.fill(1, read);
    CHECK(read.output_tokens == 3);
    CHECK(read.max_tokens == 4);
    CHECK(read.session == 5);
    CHECK(read.turn == 6);
    CHECK(read.service == Duration{0});
    CHECK(std::ranges::equal(recording.prefix_blocks(1), blocks));
    recording.fill(2, read);
    CHECK(read.session == 0);
    CHECK_FALSE(read.service.has_value());
    CHECK(recording.prefix_blocks(2).empty());
    CHECK(recording.has_names());
    CHECK_FALSE(record({plain}).has_names());
}

TEST_CASE("a recording reaches from the second of its first arrival to that after its last",
          "[traces][recording]") {
    const Recording recording = record({at(1500ms), at(2s), at(3s)});
    CHECK(recording.begin() == SimTime{1s});
    CHECK(recording.length() == Duration{3s});
    CHECK(recording.time(1) == Duration{1s});
    CHECK(recording.first_at(0s) == 0);
    CHECK(recording.first_at(1s) == 1);
    CHECK(recording.first_at(1001ms) == 2);
    CHECK(recording.first_at(5s) == 3);
}

TEST_CASE("a recording keeps to its window", "[traces][recording]") {
    const TimeWindow window{SimTime{1700ms}, SimTime{3200ms}, SimTime{}, 1};
    const Recording recording = record({at(1500ms), at(1800ms), at(3s), at(4s)}, window);
    CHECK(recording.size() == 2);
    CHECK(recording.begin() == SimTime{1700ms});
    CHECK(recording.length() == Duration{1500ms});
}

TEST_CASE("a recording without requests, or with too many of them, is refused", "[traces][recording]") {
    CHECK_THROWS_WITH(record({}), contains_text("no request to draw from"));
    ListSource source({at(1s), at(2s), at(3s)});
    CHECK_THROWS_WITH(Recording(source, {}, ReadLog{}, 40), contains_text("too many to draw from"));
}

TEST_CASE("a study reads a trace once for each key, and again after a failure", "[traces][recording]") {
    Recordings recordings;
    int made = 0;
    const auto make = [&] {
        if (++made == 1)
            throw InputError("file", "is not there");
        return record({at(1s)});
    };
    CHECK_THROWS_AS(recordings.get("a", make), InputError);
    const auto first = recordings.get("a", make);
    CHECK(recordings.get("a", make) == first);
    CHECK(recordings.get("b", make) != first);
    CHECK(made == 3);
}

TEST_CASE("the text of a configuration tells different ones apart", "[traces][recording]") {
    const auto text = [](std::string_view json) { return config_text(config_from(json)); };
    CHECK(text(R"({"a": [1, true, null, "x"]})") == text(R"({"a":[1,true,null,"x"]})"));
    CHECK(text(R"({"a": 1})") != text(R"({"a": "1"})"));
    CHECK(text(R"(["a,", "b"])") != text(R"(["a", ",b"])"));
    CHECK(text(R"([["a"], "b"])") != text(R"([["a", "b"]])"));
    CHECK(text("0.1") != text("0.2"));
}

}  // namespace
}  // namespace spillway::tests
