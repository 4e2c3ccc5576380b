// A fleet's predictions held against its own log and bill, as a user does it.
#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// A user who has the log and the bill of the small scenario's run.
class BilledUser : public User {
public:
    BilledUser() {
        writes("day.json", small_scenario(R"("warm_up": "1m")", R"("warm_up": "0s")"));
        REQUIRE(runs("run day.json --requests log.csv --json run.json").status == 0);
        const auto json = nlohmann::json::parse(reads("run.json"));
        std::string bill = "description,usage,unit,amount\n";
        for (const auto& line : json.at("pools").at(0).at("bill").at("lines"))
            bill += "gpu: " + line.at("line").get<std::string>() + "," + line.at("usage").dump() + "," +
                    line.at("unit").get<std::string>() + "," + line.at("amount_usd").dump() + "\n";
        writes("bill.csv", bill);
    }
};

constexpr const char* kOwn = "backtest day.json --trace log.csv --bill bill.csv ";

}  // namespace

TEST_CASE("the program's own log and bill back-test to nothing", "[cli][backtest]") {
    const BilledUser user;
    const ProcessResult text =
        user.runs(std::string(kOwn) + "--json b.json --csv b.csv --markdown b.md --tolerance 0%");
    INFO(text.err);
    REQUIRE(text.status == 0);
    CHECK_THAT(lines_of(text.out).front(), Catch::StartsWith("Predicted $") && contains_text(" billed: 0% "));
    const auto json = nlohmann::json::parse(user.reads("b.json"));
    CHECK(json.at("bill").at("residual_usd") == 0);
    CHECK(json.at("bill").at("inside") == true);
    CHECK(json.at("bill").at("lines").size() == 1);
    CHECK(json.at("tolerances").at(0).at("holds") == true);
    for (const auto& metric : json.at("metrics")) CHECK(metric.at("inside") == true);
    const std::vector<std::string> rows = lines_of(user.reads("b.csv"));
    CHECK(rows.size() == 1 + 1 + 1 + json.at("metrics").size());
    for (const std::string& row : rows) CHECK(cells_of(row + ",end").size() == 15);
    CHECK_THAT(user.reads("b.md"), contains_text("| gpu: GPU time |"));
    CHECK(user.runs(std::string(kOwn) + "--tolerance 0% --json -").out == user.reads("b.json"));
}

TEST_CASE("a back-test has the same bytes for any number of threads", "[cli][backtest]") {
    const BilledUser user;
    user.writes("day.json",
                small_scenario(R"("time": "800ms")", R"("time": {"exponential": {"mean": "2s"}})"));
    const ProcessResult one = user.runs(std::string(kOwn) + "--threads 1 --json 1.json --csv 1.csv");
    const ProcessResult two = user.runs(std::string(kOwn) + "--threads 2 --json 2.json --csv 2.csv");
    REQUIRE(one.status == 0);
    CHECK(one.out == two.out);
    CHECK(user.reads("1.json") == user.reads("2.json"));
    CHECK(user.reads("1.csv") == user.reads("2.csv"));
}

TEST_CASE("a prediction beyond the tolerance ends with exit code 1", "[cli][backtest]") {
    const BilledUser user;
    user.writes("day.json", small_scenario(R"("$0.80/h")", R"("$0.90/h")"));
    CHECK(user.runs(std::string(kOwn) + "--tolerance 20%").status == 0);
    const ProcessResult beyond = user.runs(std::string(kOwn) + "--tolerance 10%");
    CHECK(beyond.status == 1);
    CHECK_THAT(beyond.out, contains_text("beyond the tolerance of 10.0%") && contains_text("$0.800/GPU-h"));
    CHECK(user.runs(kOwn).status == 0);
    CHECK(user.runs("backtest day.json --trace log.csv --tolerance 'cold share=100%'").status == 0);
}

TEST_CASE("lines go where the user says", "[cli][backtest]") {
    const BilledUser user;
    user.writes("bill.csv", user.reads("bill.csv") + "Support plan,,,100\n");
    CHECK_THAT(user.runs(kOwn).out, contains_text("Support plan (not predicted)"));
    const ProcessResult aside = user.runs(std::string(kOwn) + "--lines 'Support*=aside' --tolerance 0%");
    CHECK(aside.status == 0);
    CHECK_THAT(aside.out, contains_text("Support plan (charge, not compared)"));
    user.writes("map.json", R"({"support*": "gpu: GPU time"})");
    CHECK_THAT(user.runs(std::string(kOwn) + "--lines map.json").out,
               contains_text("gpu: GPU time (--lines)"));
    require_refused(user, std::string(kOwn) + "--lines 'Suport*=aside'", {"--lines", "Support plan"});
    require_refused(user, std::string(kOwn) + "--lines '*=gpu: GPU tim'", {"--lines", "gpu: GPU time"});
    user.writes("map.json", R"({"support*": "gpu: GPU tim"})");
    require_refused(user, std::string(kOwn) + "--lines map.json", {"map.json: support*", "gpu: GPU time"});
}

TEST_CASE("traffic without anything measured is held against a bill", "[cli][backtest]") {
    const BilledUser user;
    user.writes("trace.csv", "t_s,input_tokens,output_tokens\n0,10,10\n1,10,10\n200,10,10\n");
    const ProcessResult text = user.runs("backtest day.json --trace trace.csv --bill bill.csv");
    INFO(text.err);
    CHECK(text.status == 0);
    CHECK_THAT(text.out, contains_text("3 requests of trace.csv (csv)"));
    require_refused(user, "backtest day.json --trace trace.csv", {"trace.csv", "--bill"});
    require_refused(user, "backtest day.json --trace trace.csv --bill bill.csv --settle 1m", {"--settle"});
    require_refused(user, "backtest day.json --trace trace.csv --bill bill.csv --metrics 'p95 ttft'",
                    {"--metrics", "first token"});
}

TEST_CASE("the example's log and bill are those of the run that it names", "[cli][backtest]") {
    const std::filesystem::path world = source_dir() / "examples/18_back_test/world";
    const ProcessResult log = run_process({"sh", (world / "make_log").string(), program().string()});
    REQUIRE(log.status == 0);
    CHECK(log.out == read_text(world / "requests.csv"));
    const ProcessResult run = User().runs("run '" + (world / "july.json").string() + "' --json -");
    double seconds = 0;
    double disk = 0;
    const auto json = nlohmann::json::parse(run.out);
    for (const auto& line : json.at("pools").at(0).at("bill").at("lines")) {
        seconds += line.at("unit") == "GPU-s" ? line.at("usage").get<double>() : 0;
        disk += line.at("line") == "storage" ? line.at("amount_usd").get<double>() : 0;
    }
    const std::string bill = read_text(world / "bill.csv");
    CHECK_THAT(bill, contains_text("\"16,008\",seconds,$8.96448,"));
    CHECK(seconds == Approx(16008));
    CHECK(disk == Approx(0.02662).epsilon(1e-3));
}

TEST_CASE("what cannot be back-tested is told", "[cli][backtest]") {
    const BilledUser user;
    require_refused(user, "backtest", {"takes one scenario"});
    require_refused(user, "backtest day.json", {"--trace"});
    require_refused(user, "backtest day.json --trace none.csv", {"none.csv"});
    require_refused(user, "backtest day.json --trace log.csv --bill none.csv", {"none.csv"});
    require_refused(user, "backtest day.json --trace day.json", {"day.json:1", "sent_s"});
    require_refused(user, "backtest day.json --trace log.csv --lines a=b", {"--lines", "--bill"});
    require_refused(user, "backtest day.json --trace log.csv --scale", {"--scale", "--bill"});
    require_refused(user, "backtest day.json --trace log.csv --tolerance bill=5%", {"--tolerance", "--bill"});
    require_refused(user, std::string(kOwn) + "--vary luck,traffic", {"--vary", "what happened"});
    require_refused(user, std::string(kOwn) + "--metrics cost", {"--metrics", "no figure of requests"});
    require_refused(user, std::string(kOwn) + "--metrics 'p95 totl'", {"--metrics", "total"});
    require_refused(user, std::string(kOwn) + "--replications none", {"--replications"});
    require_refused(user, std::string(kOwn) + "--period 720h", {"--period", "--scale"});
    require_refused(user, std::string(kOwn) + "--settle 10m", {"--settle"});
    require_refused(user, std::string(kOwn) + "--from noon", {"--from", "2026-07-01T00:00"});
    require_refused(user, std::string(kOwn) + "--json - --csv -", {"--csv", "standard output"});
    user.writes("euro.csv", "description,amount,currency\nGPU,5,EUR\n");
    require_refused(user, "backtest day.json --trace log.csv --bill euro.csv", {"euro.csv:2", "EUR", "USD"});
    user.writes("free.json", small_scenario(R"("price": "$0.80/h")", R"("tags": [])"));
    require_refused(user, "backtest free.json --trace log.csv --bill bill.csv", {"free.json", "price"});
    user.writes("other.json", small_scenario(R"({"name": "chat", )", R"({"name": "chats", )"));
    require_refused(user, "backtest other.json --trace log.csv", {"log.csv:2", "chats"});
}

}  // namespace spillway::tests
