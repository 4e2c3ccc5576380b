#include <nlohmann/json.hpp>

#include <algorithm>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kAllOutputs =
    "run day.json --json result.json --csv result.csv --requests rows.csv --timeline line.csv";

/// A decimal of seconds as a whole number of nanoseconds.
std::int64_t nanoseconds(const std::string& text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string fraction = point < text.size() ? text.substr(point + 1) : std::string();
    REQUIRE(fraction.size() <= 9);
    fraction.resize(9, '0');
    return std::stoll(text.substr(0, point)) * 1'000'000'000 + std::stoll(fraction);
}

std::size_t column_of(const std::vector<std::string>& header, const std::string& name) {
    const auto found = std::find(header.begin(), header.end(), name);
    INFO("column " << name);
    REQUIRE(found != header.end());
    return static_cast<std::size_t>(found - header.begin());
}

TEST_CASE("the same scenario gives the same bytes in every output", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    std::vector<std::string> first;
    for (int round = 0; round < 2; ++round) {
        const ProcessResult result = user.runs(std::string(kAllOutputs) + " --explain");
        INFO(result.err);
        REQUIRE(result.status == 0);
        CHECK(result.err.empty());
        std::vector<std::string> texts{result.out};
        for (const char* name : {"result.json", "result.csv", "rows.csv", "line.csv"})
            texts.push_back(user.reads(name));
        if (round == 0)
            first = texts;
        else
            CHECK(texts == first);
    }
    for (const std::string& text : first) CHECK(text.find(user.file("").string()) == std::string::npos);
}

TEST_CASE("another seed gives another result", "[cli]") {
    const User user;
    user.writes("one.json", small_scenario());
    user.writes("two.json", small_scenario("\"name\": \"small\"", "\"name\": \"small\", \"seed\": 2"));
    CHECK(user.runs("run one.json --json -").out != user.runs("run two.json --json -").out);
}

TEST_CASE("the parts of each request sum to its total to the nanosecond", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario("\"policy\"", R"("queue": {"max_wait": "4s"}, "policy")"));
    REQUIRE(user.runs("run day.json --requests rows.csv --json result.json").status == 0);
    const std::vector<std::string> rows = lines_of(user.reads("rows.csv"));
    const std::vector<std::string> header = cells_of(rows.at(0));
    const std::size_t total = column_of(header, "total_s");
    std::vector<std::size_t> parts;
    for (const char* name :
         {"lost_s", "queue_s", "cold_start_s", "load_s", "prefill_s", "decode_s", "post_s"}) {
        parts.push_back(column_of(header, name));
    }
    std::size_t cold = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::vector<std::string> cells = cells_of(rows[i]);
        std::int64_t sum = 0;
        for (const std::size_t part : parts) sum += nanoseconds(cells.at(part));
        INFO(rows[i]);
        REQUIRE(sum == nanoseconds(cells.at(total)));
        if (cells.at(column_of(header, "cold")) == "1")
            ++cold;
    }
    const Json result = Json::parse(user.reads("result.json"));
    CHECK(rows.size() - 1 == result["all"]["requests"]["offered"]);
    CHECK(cold == result["all"]["requests"]["cold"]);
}

TEST_CASE("the timeline accounts for every arrival of a window without warm-up", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario("\"1m\"", "\"0s\""));
    REQUIRE(user.runs("run day.json --timeline line.csv --json result.json").status == 0);
    const std::vector<std::string> rows = lines_of(user.reads("line.csv"));
    const std::vector<std::string> header = cells_of(rows.at(0));
    const std::size_t arrivals = column_of(header, "arrivals");
    const std::size_t from = column_of(header, "from_s");
    std::int64_t sum = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::vector<std::string> cells = cells_of(rows[i]);
        if (cells.at(from).front() != '-')
            sum += std::stoll(cells.at(arrivals));
    }
    CHECK(sum == Json::parse(user.reads("result.json"))["all"]["requests"]["offered"]);
}

TEST_CASE("the lines of a bill sum to its total, and the pools' bills to the cost", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    const Json result = Json::parse(user.runs("run day.json --json -").out);
    double cost = 0;
    for (const Json& pool : result["pools"]) {
        double sum = 0;
        for (const Json& line : pool["bill"]["lines"]) sum += line["amount_usd"].get<double>();
        CHECK(sum == Approx(pool["bill"]["total_usd"].get<double>()).margin(1e-9));
        cost += pool["bill"]["total_usd"].get<double>();
    }
    CHECK(cost == Approx(result["answer"]["cost_usd"].get<double>()).margin(1e-9));
    CHECK(cost > 0);
}

TEST_CASE("two scenarios stand side by side, and in one list as JSON", "[cli]") {
    const User user;
    user.writes("one.json", small_scenario());
    user.writes("two.json", small_scenario("\"name\": \"small\"", "\"name\": \"other\", \"seed\": 2"));
    const ProcessResult text = user.runs("run one.json two.json --csv both.csv");
    REQUIRE(text.status == 0);
    const std::vector<std::string> lines = lines_of(text.out);
    CHECK_THAT(lines.at(0), contains_text("small: "));
    CHECK_THAT(lines.at(1), contains_text("other: "));
    CHECK(lines_of(user.reads("both.csv")).size() == 3);
    const Json both = Json::parse(user.runs("run one.json two.json --json -").out);
    REQUIRE(both.size() == 2);
    CHECK(both[1] == Json::parse(user.runs("run two.json --json -").out));
    require_refused(user, "run one.json two.json --requests rows.csv", {"one scenario"});
}

TEST_CASE("the first line of a result answers the question", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    const std::string first = lines_of(user.runs("run day.json").out).at(0);
    for (const char* word : {"$", "p99", "cold", "SLO"}) CHECK_THAT(first, contains_text(word));
}

TEST_CASE("the second line of a result is the cost per 1,000 offered and per million output tokens",
          "[cli]") {
    const User user;
    // One worker at $3.60/h that always runs: $0.60 in ten minutes, over the 600 requests of a trace.
    std::string rows = "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 600; ++i) rows += std::to_string(i) + ",100,20\n";
    user.writes("day.csv", rows);
    user.writes("day.json",
                R"({"horizon": "10m", "warm_up": "0s", "traffic": [{"source": "csv", "file": "day.csv"}],
        "pools": [{"name": "gpu", "workers": {"max": 1}, "service": {"model": "fixed", "time": "100ms"},
                   "policy": {"name": "fixed", "workers": 1}, "price": "$3.60/h"}]})");
    const std::vector<std::string> lines = lines_of(user.runs("run day.json").out);
    CHECK(lines.at(1) == "$1.00 per 1,000 requests offered, $50.00 per million output tokens");
    CHECK_THAT(lines.at(0), contains_text("$1.00 per 1,000 requests completed"));
    CHECK_THAT(lines.at(0), contains_text("no SLO stated"));
}

TEST_CASE("the fleet table names the policy that a pool was given, under a policy over several pools too",
          "[cli]") {
    const User user;
    user.writes("day.json", small_scenario(R"("policy": {"name": "scale-to-zero", "idle_timeout": "5s"},)",
                                           R"("tags": [],)"));
    user.writes("wise.json", R"({"extends": "day.json", "policy": {"name": "pool-wise", "pools": {
        "gpu": {"name": "keep-warm", "idle_timeout": "5s"}}}})");
    const ProcessResult result = user.runs("run wise.json");
    INFO(result.err);
    CHECK_THAT(result.out, contains_text("keep-warm"));
    CHECK(result.out.find("pool-wise") == std::string::npos);
}

constexpr std::string_view kApiPool = R"({"horizon": "10s", "warm_up": "0s",
    "traffic": [{"source": "csv", "file": "day.csv"}],
    "pools": [{"name": "api", "kind": "api", "service": {"model": "fixed", "time": "5s"},
               "price": {"tokens": {"input": "$1/Mtok", "output": "$2/Mtok"}}}]})";

TEST_CASE("an API has no GPU time and no workers in the text, and null for them in JSON", "[cli]") {
    const User user;
    user.writes("day.csv", "t_s,input_tokens,output_tokens\n0,100,20\n1,100,20\n8,100,20\n");
    user.writes("day.json", kApiPool);
    const ProcessResult text = user.runs("run day.json --json result.json --timeline line.csv");
    INFO(text.err);
    CHECK_THAT(lines_of(user.reads("line.csv")).at(1), contains_text(",api,,,,,,,,,0,"));
    CHECK_THAT(text.out, contains_text("left at the end: 1 request; drained after 3.00 s"));
    for (const char* word : {"GPU", "occupied", "loaded", "workers p50", "starts"})
        CHECK(text.out.find(word) == std::string::npos);
    const Json pool = Json::parse(user.reads("result.json"))["pools"][0];
    for (const char* key : {"workers_mean", "occupied_share", "worker_time", "idle_time", "starts"}) {
        INFO(key);
        CHECK(pool.at(key).is_null());
    }
    CHECK(pool["peak_concurrency"] == 2);
}

TEST_CASE("work left at the end on GPUs is told in GPU time", "[cli]") {
    const User user;
    user.writes("day.csv", "t_s,input_tokens,output_tokens\n0,100,20\n8,100,20\n");
    user.writes("day.json",
                R"({"horizon": "10s", "warm_up": "0s", "traffic": [{"source": "csv", "file": "day.csv"}],
        "pools": [{"name": "gpu", "workers": {"max": 1}, "gpus": {"per_worker": 2},
                   "service": {"model": "fixed", "time": "5s"}, "policy": {"name": "fixed", "workers": 1}}]})");
    const ProcessResult text = user.runs("run day.json --json result.json");
    INFO(text.err);
    CHECK_THAT(text.out,
               contains_text("left at the end: 1 request, 6.00 s of GPU time; drained after 3.00 s"));
    CHECK(Json::parse(user.reads("result.json"))["left_at_end"]["gpu_time_s"].get<double>() == Approx(6));
}

TEST_CASE("a run and a trace of one request speak of it in the singular", "[cli]") {
    const User user;
    user.writes("one.csv", "t_s,input_tokens,output_tokens\n0,100,20\n");
    user.writes(
        "day.json",
        small_scenario(R"({"source": "poisson", "rate": "0.5/s", "input_tokens": 100, "output_tokens": 20})",
                       R"({"source": "csv", "file": "one.csv", "align": "as-written"})"));
    for (const char* command : {"run day.json --checklist", "trace inspect one.csv --seconds 1s"}) {
        const ProcessResult result = user.runs(command);
        INFO(result.out << result.err);
        CHECK_THAT(result.out, contains_text("1 request in "));
        for (const char* plural :
             {" 1 requests", " 1 starts", " 1 instances", " 1 workers", " 1 GPUs", " 1 rows"}) {
            CHECK(result.out.find(plural) == std::string::npos);
        }
    }
}

TEST_CASE("--strict says by its exit code whether the objectives hold", "[cli]") {
    const User user;
    user.writes("easy.json", small_scenario());
    user.writes("hard.json", small_scenario("p95 total < 30s", "p95 total < 1ms"));
    CHECK(user.runs("run easy.json --strict").status == 0);
    const ProcessResult hard = user.runs("run hard.json --strict");
    CHECK(hard.status == 1);
    CHECK(hard.err.empty());
    CHECK(user.runs("run hard.json").status == 0);
}

TEST_CASE("--explain prints a line a decision, with its rule, figure and threshold", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    const std::string text = user.runs("run day.json --explain").out;
    std::size_t early = 0;
    std::size_t late = 0;
    for (const std::string& line : lines_of(text)) {
        if (line.find(" -> ") == std::string::npos)
            continue;
        CHECK_THAT(line, contains_text("gpu"));
        CHECK_THAT(line, contains_text("saw "));
        CHECK_THAT(line, contains_text("threshold "));
        const bool before_zero = line.find('-') < line.find(" s ");
        CHECK((line.find("in the warm-up") != std::string::npos) == before_zero);
        (before_zero ? early : late) += 1;
        if (line.find("idle time-out, in s") != std::string::npos)
            CHECK_THAT(line, contains_text("(saw 5, threshold 5)"));
    }
    CHECK(early > 0);
    CHECK(late > 2);
}

TEST_CASE("standard output that belongs to a file format holds nothing else", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    const ProcessResult result = user.runs("run day.json --json - --explain");
    CHECK(Json::accept(result.out));
    CHECK_THAT(result.err, contains_text(" -> "));
    CHECK(cells_of(lines_of(user.runs("run day.json --requests -").out).back()).size() > 10);
    require_refused(user, "run day.json --json - --csv -", {"--json", "--csv", "own file"});
    require_refused(user, "run day.json --requests rows.csv --timeline rows.csv",
                    {"--requests", "--timeline"});
}

TEST_CASE("a scenario that extends another is that one with its changes", "[cli]") {
    const User user;
    std::filesystem::create_directory(user.file("base"));
    user.writes("base/common.json", small_scenario());
    user.writes("day.json", R"({"extends": "base/common.json", "seed": 2, "slo": ["failed < 1%"]})");
    user.writes("whole.json", small_scenario("\"name\": \"small\"",
                                             R"("name": "small", "seed": 2, "slo": ["failed < 1%"])"));
    const ProcessResult extended = user.runs("run day.json --json -");
    INFO(extended.err);
    REQUIRE(extended.status == 0);
    CHECK(extended.out == user.runs("run whole.json --json -").out);
}

TEST_CASE("comments and the name of a schema may stand in a scenario", "[cli]") {
    const User user;
    user.writes("day.json",
                "// of a day\n" + small_scenario("{\n", "{\n  \"$schema\": \"x.json\", /* here */\n"));
    const ProcessResult result = user.runs("run day.json");
    INFO(result.err);
    CHECK(result.status == 0);
}

}  // namespace
}  // namespace spillway::tests
