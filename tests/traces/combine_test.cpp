// What every source can be told: cut, time factor, repeat, rate factor, longest prompts and answers.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <typeinfo>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/combine/combine.hpp"
#include "traces/combine/copies.hpp"
#include "traces/combine/repeat.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

const std::string kPoisson = R"({"source": "poisson", "rate": "10/s", "duration": "600s",
    "input_tokens": {"uniform": {"min": 1, "max": 1000}})";

std::vector<std::uint64_t> origins_of(const std::vector<Arrival>& arrivals) {
    std::vector<std::uint64_t> origins;
    for (const Arrival& each : arrivals) origins.push_back(each.origin);
    return origins;
}

bool is_subset(const std::vector<Arrival>& part, const std::vector<Arrival>& whole) {
    std::map<std::uint64_t, const Arrival*> by_origin;
    for (const Arrival& each : whole) by_origin[each.origin] = &each;
    return std::all_of(part.begin(), part.end(), [&](const Arrival& each) {
        const auto found = by_origin.find(each.origin);
        return found != by_origin.end() && found->second->at == each.at &&
               found->second->input_tokens == each.input_tokens;
    });
}

TEST_CASE("the same seed gives the same arrivals, another replication gives others", "[traces][combine]") {
    const std::string json = kPoisson + R"(, "rate_factor": 2.5, "cut": {"from": "100s", "for": "300s"}})";
    const auto first = arrivals_of(json);
    CHECK(seconds_of(first) == seconds_of(arrivals_of(json)));
    CHECK(origins_of(first) == origins_of(arrivals_of(json)));
    SourceRig other;
    other.seed.replication = 1;
    CHECK(seconds_of(first) != seconds_of(drain(other.make(json))));
}

TEST_CASE("a source without operations stands alone", "[traces][combine]") {
    SourceRig rig;
    const auto plain = rig.make(kPoisson + "}");
    const auto told = rig.make(kPoisson + R"(, "rate_factor": 1, "time_factor": 1})");
    const RequestSource& one = *plain;
    const RequestSource& other = *told;
    CHECK(typeid(one) == typeid(other));
}

TEST_CASE("a cut keeps the half-open window and begins it at 0", "[traces][combine]") {
    const auto whole = arrivals_of(kPoisson + "}");
    const auto part = arrivals_of(kPoisson + R"(, "cut": {"from": "100s", "for": "200s"}})");
    std::vector<std::uint64_t> expected;
    for (const Arrival& each : whole) {
        if (each.at >= SimTime{100s} && each.at < SimTime{300s})
            expected.push_back(each.origin);
    }
    CHECK(origins_of(part) == expected);
    const auto first = std::find_if(whole.begin(), whole.end(),
                                    [](const Arrival& each) { return each.at >= SimTime{100s}; });
    CHECK(part.front().at == first->at - 100s);
}

TEST_CASE("a cut edge belongs to the part behind it", "[traces][combine]") {
    ScratchDir folder;
    write_text(folder / "grid.csv", "t,in,out\n0,1,1\n1,2,1\n2,3,1\n3,4,1\n");
    SourceRig rig;
    rig.folder = folder.path();
    const auto part = drain(rig.make(
        R"({"source": "csv", "file": "grid.csv", "time_column": "t", "input_column": "in", "output_column": "out",
                                     "cut": {"from": "1s", "for": "2s"}})"));
    REQUIRE(part.size() == 2);
    CHECK(part[0].input_tokens == 2);
    CHECK(part[0].at == SimTime{0s});
    CHECK(part[1].input_tokens == 3);
}

TEST_CASE("a time factor multiplies every gap", "[traces][combine]") {
    const auto slow = arrivals_of(kPoisson + "}");
    const auto fast = arrivals_of(kPoisson + R"(, "time_factor": 0.25})");
    REQUIRE(fast.size() == slow.size());
    for (std::size_t i = 0; i < slow.size(); ++i) {
        REQUIRE(to_seconds(fast[i].at) == Approx(to_seconds(slow[i].at) / 4).margin(1e-9));
    }
    const auto endless = arrivals_of(R"({"source": "poisson", "rate": "10/s", "time_factor": 0.25})", 100s);
    CHECK(std::abs(static_cast<double>(endless.size()) - 4000) < 4 * std::sqrt(4000));
    CHECK(endless.back().at < SimTime{100s});
}

TEST_CASE("thinned traffic keeps its share, and the smaller share is part of the larger",
          "[traces][combine]") {
    const auto whole = arrivals_of(kPoisson + "}");
    const auto half = arrivals_of(kPoisson + R"(, "rate_factor": 0.5})");
    const auto third = arrivals_of(kPoisson + R"(, "rate_factor": 0.3})");
    CHECK(is_subset(third, half));
    CHECK(is_subset(half, whole));
    const auto count = static_cast<double>(whole.size());
    CHECK(std::abs(static_cast<double>(half.size()) - count / 2) < 4 * std::sqrt(count * 0.25));
    CHECK(std::abs(static_cast<double>(third.size()) - count * 0.3) < 4 * std::sqrt(count * 0.21));
}

TEST_CASE("copies keep the mean rate everywhere, and fewer copies are part of more", "[traces][combine]") {
    const auto whole = arrivals_of(kPoisson + "}");
    const auto more = arrivals_of(kPoisson + R"(, "rate_factor": 2.5, "copy_jitter": "60s"})", 600s);
    const auto most = arrivals_of(kPoisson + R"(, "rate_factor": 3, "copy_jitter": "60s"})", 600s);
    CHECK(is_subset(whole, more));
    CHECK(is_subset(more, most));
    CHECK(most.size() == 3 * whole.size());
    const auto count = static_cast<double>(whole.size());
    CHECK(std::abs(static_cast<double>(more.size()) - 2.5 * count) < 4 * std::sqrt(count * 0.25));
    const auto origins = origins_of(most);
    CHECK(std::set(origins.begin(), origins.end()).size() == most.size());
    // Also at the two ends: of the last and the first half minute, as many as elsewhere. Counts of copies are
    // as variable as three times a Poisson count of a third.
    for (const Duration from : {0s, 570s}) {
        const auto in_half_minute = std::count_if(most.begin(), most.end(), [&](const Arrival& each) {
            return each.at >= SimTime{from} && each.at < SimTime{from + 30s};
        });
        CHECK(std::abs(static_cast<double>(in_half_minute) - 900) < 4 * 3 * std::sqrt(300));
    }
}

TEST_CASE("copies lie at most half the width from their original", "[traces][combine]") {
    const auto whole = arrivals_of(R"({"source": "poisson", "rate": "0.01/s", "duration": "100000s",
                                       "input_tokens": {"uniform": {"min": 1, "max": 4000000000}}})");
    const auto twice = arrivals_of(R"({"source": "poisson", "rate": "0.01/s", "duration": "100000s",
        "input_tokens": {"uniform": {"min": 1, "max": 4000000000}}, "rate_factor": 2, "copy_jitter": "40s"})");
    std::map<std::uint32_t, SimTime> originals;
    for (const Arrival& each : whole) originals[each.input_tokens] = each.at;
    Duration farthest{0};
    for (const Arrival& each : twice) {
        const Duration distance = each.at - originals.at(each.input_tokens);
        CHECK(distance <= 20s);
        CHECK(distance >= -20s);
        farthest = std::max(farthest, distance);
    }
    CHECK(farthest > 15s);
}

TEST_CASE("repeated traffic is the same in every cycle, with request ids of its own", "[traces][combine]") {
    const auto once = arrivals_of(kPoisson + "}");
    const auto thrice = arrivals_of(kPoisson + R"(, "repeat": {"times": 3, "period": "700s"}})");
    REQUIRE(thrice.size() == 3 * once.size());
    for (std::size_t i = 0; i < thrice.size(); ++i) {
        const Duration shift = 700s * static_cast<int>(i / once.size());
        REQUIRE(thrice[i].at == once[i % once.size()].at + shift);
        REQUIRE(thrice[i].input_tokens == once[i % once.size()].input_tokens);
    }
    const auto origins = origins_of(thrice);
    CHECK(std::set(origins.begin(), origins.end()).size() == thrice.size());
}

TEST_CASE("a cycle ends at its period, and the last one where it is told", "[traces][combine]") {
    const auto cut_off = arrivals_of(kPoisson + R"(, "repeat": {"times": 2, "period": "100s"}})");
    const auto second = std::find_if(cut_off.begin(), cut_off.end(),
                                     [](const Arrival& each) { return each.at >= SimTime{100s}; });
    const auto half = second - cut_off.begin();
    REQUIRE(cut_off.end() - second == half);
    CHECK(second->at == cut_off.front().at + 100s);
    CHECK(cut_off.back().at < SimTime{200s});

    const auto for_long = arrivals_of(kPoisson + R"(, "repeat": {"for": "250s", "period": "100s"}})");
    CHECK(for_long.back().at < SimTime{250s});
    CHECK(for_long.back().at > SimTime{248s});
    const auto to_horizon = arrivals_of(kPoisson + R"(, "cut": {"for": "10s"}, "repeat": {}})", 95s);
    CHECK(to_horizon.back().at < SimTime{95s});
    CHECK(to_horizon.back().at > SimTime{93s});
}

/// Counts how many of its kind are alive.
class Counted final : public RequestSource {
public:
    Counted(SimTime begin, int& alive) : at_(begin), alive_(alive) { ++alive_; }
    ~Counted() override { --alive_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    std::optional<SimTime> next_time() override { return given_ ? std::nullopt : std::optional(at_); }
    void pop(Arrival& arrival) override {
        arrival = Arrival{};
        arrival.at = at_;
        given_ = true;
    }

private:
    SimTime at_;
    int& alive_;
    bool given_ = false;
};

TEST_CASE("a repeated source keeps at most two cycles, however many there are", "[traces][combine]") {
    SourceRig rig;
    int alive = 0;
    int most = 0;
    const auto make = [&](const SourceContext& context) {
        return std::make_unique<Counted>(context.begin, alive);
    };
    const auto source = repeat(make, {1s, 10'000, std::nullopt}, rig.context());
    Arrival arrival;
    int cycles = 0;
    while (source->next_time()) {
        source->pop(arrival);
        CHECK(arrival.at == SimTime{std::chrono::seconds(cycles)});
        ++cycles;
        most = std::max(most, alive);
    }
    CHECK(cycles == 10'000);
    CHECK(most <= 2);
    CHECK(rig.reads.counts().empty());
}

TEST_CASE("prefix blocks stay valid until the next pop through every operation", "[traces][combine]") {
    ScratchDir folder;
    write_text(folder / "chat.jsonl",
               "{\"timestamp\": 0, \"input_length\": 1024, \"output_length\": 1, \"hash_ids\": [1, 2]}\n"
               "{\"timestamp\": 1000, \"input_length\": 1024, \"output_length\": 1, \"hash_ids\": [1, 3]}\n"
               "{\"timestamp\": 2000, \"input_length\": 512, \"output_length\": 1, \"hash_ids\": [1]}\n");
    SourceRig rig;
    rig.folder = folder.path();
    const auto source = rig.make(R"({"source": "mooncake", "file": "chat.jsonl", "time_factor": 2,
        "repeat": {"times": 40, "period": "10s"}, "rate_factor": 1.9, "copy_jitter": "30s"})");
    std::map<std::uint64_t, int> shared;
    int blocks = 0;
    Arrival arrival;
    while (source->next_time()) {
        source->pop(arrival);
        static_cast<void>(source->next_time());
        REQUIRE(arrival.prefix_blocks.size() == arrival.input_tokens / 512);
        for (const std::uint64_t block : arrival.prefix_blocks) {
            ++shared[block];
            ++blocks;
        }
    }
    // Three ids of the originals and three of their copies, however often it is repeated.
    CHECK(shared.size() == 6);
    CHECK(blocks > 40 * 5);
}

TEST_CASE("bursts gather the same requests at the begin of each period", "[traces][combine]") {
    const auto plain = arrivals_of(kPoisson + "}");
    const auto bursty = arrivals_of(kPoisson + R"(, "bursts": {"every": "60s", "factor": 4}})");
    REQUIRE(origins_of(bursty) == origins_of(plain));
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const Duration since = (plain[i].at - SimTime{}) % 60s;
        const Duration::rep later = since.count() / 4;  // floor, as 4 is a power of 2
        CHECK(bursty[i].at == plain[i].at - since + Duration{later});
    }
    const auto same = arrivals_of(kPoisson + R"(, "bursts": {"every": "60s", "factor": 1}})");
    CHECK(seconds_of(same) == seconds_of(plain));
}

TEST_CASE("bursts draw nothing in from beyond the end of the traffic", "[traces][combine]") {
    // The window ends in the middle of a period; what comes later would be drawn into it.
    const std::string json = R"({"source": "poisson", "rate": "10/s", "duration": "600s"})";
    const std::string bursty =
        R"({"source": "poisson", "rate": "10/s", "duration": "600s", "bursts": {"every": "60s", "factor": 4}})";
    CHECK(origins_of(arrivals_of(bursty, 95s)) == origins_of(arrivals_of(json, 95s)));
}

TEST_CASE("bursts before time 0 begin no earlier than the traffic does", "[traces][combine]") {
    SourceRig rig;
    rig.begin = SimTime{-90s};  // in the middle of a period, whose burst is over by then
    rig.end = SimTime{};
    const auto arrivals =
        drain(rig.make(R"({"source": "poisson", "rate": "10/s", "bursts": {"every": "60s", "factor": 4}})"));
    REQUIRE_FALSE(arrivals.empty());
    CHECK(arrivals.front().at >= SimTime{-60s});
    CHECK(arrivals.back().at < SimTime{-45s});
}

TEST_CASE("lengths are capped request by request, whatever else happens to the source", "[traces][combine]") {
    const std::string more = R"(, "output_tokens": {"uniform": {"min": 1, "max": 500}}, "rate_factor": 1.5)";
    const auto whole = arrivals_of(kPoisson + more + "}");
    const auto capped =
        arrivals_of(kPoisson + more + R"(, "max_input_tokens": 300, "max_output_tokens": 200})");
    REQUIRE(capped.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        REQUIRE(capped[i].at == whole[i].at);
        REQUIRE(capped[i].origin == whole[i].origin);
        REQUIRE(capped[i].input_tokens == std::min(whole[i].input_tokens, 300U));
        REQUIRE(capped[i].output_tokens == std::min(whole[i].output_tokens, 200U));
        REQUIRE(capped[i].max_tokens == 0);  // the scenario's limit, which may be lower
    }
    const auto own = arrivals_of(kPoisson + R"(, "max_tokens": 50, "max_output_tokens": 200})");
    CHECK(own.front().max_tokens == 50);
    const auto longer = arrivals_of(kPoisson + R"(, "max_tokens": 500, "max_output_tokens": 200})");
    CHECK(longer.front().max_tokens == 200);
}

TEST_CASE("a prompt that was cut shares no prefix", "[traces][combine]") {
    SourceRig rig;
    const ScratchDir folder;
    write_text(folder / "blocks.jsonl",
               R"({"timestamp": 0, "input_length": 1024, "output_length": 10, "hash_ids": [1, 2]})"
               "\n"
               R"({"timestamp": 1000, "input_length": 512, "output_length": 10, "hash_ids": [1]})"
               "\n");
    rig.folder = folder.path();
    const auto source =
        rig.make(R"({"source": "mooncake", "file": "blocks.jsonl", "as_is": true, "max_input_tokens": 600})");
    Arrival arrival;
    source->pop(arrival);
    CHECK(arrival.input_tokens == 600);
    CHECK(arrival.prefix_blocks.empty());
    source->pop(arrival);
    CHECK(arrival.input_tokens == 512);
    CHECK(arrival.prefix_blocks.size() == 1);
}

TEST_CASE("operations that cannot be done are refused", "[traces][combine]") {
    require_refused(kPoisson + R"(, "rate_factor": 0})", ": source.rate_factor", "above 0");
    require_refused(kPoisson + R"(, "rate_factor": -2})", ".rate_factor", "above 0");
    require_refused(kPoisson + R"(, "rate_factor": 5000})", ".rate_factor", "above 4096");
    require_refused(kPoisson + R"(, "time_factor": 0})", ".time_factor", "above 0");
    require_refused(kPoisson + R"(, "time_factor": 1e-12})", ".time_factor", "a millionth to a million");
    require_refused(kPoisson + R"(, "time_factor": 1e-6, "cut": {"for": "1us"}, "repeat": {}})", ".repeat",
                    "last no time, or too long");
    require_refused(kPoisson + R"(, "cut": {"for": "0s"}})", ".cut.for", "leaves nothing");
    require_refused(kPoisson + R"(, "cut": {"until": "5s"}})", ".cut", "until");
    require_refused(kPoisson + R"(, "repeat": {"times": 0, "period": "1s"}})", ".repeat.times", "1 or more");
    require_refused(kPoisson + R"(, "repeat": {"times": 2}})", ".repeat", "\"period\" is missing");
    require_refused(kPoisson + R"(, "repeat": {"period": "1s"}})", "source", "without end");
    require_refused(kPoisson + R"(, "bursts": {"every": "0s", "factor": 2}})", ".bursts.every", "above 0");
    require_refused(kPoisson + R"(, "bursts": {"factor": 0.5}})", ".bursts.factor", "1 or more");
    require_refused(kPoisson + R"(, "bursts": {}})", ".bursts", "\"factor\" is missing");
    require_refused(R"({"source": "closed-loop", "clients": 2, "rate_factor": 2})", "source",
                    "cannot be cut, scaled or repeated", 1h);
    require_refused(kPoisson + R"(, "max_output_tokens": 0})", ".max_output_tokens", "1 or more");
}

}  // namespace
}  // namespace spillway::tests
