#include <algorithm>
#include <cmath>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/gen/quantile_law.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// A folder with the two files: client 3 has three windows with a hole, client 5 one; only client 3 has
/// lengths.
struct Files {
    Files() {
        write_text(folder / "rates.csv",
                   "model,client,t_s,rate_rps,cv,dist,p1,p2\n"
                   "m,3,600,0.5,1,G,1,2\n"
                   "m,3,1200,2,4,W,0.4,0.1\n"
                   "m,3,36000,1,8,G,0.02,50\n"
                   "m,5,1200,0.1,,,,\n"
                   "other,3,0,9,1,G,1,1\n");
        write_text(folder / "tokens.csv",
                   "model,client,t_s,field,mean,min,p10,p25,p50,p75,p90,p95,p99,max\n"
                   "m,3,0,input_tokens,10,10,10,10,10,10,10,10,10,10\n"
                   "m,3,21600,input_tokens,20,20,20,20,20,20,20,20,20,20\n"
                   "m,3,0,output_tokens,450,0,100,250,500,750,900,950,990,1000\n"
                   "m,3,0,reason_ratio,0.5,0,0,0,0,0,0,0,0,1\n");
    }
    std::vector<Arrival> play(const std::string& more) const {
        SourceRig rig;
        rig.folder = folder.path();
        return drain(rig.make(R"({"source": "servegen", "model": "m", "rates_file": "rates.csv",
                                  "tokens_file": "tokens.csv")" +
                              more + "}"));
    }
    ScratchDir folder;
};

std::size_t count_between(const std::vector<Arrival>& arrivals, Duration from, Duration to) {
    return static_cast<std::size_t>(std::count_if(arrivals.begin(), arrivals.end(), [&](const Arrival& each) {
        return each.at >= SimTime{from} && each.at < SimTime{to};
    }));
}

TEST_CASE("a ServeGen client sends in each window as many requests as were measured", "[traces][servegen]") {
    const auto arrivals = Files{}.play(R"(, "client": 3)");
    CHECK(count_between(arrivals, 0s, 600s) == 0);
    CHECK(count_between(arrivals, 600s, 1200s) == 300);
    CHECK(count_between(arrivals, 1200s, 1800s) == 1200);
    CHECK(count_between(arrivals, 1800s, 36000s) == 0);
    CHECK(count_between(arrivals, 36000s, 36600s) == 600);
    CHECK(arrivals.size() == 2100);
}

TEST_CASE("ServeGen token lengths follow the quantiles of the nearest window", "[traces][servegen]") {
    const auto arrivals = Files{}.play(R"(, "client": 3)");
    double output = 0;
    for (const Arrival& arrival : arrivals) {
        CHECK(arrival.input_tokens == (arrival.at < SimTime{6h} ? 10 : 20));
        CHECK(arrival.output_tokens <= 1000);
        output += arrival.output_tokens;
    }
    // Four standard errors of a law on 0..1000 that is nearly uniform.
    CHECK(std::abs(output / 2100 - 450) < 4 * 289 / std::sqrt(2100.0));
}

TEST_CASE("a ServeGen client is the same alone, among all, and begun later", "[traces][servegen]") {
    const Files files;
    const auto alone = seconds_of(files.play(R"(, "client": 3)"));
    const auto all = files.play(R"(, "input_tokens": 1, "output_tokens": 1)");
    const auto later = seconds_of(files.play(R"(, "client": 3, "from": "1500s")"));
    CHECK(all.size() == alone.size() + 60);
    std::vector<double> of_three;
    std::set<std::uint64_t> origins;
    for (const Arrival& arrival : all) {
        origins.insert(arrival.origin);
        if (arrival.input_tokens != 1)
            of_three.push_back(to_seconds(arrival.at));
    }
    CHECK(of_three == alone);
    CHECK(origins.size() == all.size());
    REQUIRE(later.size() < alone.size());
    for (std::size_t i = 0; i < later.size(); ++i) {
        CHECK(later[i] == Approx(alone[alone.size() - later.size() + i] - 1500).margin(1e-8));
    }
}

TEST_CASE("a ServeGen client without token lengths needs them stated", "[traces][servegen]") {
    const Files files;
    CHECK_THROWS_WITH(files.play(""), contains_text("client 5 has no prompt lengths"));
    CHECK_THROWS_WITH(files.play(R"(, "client": 4)"), contains_text("no rates for client 4 of model \"m\""));
}

TEST_CASE("a law through quantiles has the stated mean, and the quantiles", "[traces][servegen]") {
    const std::vector<std::pair<double, double>> points{{0, 10}, {0.5, 20}, {0.99, 300}, {1, 5000}};
    for (const double mean : {50.0, 120.0, 190.0}) {
        const auto law = quantiles_with_mean(points, mean);
        REQUIRE(law.has_value());
        CHECK(law->mean() == Approx(mean).epsilon(1e-9));
        CHECK(law->quantile(0.5) == Approx(20));
        CHECK(law->quantile(0.99) == Approx(300));
    }
    CHECK_FALSE(quantiles_with_mean(points, 10).has_value());
    CHECK_FALSE(quantiles_with_mean(points, 250).has_value());
    CHECK(quantiles_with_mean({{0, 7}, {1, 7}}, 7)->is_constant());
}

TEST_CASE("a broken ServeGen file is refused with its line", "[traces][servegen]") {
    const Files files;
    write_text(files.folder / "rates.csv",
               "model,client,t_s,rate_rps,dist,p1\nm,3,600,1,G,1\nm,3,900,1,G,1\n");
    CHECK_THROWS_WITH(files.play(""), contains_text("rates.csv:3") && contains_text("overlaps"));
    write_text(files.folder / "rates.csv", "model,client,t_s,rate_rps,dist,p1\nm,3,600,-1,G,1\n");
    CHECK_THROWS_WITH(files.play(""), contains_text("rates.csv:2") && contains_text("rate_rps"));
    write_text(files.folder / "rates.csv", "model,client,t_s,rate_rps,dist,p1\nm,3,600,1,X,1\n");
    CHECK_THROWS_WITH(files.play(""), contains_text("neither G, W nor empty"));
    write_text(files.folder / "rates.csv", "model,client,t_s,rate_rps,dist,p1\nm,3,600,1,G,0\n");
    CHECK_THROWS_WITH(files.play(""), contains_text("p1"));
}

TEST_CASE("ServeGen m-large client 116 sends 5.1 million requests with 85 quiet spells",
          "[traces][servegen]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set");
    SourceRig rig;
    rig.folder = *data / "traces";
    const auto source = rig.make(R"({"source": "servegen", "model": "m-large", "client": 116})");
    Arrival arrival;
    std::uint64_t requests = 0;
    // A missing window can begin and end up to a window's inner gap early or late, so that a spell is counted
    // from the last window with traffic to the next.
    std::int64_t window = -1;
    int spells = 0;
    std::int64_t longest = 0;
    double input = 0;
    double output = 0;
    while (source->next_time()) {
        source->pop(arrival);
        ++requests;
        input += arrival.input_tokens;
        output += arrival.output_tokens;
        const std::int64_t now = arrival.at.time_since_epoch() / 600s;
        if (window >= 0 && now > window + 1) {
            ++spells;
            longest = std::max(longest, now - window - 1);
        }
        window = now;
    }
    // The sum over the windows of rate x 600 s, each rounded to whole requests.
    CHECK(requests == 5'119'719);
    CHECK(spells == 85);
    CHECK(longest == 131);  // 21.8 h
    CHECK(arrival.at < SimTime{14 * 24h});
    // The summary file's means, which it weights by rate over the windows of 6 h that have lengths.
    CHECK(input / static_cast<double>(requests) == Approx(2401.9).epsilon(0.01));
    CHECK(output / static_cast<double>(requests) == Approx(113.45).epsilon(0.01));
}

}  // namespace
}  // namespace spillway::tests
