// Recorded traffic made anew, block by block.
#include "traces/combine/resample.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/combine/combine.hpp"
#include "traces/combine/traffic.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHeader = "t_s,input_tokens,output_tokens,session\n";
const std::vector<std::string> kOneClass{"all"};

/// A request a second for an hour; the prompt's length is its second.
std::string hour_of_seconds() {
    std::string rows(kHeader);
    for (int i = 0; i < 3600; ++i) rows += std::to_string(i) + "," + std::to_string(i) + ",1,\n";
    return rows;
}

/// Plays a scenario's traffic from a folder of its own. A replication is another draw.
struct ResampleRig {
    ScratchDir folder;
    std::shared_ptr<Recordings> recordings = std::make_shared<Recordings>();
    std::optional<Duration> block;
    std::optional<SimTime> end;
    ReadLog reads = {};

    explicit ResampleRig(std::string_view rows) { write_text(folder / "trace.csv", rows); }

    std::unique_ptr<RequestSource> make(const std::string& json, std::uint64_t replication, Duration warm_up,
                                        EntityCounter& entities) {
        const SourceContext context{RunSeed{1, replication},
                                    {},
                                    SimTime{},
                                    end,
                                    0,
                                    folder.path(),
                                    entities,
                                    reads,
                                    Emptiness::kRefused,
                                    Resampling{RunSeed{1, replication}, block, recordings}};
        return make_traffic(config_from(json), kOneClass, context, warm_up);
    }
    std::vector<Arrival> play(std::uint64_t replication, const std::string& more = "",
                              Duration warm_up = 0s) {
        EntityCounter entities;
        const std::string json = R"([{"source": "csv", "file": "trace.csv")" + more + "}]";
        return drain(make(json, replication, warm_up, entities));
    }
};

bool same(const std::vector<Arrival>& a, const std::vector<Arrival>& b) {
    return std::ranges::equal(a, b, [](const Arrival& x, const Arrival& y) {
        return x.at == y.at && x.origin == y.origin && x.input_tokens == y.input_tokens &&
               x.session == y.session;
    });
}

TEST_CASE("each block is a part of the trace that is as long and keeps its gaps", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const auto all = rig.play(0);
    for (std::size_t i = 1; i < all.size(); ++i) {
        const bool same_block =
            all[i].at.time_since_epoch() / 3min == all[i - 1].at.time_since_epoch() / 3min;
        const bool over_the_end = all[i - 1].input_tokens == 3599;
        if (same_block && !over_the_end)
            REQUIRE(all[i].input_tokens == all[i - 1].input_tokens + 1);
        if (same_block)
            REQUIRE(all[i].at - all[i - 1].at == Duration{1s});
    }
    CHECK(all.back().at < SimTime{1h});
}

TEST_CASE("a draw depends on the seed and the replication alone", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const auto first = rig.play(0);
    CHECK(same(first, rig.play(0)));
    CHECK_FALSE(same(first, rig.play(1)));
    rig.recordings = nullptr;
    CHECK(same(first, rig.play(0)));
    rig.block = 10min;
    CHECK_FALSE(same(first, rig.play(0)));
}

TEST_CASE("requests are numbered as they come, and no number comes twice", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const auto all = rig.play(3, "", 10min);
    std::set<std::uint64_t> origins;
    for (const Arrival& each : all) origins.insert(each.origin);
    CHECK(origins.size() == all.size());
    const auto measured = rig.play(3);
    for (std::size_t i = 0; i < measured.size(); ++i) REQUIRE(measured[i].origin == entity_id(1, i));
}

TEST_CASE("the number of requests is that of the trace in the mean", "[traces][resample]") {
    // The second half hour has three times the requests of the first.
    std::string rows(kHeader);
    for (int i = 0; i < 1800; i += 3) rows += std::to_string(i) + ",1,1,\n";
    for (int i = 1800; i < 3600; ++i) rows += std::to_string(i) + ",1,1,\n";
    ResampleRig rig(rows);
    double sum = 0;
    constexpr int kDraws = 1000;
    for (std::uint64_t i = 0; i < kDraws; ++i) sum += static_cast<double>(rig.play(i).size());
    // A block has 120 ± 60, so the mean of 1000 draws of 20 has a standard deviation of 8.5.
    CHECK(std::abs(sum / kDraws - 2400) < 4 * 8.5);
}

TEST_CASE("days that differ in their hours keep them, and their number in the mean", "[traces][resample]") {
    // Three and a half days; the k-th day has 6 + k requests in each hour of its second half, and 2 before.
    std::string rows(kHeader);
    double requests = 0;
    for (int hour = 0; hour < 84; ++hour) {
        const int count = hour % 24 < 12 ? 2 : 6 + hour / 24;
        for (int i = 0; i < count; ++i) rows += std::to_string(hour * 3600 + i * 3600 / count) + ",1,1,\n";
        requests += count;
    }
    ResampleRig rig(rows);
    rig.end = SimTime{84h};
    double sum = 0;
    double nights = 0;
    constexpr int kDraws = 400;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        for (const Arrival& each : rig.play(i)) {
            ++sum;
            const auto hour = each.at.time_since_epoch() / 1h % 24;
            nights += hour >= 1 && hour < 11 ? 1 : 0;
        }
    }
    REQUIRE(rig.reads.counts().front().resampled->stratum == Stratum::kHourOfDay);
    // 36 hours of afternoon draw among 3 days: standard deviation of a draw 0.8 * 6 = 5, of the mean 0.25;
    // grids of requests add as much again.
    CHECK(std::abs(sum / kDraws - requests) < 2);
    // Four days of ten quiet hours with 2 requests each, whichever day they come from.
    CHECK(std::abs(nights / kDraws - 80) < 1);
}

TEST_CASE("copies of a session are other sessions, and its parts in one copy stay together",
          "[traces][resample]") {
    // Two sessions that take turns over the whole hour.
    std::string rows(kHeader);
    for (int i = 0; i < 3600; ++i)
        rows += std::to_string(i) + "," + std::to_string(i) + ",1," + (i % 2 == 0 ? "a" : "b") + "\n";
    ResampleRig rig(rows);
    const auto all = rig.play(0);
    std::set<std::pair<std::uint32_t, std::uint64_t>> played;
    std::set<std::uint64_t> sessions;
    for (const Arrival& each : all) {
        // No row comes twice in one session.
        REQUIRE(played.emplace(each.input_tokens, each.session).second);
        sessions.insert(each.session);
    }
    std::vector<int> plays(3600);
    for (const Arrival& each : all) ++plays[each.input_tokens];
    const int most = *std::ranges::max_element(plays);
    CHECK(most > 1);
    CHECK(sessions.size() == 2 * static_cast<std::size_t>(most));
}

TEST_CASE("prompts share what they share in the trace with those of the same copy alone",
          "[traces][resample]") {
    // Requests 1 to 3 go on from each other; each begins with block 0.
    ResampleRig rig(kHeader);
    std::string rows;
    for (int i = 0; i < 60; ++i) {
        rows += R"({"timestamp": )" + std::to_string(i * 60'000) + R"(, "input_length": )" +
                std::to_string(i + 1) + R"(, "output_length": 1, "hash_ids": [0, )" +
                std::to_string(i / 3 + 1) + "]}\n";
    }
    write_text(rig.folder / "trace.jsonl", rows);
    EntityCounter entities;
    const auto source =
        rig.make(R"([{"source": "mooncake", "file": "trace.jsonl", "as_is": true}])", 1, 0s, entities);
    std::map<std::uint32_t, int> plays;  // of each row
    std::map<int, std::set<std::uint64_t>> roots;
    std::map<std::pair<int, std::uint32_t>, std::set<std::uint64_t>> talks;
    while (source->next_time()) {
        Arrival each;
        source->pop(each);
        const int copy = plays[each.input_tokens]++;
        REQUIRE(each.prefix_blocks.size() == 2);
        roots[copy].insert(each.prefix_blocks[0]);
        talks[{copy, (each.input_tokens - 1) / 3}].insert(each.prefix_blocks[1]);
    }
    REQUIRE(roots.size() > 1);
    std::set<std::uint64_t> all_roots;
    for (const auto& [copy, names] : roots) {
        CHECK(names.size() == 1);
        all_roots.insert(names.begin(), names.end());
    }
    CHECK(all_roots.size() == roots.size());
    std::set<std::uint64_t> all_talks;
    for (const auto& [talk, names] : talks) {
        CHECK(names.size() == 1);
        all_talks.insert(names.begin(), names.end());
    }
    CHECK(all_talks.size() == talks.size());
}

TEST_CASE("the warm-up is the beginning of another draw of the same record", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    rig.end = SimTime{30min};
    const auto cold = rig.play(5);
    const auto warm = rig.play(5, "", 600s);
    const auto first = std::ranges::find_if(warm, [](const Arrival& each) { return each.at >= SimTime{}; });
    CHECK(same(cold, {first, warm.end()}));
    const auto before = first - warm.begin();
    CHECK(std::abs(before - 600) < 10);  // seven blocks of 90 s meet
    CHECK(warm.front().at >= SimTime{-600s});
    CHECK(std::ranges::all_of(warm, [](const Arrival& each) { return each.input_tokens < 1800; }));
}

TEST_CASE("only what is played is drawn from", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const auto cut = rig.play(1, R"(, "cut": {"from": "20m", "for": "20m"})");
    CHECK(std::ranges::all_of(
        cut, [](const Arrival& each) { return each.input_tokens >= 1200 && each.input_tokens < 2400; }));
    CHECK(cut.front().at >= SimTime{});
    CHECK(cut.back().at < SimTime{20min});
    const auto fast = rig.play(1, R"(, "cut": {"from": "20m", "for": "20m"}, "time_factor": 0.5)");
    REQUIRE(fast.size() == cut.size());
    for (std::size_t i = 0; i < fast.size(); ++i) REQUIRE(fast[i].input_tokens == cut[i].input_tokens);
}

TEST_CASE("repeated traffic repeats its draw, also where the end cuts a cycle", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const std::string cut = R"(, "cut": {"from": "10m", "for": "20m"})";
    const auto once = rig.play(2, cut);
    rig.end = SimTime{50min};
    const auto again = rig.play(2, cut + R"(, "repeat": {})");
    REQUIRE(again.size() > 2 * once.size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        const auto cycle = static_cast<Duration::rep>(i / once.size());
        REQUIRE(again[i].input_tokens == once[i % once.size()].input_tokens);
        REQUIRE(again[i].at == once[i % once.size()].at + cycle * 20min);
    }
}

TEST_CASE("copies and thinning follow on the draw", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const auto all = rig.play(4);
    const auto few = rig.play(4, R"(, "rate_factor": 0.25)");
    std::set<std::uint64_t> origins;
    for (const Arrival& each : all) origins.insert(each.origin);
    CHECK(std::ranges::all_of(few, [&](const Arrival& each) { return origins.count(each.origin) == 1; }));
    CHECK(std::abs(static_cast<double>(few.size()) - 900) < 4 * 26);
    const auto many = rig.play(4, R"(, "rate_factor": 2)");
    CHECK(many.size() == 2 * all.size());
}

TEST_CASE("generators and clients that wait pass through, and a trace under spikes is made anew",
          "[traces][resample]") {
    ResampleRig rig(hour_of_seconds());
    const std::string others = R"([{"source": "poisson", "rate": "1/s", "duration": "600s"},
                                   {"source": "closed-loop", "clients": 1, "duration": "10s"}])";
    EntityCounter entities;
    SourceRig plain;
    const auto anew = rig.make(others, 0, 0s, entities);
    const auto played = make_traffic(config_from(others), kOneClass, plain.context(), 0s);
    CHECK(anew->reacts());
    CHECK(same(drain(*anew), drain(*played)));

    const std::string over = R"([{"source": "spikes", "height": "1/s", "width": "1s", "at": ["0s"],
                                  "over": {"source": "csv", "file": "trace.csv"}}])";
    EntityCounter more;
    rig.reads = ReadLog{};
    drain(rig.make(over, 0, 0s, more));
    CHECK(rig.reads.counts().front().resampled.has_value());
}

TEST_CASE("what was read and how it was cut is told", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds() + "3600,x,1,\n");
    static_cast<void>(rig.play(0, R"(, "skip_bad_rows": true)"));
    static_cast<void>(rig.play(1, R"(, "skip_bad_rows": true)", 60s));
    REQUIRE(rig.reads.counts().size() == 2);
    for (const ReadCount& count : rig.reads.counts()) {
        CHECK(count.file == "trace.csv");
        CHECK(count.rows == 3601);
        CHECK(count.bad == 1);
        REQUIRE(count.resampled.has_value());
        CHECK(count.resampled->blocks == 20);
        CHECK(count.resampled->trace == Duration{1h});
        CHECK_FALSE(count.resampled->tells_a_month());
    }
}

TEST_CASE("every reader of a file is recorded traffic, and nothing else is", "[traces][resample]") {
    std::set<std::string_view> recorded;
    for (const auto& entry : source_registry()) {
        if (std::ranges::any_of(entry.params, [](const ParamSpec& one) { return one.name == "align"; }))
            recorded.insert(entry.name);
    }
    for (const auto& entry : source_registry())
        CHECK(is_recorded(entry) == (recorded.count(entry.name) == 1));
    CHECK(recorded.size() == 5);
}

TEST_CASE("a trace that cannot be read is refused as without draws", "[traces][resample]") {
    ResampleRig rig(hour_of_seconds() + "3600,x,1,\n");
    CHECK_THROWS_WITH(rig.play(0), contains_text("trace.csv:3602"));
    ResampleRig empty(kHeader);
    CHECK_THROWS_WITH(empty.play(0), contains_text("has no rows"));
}

}  // namespace
}  // namespace spillway::tests
