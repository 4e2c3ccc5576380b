#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kOurs =
    "t_s,input_tokens,output_tokens\n0,100,10\n1,200,20\n1,300,30\n101,400,40\n";
constexpr std::string_view kAzure =
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 "
    "18:15:50.9951690,396,109\n";
constexpr std::string_view kMooncake =
    R"({"timestamp":0,"input_length":600,"output_length":5,"hash_ids":[0,1]}
{"timestamp":6000,"input_length":700,"output_length":6,"hash_ids":[0,2]}
)";
constexpr std::string_view kBurst =
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation "
    "log\n"
    "45,ChatGPT,1087,230,1317,Conversation log\n";

TEST_CASE("inspect says what a trace looks like, as text and as JSON", "[cli][trace]") {
    const User user;
    user.writes("day.csv", kOurs);
    const ProcessResult text = user.runs("trace inspect day.csv");
    INFO(text.out << text.err);
    REQUIRE(text.status == 0);
    for (const char* part :
         {"day.csv: 4 requests", "Rate over time", "dispersion", "CV of the gaps", "gap between",
          "input tokens", "output tokens", "idle time-out", "15m", "Time stamps", "GPUs"}) {
        CHECK_THAT(text.out, contains_text(part));
    }
    const Json figures = Json::parse(user.runs("trace inspect day.csv --json -").out);
    CHECK(figures["requests"] == 4);
    CHECK(figures["reader"] == "csv");
    CHECK(figures["gaps"]["max_s"].get<double>() == Approx(100).epsilon(1e-3));
    CHECK(figures["longest_gap_begin_s"] == 1);
    CHECK(figures["input_tokens"]["max"].get<double>() == Approx(400).epsilon(1e-3));
    CHECK(figures["idle"][0]["gaps"] == 1);
    CHECK(figures["demand"].is_null());
}

TEST_CASE("inspect under a stated time in service tells the demand for GPUs", "[cli][trace]") {
    const User user;
    user.writes("day.csv", kOurs);
    // 10 s + 100 ms each output token: 11 s from 0, 12 s and 13 s from 1, 14 s from 101.
    const std::string assumption = " --seconds 10s --seconds-per-output-token 100ms --requests-per-gpu 2";
    const Json demand = Json::parse(user.runs("trace inspect day.csv --json -" + assumption).out)["demand"];
    CHECK(demand["peak_concurrency"] == 3);
    CHECK(demand["peak_gpus"] == 2);
    // From 0 to 14 and from 101 to 115; the second GPU from 1 to 11.
    CHECK(demand["gpu_time_s"].get<double>() == Approx(28 + 10));
    CHECK(demand["busy_share"].get<double>() == Approx(28.0 / 115));
    CHECK(demand["runs_under_30s_share"] == 1);
    require_refused(user, "trace inspect day.csv --seconds 10", {"--seconds", "10", "unit"});
    require_refused(user, "trace inspect day.csv --seconds -1s", {"--seconds", "-1s"});
    require_refused(user, "trace inspect day.csv --requests-per-gpu 2", {"--requests-per-gpu", "--seconds"});
    require_refused(user, "trace inspect day.csv --seconds 1s --requests-per-gpu 0", {"--requests-per-gpu"});
}

TEST_CASE("the kind of a trace is known by its first line", "[cli][trace]") {
    const User user;
    const std::vector<std::pair<std::string, std::string_view>> traces{
        {"csv", kOurs}, {"azure-llm", kAzure}, {"mooncake", kMooncake}, {"burstgpt", kBurst}};
    for (const auto& [reader, text] : traces) {
        user.writes("trace", text);
        const ProcessResult result = user.runs("trace inspect trace --json -");
        INFO(reader << " " << result.err);
        REQUIRE(result.status == 0);
        CHECK(Json::parse(result.out)["reader"] == reader);
    }
    user.writes("trace", "when,how_much\n0,1\n");
    require_refused(user, "trace inspect trace", {"trace:1", "when,how_much", "--reader", "azure-llm"});
    require_refused(user, "trace inspect trace --reader azur-llm", {"azur-llm", "azure-llm"});
    user.writes("trace", "");
    require_refused(user, "trace inspect trace", {"trace", "empty"});
}

TEST_CASE("a trace converted to csv and back is the same", "[cli][trace]") {
    const User user;
    user.writes("day.csv", kAzure);
    REQUIRE(user.runs("trace convert day.csv --to csv --output exact.csv").status == 0);
    CHECK(lines_of(user.reads("exact.csv")).at(2) == "4.314579,396,109,,,");
    const ProcessResult back =
        user.runs("trace convert exact.csv --to azure-llm --start 2023-11-16T18:15:46 --output back.csv");
    INFO(back.err);
    REQUIRE(back.status == 0);
    CHECK_THAT(back.out, contains_text("back.csv: 2 requests"));
    CHECK_THAT(user.reads("back.csv"), contains_text("2023-11-16 18:15:50.3145790,396,109"));
    REQUIRE(user.runs("trace convert back.csv --to csv --output again.csv").status == 0);
    CHECK(user.reads("again.csv") == user.reads("exact.csv"));
}

TEST_CASE("generate writes what a source makes, the same for the same seed", "[cli][trace]") {
    const User user;
    user.writes("source.json", R"({"source": "poisson", "rate": "2/s", "count": 50, "input_tokens": 100})");
    REQUIRE(user.runs("trace generate source.json --output a.csv").status == 0);
    REQUIRE(user.runs("trace generate source.json --output b.csv").status == 0);
    REQUIRE(user.runs("trace generate source.json --seed 2 --output c.csv").status == 0);
    CHECK(lines_of(user.reads("a.csv")).size() == 51);
    CHECK(user.reads("a.csv") == user.reads("b.csv"));
    CHECK(user.reads("a.csv") != user.reads("c.csv"));
    CHECK(user.runs("trace generate source.json --output -").out == user.reads("a.csv"));
}

TEST_CASE("generate writes the traffic of a scenario as its run meets it", "[cli][trace]") {
    constexpr std::string_view kSource =
        R"({"source": "poisson", "rate": "0.5/s", "input_tokens": 100, "output_tokens": 20})";
    const User user;
    const std::string day = small_scenario("\"1m\"", "\"0s\"");
    user.writes("day.json", day);
    REQUIRE(user.runs("trace generate day.json --output day.csv").status == 0);
    std::string replay = day;
    replay.replace(replay.find(kSource), kSource.size(),
                   R"({"source": "csv", "file": "day.csv", "align": "as-written"})");
    user.writes("replay.json", replay);
    REQUIRE(user.runs("run day.json --json a.json").status == 0);
    REQUIRE(user.runs("run replay.json --json b.json").status == 0);
    const Json a = Json::parse(user.reads("a.json"));
    const Json b = Json::parse(user.reads("b.json"));
    CHECK(a["traffic"] == b["traffic"]);
}

TEST_CASE("a source that never ends, and a json that is neither source nor scenario, are refused",
          "[cli][trace]") {
    const User user;
    user.writes("endless.json", R"({"source": "poisson", "rate": "2/s"})");
    user.writes("other.json", R"({"name": "x"})");
    require_refused(user, "trace generate endless.json --output out.csv", {"endless.json", "never ends"});
    require_refused(user, "trace inspect other.json", {"other.json", "neither"});
    require_refused(user, "trace generate endless.json --horizon 60 --output out.csv", {"--horizon", "60"});
    require_refused(user, "trace generate endless.json --horizon 60s", {"--output", "missing"});
    require_refused(user, "trace convert endless.json --output out.csv", {"--to", "missing"});
    require_refused(user, "trace convert endless.json --to parquet --output out.csv",
                    {"parquet", "mooncake"});
    CHECK(user.runs("trace generate endless.json --horizon 60s --output out.csv").status == 0);
}

TEST_CASE("bad rows are left out and counted when that is asked for", "[cli][trace]") {
    const User user;
    user.writes("day.csv", "t_s,input_tokens,output_tokens\n0,1,2\n1,abc,2\n2,1,2\n");
    const ProcessResult result = user.runs("trace inspect day.csv --skip-bad-rows");
    INFO(result.err);
    REQUIRE(result.status == 0);
    CHECK_THAT(result.out, contains_text("2 requests"));
    CHECK_THAT(result.out, contains_text("1 of 3 rows left out"));
}

}  // namespace
}  // namespace spillway::tests
