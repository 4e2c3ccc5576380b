#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr std::string_view kSource = R"({"source": "csv", "file": "day.csv"})";
constexpr std::string_view kPoisson =
    R"({"source": "poisson", "rate": "0.5/s", "input_tokens": 100, "output_tokens": 20})";

/// Runs a scenario on a trace named day.csv and inspects the same file.
void require_trace_refused(const User& user, const std::vector<std::string>& parts) {
    user.writes("day.json", small_scenario(kPoisson, kSource));
    require_refused(user, "run day.json --json result.json --requests rows.csv --timeline line.csv", parts);
    require_refused(user, "trace inspect day.csv --reader csv --json figures.json", parts);
    require_refused(user, "trace convert day.csv --reader csv --to mooncake --output day.jsonl", parts);
}

void require_text_refused(std::string_view trace, const std::vector<std::string>& parts) {
    const User user;
    user.writes("day.csv", trace);
    require_trace_refused(user, parts);
}

constexpr std::string_view kHeader = "t_s,input_tokens,output_tokens\n";

std::string trace(std::string_view rows) { return std::string(kHeader) + std::string(rows); }

TEST_CASE("a trace that is not there or is a folder is refused by its name", "[cli]") {
    require_trace_refused(User(), {"day.csv", "No such file"});
    const User user;
    std::filesystem::create_directory(user.file("day.csv"));
    require_trace_refused(user, {"day.csv", "director"});
}

TEST_CASE("only a trace that is looked for in a folder gets the hint where file names begin", "[cli]") {
    const User user;
    std::filesystem::create_directory(user.file("plans"));
    user.writes("plans/day.json", small_scenario(kPoisson, kSource));
    require_refused(user, "run plans/day.json", {"No such file", "scenario's folder"});
    CHECK(lines_of(user.runs("trace inspect day.csv").err).size() == 1);
    CHECK(lines_of(user.runs("trace inspect day.csv --reader csv").err).size() == 1);
    user.writes("day.csv", trace("0,1,2\n"));
    require_refused(user, "trace inspect day.csv --folder plans", {"--folder", "day.csv"});
}

TEST_CASE("an empty trace is refused, with and without a header", "[cli]") {
    require_text_refused("", {"day.csv"});
    require_text_refused(trace(""), {"day.csv", "no "});
}

TEST_CASE("a trace without the wanted column is refused with the nearest one", "[cli]") {
    require_text_refused("t_s,input_token,output_tokens\n0,1,2\n",
                         {"day.csv", "input_tokens", "input_token"});
}

TEST_CASE("text, NaN and negative values in a trace are refused with the line", "[cli]") {
    require_text_refused(trace("0,1,2\n1,abc,2\n"), {"day.csv:3", "input_tokens", "abc"});
    require_text_refused(trace("0,1,2\nnan,1,2\n"), {"day.csv:3", "t_s", "nan"});
    require_text_refused(trace("0,1,2\n1,1,-2\n"), {"day.csv:3", "output_tokens", "-2"});
    require_text_refused(trace("0,1,2\n1,1\n"), {"day.csv:3"});
}

TEST_CASE("a trace whose time goes backwards is refused with the line", "[cli]") {
    require_text_refused(trace("0,1,2\n5,1,2\n4.5,1,2\n"), {"day.csv:4"});
}

TEST_CASE("a truncated gzip trace is refused", "[cli]") {
    const User user;
    std::string rows;
    for (int i = 0; i < 2000; ++i) rows += std::to_string(i * 0.1) + ",100,20\n";
    user.writes("whole.csv", trace(rows));
    const ProcessResult packed = run_process(
        {"bash", "-c", "cd '" + user.file("").string() + "' && gzip -c whole.csv | head -c 2000 > day.csv"});
    REQUIRE(packed.status == 0);
    require_trace_refused(user, {"day.csv", "gzip"});
}

}  // namespace
}  // namespace spillway::tests
