#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/traces/trace_files.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// Three functions over three minutes from 08:00.
constexpr std::string_view kCounts =
    "fn,app,owner,trigger,m480,m481,m482\n"
    "f0,a0,o0,http,0,2,1\n"
    "f1,a0,o0,timer,1,1,1\n"
    "f2,a1,o0,http,0,0,3000\n";

TEST_CASE("each minute has as many invocations as the table says", "[traces][azure-functions]") {
    TraceFolder folder;
    folder.write("f.csv", kCounts);
    const auto arrivals = folder.read(R"({"source": "azure-functions", "file": "f.csv"})");
    REQUIRE(arrivals.size() == 3006);
    const auto before = [&](SimTime at) {
        return std::count_if(arrivals.begin(), arrivals.end(),
                             [&](const Arrival& each) { return each.at < at; });
    };
    CHECK(before(SimTime{1min}) == 1);
    CHECK(before(SimTime{2min}) == 4);
    CHECK(before(SimTime{3min}) == 3006);
    // Uniform at random: the dispersion of seconds' counts is that of a multinomial, 59/60, with a standard
    // error of sqrt(2/59); four of them.
    std::vector<double> seconds(60);
    for (const Arrival& each : arrivals) {
        if (each.at >= SimTime{2min})
            ++seconds[static_cast<std::size_t>((each.at - SimTime{2min}) / 1s)];
    }
    CHECK(std::abs(moments_of(seconds).dispersion() - 1) < 4 * 0.184);
}

TEST_CASE("invocations can lie at even distances instead", "[traces][azure-functions]") {
    TraceFolder folder;
    folder.write("f.csv", kCounts);
    const auto arrivals = folder.read(
        R"({"source": "azure-functions", "file": "f.csv", "functions": ["f0"], "spread": "even"})");
    CHECK(seconds_of(arrivals) == std::vector{75.0, 105.0, 150.0});
    CHECK(folder.rig.reads.counts()[0].rows == 3);
    CHECK(folder.rig.reads.counts()[0].filtered == 2);
}

TEST_CASE("a function keeps its moments when others are left out", "[traces][azure-functions]") {
    TraceFolder folder;
    folder.write("f.csv", kCounts);
    const auto both =
        folder.read(R"({"source": "azure-functions", "file": "f.csv", "functions": ["f0", "f1"]})");
    const auto http = folder.read(R"({"source": "azure-functions", "file": "f.csv", "functions": ["f0"]})");
    const std::vector<double> all = seconds_of(both);
    const std::vector<double> few = seconds_of(http);
    CHECK(few.size() == 3);
    CHECK(std::includes(all.begin(), all.end(), few.begin(), few.end()));
}

TEST_CASE("functions are chosen by trigger", "[traces][azure-functions]") {
    TraceFolder folder;
    folder.write("f.csv", kCounts);
    CHECK(folder.read(R"({"source": "azure-functions", "file": "f.csv", "trigger": "timer"})").size() == 3);
}

TEST_CASE("the publisher's own file counts minutes from 1", "[traces][azure-functions]") {
    TraceFolder folder;
    folder.rig.wall_clock = 1'700'092'800 + 60;  // 00:01
    folder.write("f.csv", "HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,a,f,http,1,1,1\n");
    const auto arrivals = folder.read(
        R"({"source": "azure-functions", "file": "f.csv", "spread": "even", "align": "as-written"})");
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[0].at == SimTime{30s});  // the minute from 00:01
    CHECK(arrivals[1].at == SimTime{90s});
}

TEST_CASE("invocations take their function's durations by percentile", "[traces][azure-functions]") {
    TraceFolder folder;
    folder.write("f.csv", kCounts);
    folder.write("d.csv", "fn,dur_p0,dur_p50,dur_p100\nf2,100,200,1000\nf0,50,50,50\n");
    const auto arrivals = folder.read(
        R"({"source": "azure-functions", "file": "f.csv", "functions": ["f2"], "durations": "d.csv"})");
    std::vector<double> services;
    for (const Arrival& each : arrivals) services.push_back(to_seconds(each.service.value()));
    std::sort(services.begin(), services.end());
    CHECK(services.front() >= 0.1);
    CHECK(services.back() <= 1.0);
    // The median of 3,000 draws; four standard errors of its rank are 110.
    CHECK(services[1500 - 110] < 0.2);
    CHECK(services[1500 + 110] > 0.2);
}

TEST_CASE("what is wrong with minute counts and durations is said", "[traces][azure-functions][errors]") {
    TraceFolder folder;
    folder.write("f.csv", kCounts);
    const auto error_of = [&](std::string_view more) {
        return folder.error_of(R"({"source": "azure-functions", "file": "f.csv", )" + std::string(more) +
                               "}");
    };
    const InputError unknown = error_of(R"("functions": ["f9"])");
    CHECK(unknown.problem() == "has no function \"f9\"");
    CHECK_THAT(unknown.hint(), contains_text("did you mean \"f0\"?"));
    CHECK(error_of(R"("trigger": "queue")").problem() ==
          "has no invocation of the functions that are wanted");

    folder.write("d.csv", "fn,dur_p0,dur_p100\nf0,1,2\n");
    CHECK(error_of(R"("durations": "d.csv")").problem() == "has no row for function \"f1\"");
    folder.write("d.csv", "fn,dur_p0,dur_p100\nf0,2,1\n");
    CHECK_THAT(error_of(R"("durations": "d.csv")").problem(),
               contains_text("below the percentile before it"));
    folder.write("d.csv", "fn,dur_p50\nf0,2\n");
    CHECK_THAT(error_of(R"("durations": "d.csv")").problem(),
               contains_text("lacks the percentiles 0 and 100"));

    folder.write("f.csv", "fn,trigger,m0,m1\nf0,http,1,x\nf1,http,1,1\n");
    CHECK(error_of(R"("trigger": "http")").where() == "f.csv:2");
    CHECK(folder.read(R"({"source": "azure-functions", "file": "f.csv", "skip_bad_rows": true})").size() ==
          2);
    folder.write("f.csv", "fn,trigger\nf0,http\n");
    CHECK(error_of(R"("trigger": "http")").problem() == "has no minute columns");
}

}  // namespace
}  // namespace spillway::tests
