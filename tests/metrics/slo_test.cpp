#include "sim/metrics/slo.hpp"

#include <vector>

#include "sim/core/error.hpp"
#include "sim/metrics/slo_judge.hpp"
#include "tests/support/catch.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kClasses{"interactive", "batch", "night shift"};

Slo parse(std::string_view text) { return parse_slo(text, "scenario.json: slo[0]", kClasses); }

struct Message {
    std::string where;
    std::string problem;
    std::string hint;
};

Message error_of(std::string_view text) {
    try {
        parse(text);
    } catch (const InputError& error) {
        return {error.where(), error.problem(), error.hint()};
    }
    return {};
}

TEST_CASE("a percentile of a latency is read with its limit", "[metrics][slo]") {
    const Slo slo = parse("p95 ttft < 2s");
    REQUIRE(slo.figure == SloFigure::kPercentile);
    REQUIRE(slo.quantile == kP95);
    REQUIRE(slo.measure == SloMeasure::kTtft);
    REQUIRE(slo.scope == SloScope::kAll);
    REQUIRE(slo.limit == 2s);
    REQUIRE_FALSE(slo.class_id);
    REQUIRE(slo.text == "p95 ttft < 2s");
}

TEST_CASE("warm, class, fractional percentiles and tight spacing are read", "[metrics][slo]") {
    REQUIRE(parse("p95 warm ttft < 1s").scope == SloScope::kWarm);
    REQUIRE(parse("p99.9 total<1m30s").quantile == kP999);
    REQUIRE(parse("p99.9 total<1m30s").limit == 90s);
    REQUIRE(parse("p99 total < 30s for class=batch").class_id == ClassId{1});
    REQUIRE(parse("p99 total < 30s for class = night shift ").class_id == ClassId{2});
    REQUIRE(parse("mean tpot < 50ms").figure == SloFigure::kMean);
    REQUIRE(parse("mean tpot < 50ms").measure == SloMeasure::kTpot);
    REQUIRE(parse("max warm queue < 1m").figure == SloFigure::kMax);
    REQUIRE(parse("max warm queue < 1m").measure == SloMeasure::kQueue);
}

TEST_CASE("a share of the offered requests is read as a percentage or a ratio", "[metrics][slo]") {
    REQUIRE(parse("cold share < 1%").measure == SloMeasure::kColdShare);
    REQUIRE(parse("cold share < 1%").share_limit == 0.01);
    REQUIRE(parse("exposed share < 0.02").measure == SloMeasure::kExposedShare);
    REQUIRE(parse("exposed share < 0.02").share_limit == 0.02);
    REQUIRE(parse("failed < 0.1%").measure == SloMeasure::kFailed);
    REQUIRE(parse("failed share < 0.1% for class=batch").share_limit == tests::Approx(0.001));
}

TEST_CASE("an error in an objective names the column and the nearest name", "[metrics][slo]") {
    const Message message = error_of("p95 tttf < 2s");
    REQUIRE(message.where == "scenario.json: slo[0]: \"p95 tttf < 2s\", column 5");
    REQUIRE(message.problem == "unknown measure \"tttf\"");
    REQUIRE_THAT(message.hint, tests::contains_text("did you mean \"ttft\"?"));
}

TEST_CASE("an objective that cannot be read says what was expected", "[metrics][slo]") {
    struct Case {
        std::string_view text;
        int column;
        std::string problem;
    };
    const auto bad = GENERATE(values<Case>({
        {"", 1, "expected a figure but it ends"},
        {"95 ttft < 2s", 1, "unknown figure \"95\""},
        {"p0 ttft < 2s", 1, "a percentile lies between 0 and 100, not at \"p0\""},
        {"p100 ttft < 2s", 1, "a percentile lies between 0 and 100, not at \"p100\""},
        {"p-5 ttft < 2s", 1, "a percentile lies between 0 and 100, not at \"p-5\""},
        {"pnan ttft < 2s", 1, "unknown figure \"pnan\""},
        {"p95", 4, "expected a measure but it ends"},
        {"p95 warm < 2s", 10, "unknown measure \"<\""},
        {"p95 ttft <= 2s", 10, "expected \"<\" but found \"<=\""},
        {"p95 ttft > 2s", 10, "expected \"<\" but found \">\""},
        {"p95 ttft 2s", 10, "expected \"<\" but found \"2s\""},
        {"p95 ttft < 2", 12, "expected a duration above 0 with its unit, such as \"2s\" but found \"2\""},
        {"p95 ttft < -2s", 12, "expected a duration above 0 with its unit, such as \"2s\" but found \"-2s\""},
        {"p95 ttft <", 11, "expected a duration above 0 with its unit, such as \"2s\" but it ends"},
        {"cold < 1%", 6, "expected \"share\" after \"cold\" but found \"<\""},
        {"warm cold share < 1%", 1, "unknown figure \"warm\""},
        {"failed < 2s", 10, "expected a share above 0%, at most 100%, such as \"1%\" but found \"2s\""},
        {"failed < 101%", 10, "expected a share above 0%, at most 100%, such as \"1%\" but found \"101%\""},
        {"failed < 0%", 10, "expected a share above 0%, at most 100%, such as \"1%\" but found \"0%\""},
        {"failed < 1% class=batch", 13, "expected \"for class=NAME\" or the end but found \"class\""},
        {"failed < 1% for batch", 17, "expected \"class=NAME\" after \"for\" but found \"batch\""},
        {"failed < 1% for class batch", 23, "expected \"=\" after \"class\" but found \"batch\""},
        {"failed < 1% for class=", 23, "expected a class but it ends"},
        {"failed < 1% for class=bach", 23, "unknown class \"bach\""},
    }));
    INFO(bad.text);
    const Message message = error_of(bad.text);
    REQUIRE(message.problem == bad.problem);
    REQUIRE_THAT(message.where, tests::contains_text(", column " + std::to_string(bad.column)));
    REQUIRE_FALSE(message.hint.empty());
}

TEST_CASE("a limit without a unit is answered with the units", "[metrics][slo]") {
    REQUIRE_THAT(error_of("p95 ttft < 2").hint, tests::contains_text("add ms, s, m or h"));
}

RequestMeasures measures(Duration total, Duration ttft) {
    RequestMeasures warm;
    warm[SloMeasure::kTotal] = total;
    warm[SloMeasure::kTtft] = ttft;
    warm.warm = true;
    return warm;
}

TEST_CASE("a request is inside when it meets each limit, and a limit is not met by equality",
          "[metrics][slo]") {
    const std::vector slos{parse("p95 ttft < 2s"), parse("p99 total < 10s")};
    SloJudge judge(slos, 3);
    REQUIRE(judge.judge(ClassId{0}, measures(9s, 1s)));
    REQUIRE_FALSE(judge.judge(ClassId{0}, measures(9s, 2s)));
    REQUIRE_FALSE(judge.judge(ClassId{0}, measures(10s, 1s)));
    REQUIRE(judge.met(0, ClassId{0}) == 2);
    REQUIRE(judge.met(1, ClassId{0}) == 2);
    REQUIRE(judge.met(0, ClassId{1}) == 0);
}

TEST_CASE("of several percentiles of a measure the highest decides about a request", "[metrics][slo]") {
    const std::vector slos{parse("p50 ttft < 1s"), parse("p99 ttft < 3s"), parse("mean ttft < 500ms")};
    SloJudge judge(slos, 3);
    REQUIRE(judge.judge(ClassId{0}, measures(9s, 2s)));
    REQUIRE_FALSE(judge.judge(ClassId{0}, measures(9s, 3s)));
    REQUIRE(judge.met(0, ClassId{0}) == 0);
    REQUIRE(judge.met(1, ClassId{0}) == 1);
}

TEST_CASE("an objective of one class does not judge the others", "[metrics][slo]") {
    const std::vector slos{parse("p99 total < 1s for class=batch")};
    SloJudge judge(slos, 3);
    REQUIRE(judge.judge(ClassId{0}, measures(9s, 2s)));
    REQUIRE_FALSE(judge.judge(ClassId{1}, measures(9s, 2s)));
}

TEST_CASE("a warm objective does not judge a request that met a cold start", "[metrics][slo]") {
    const std::vector slos{parse("p95 warm ttft < 1s")};
    SloJudge judge(slos, 3);
    RequestMeasures cold = measures(9s, 2s);
    cold.warm = false;
    REQUIRE(judge.judge(ClassId{0}, cold));
    REQUIRE_FALSE(judge.judge(ClassId{0}, measures(9s, 2s)));
}

TEST_CASE("a request without a time per token meets every limit on it, and is not counted",
          "[metrics][slo]") {
    const std::vector slos{parse("p95 tpot < 50ms")};
    SloJudge judge(slos, 3);
    RequestMeasures slow = measures(9s, 2s);
    REQUIRE(judge.judge(ClassId{0}, slow));
    REQUIRE(judge.met(0, ClassId{0}) == 0);
    slow.has_tpot = true;
    slow[SloMeasure::kTpot] = 60ms;
    REQUIRE_FALSE(judge.judge(ClassId{0}, slow));
    slow[SloMeasure::kTpot] = 40ms;
    REQUIRE(judge.judge(ClassId{0}, slow));
    REQUIRE(judge.met(0, ClassId{0}) == 1);
}

}  // namespace
}  // namespace spillway
