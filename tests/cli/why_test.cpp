#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

/// Two classes on one pool from zero: a request of each at known times.
std::string two_requests() {
    return R"({
      "horizon": "2m", "warm_up": "0s",
      "classes": [{"name": "chat"}, {"name": "batch"}],
      "traffic": [
        {"source": "csv", "file": "chat.csv", "align": "as-written", "class": "chat"},
        {"source": "csv", "file": "batch.csv", "align": "as-written", "class": "batch"}
      ],
      "pools": [{
        "name": "gpu", "concurrency": 2, "workers": {"max": 1},
        "service": {"model": "fixed", "time": "10s"},
        "startup": [{"phase": "container", "time": "4s"}, {"phase": "weights", "time": "6s"}],
        "policy": {"name": "scale-to-zero", "idle_timeout": "20s"},
        "price": "$3.60/h"
      }]
    })";
}

void write_two_requests(const User& user) {
    user.writes("chat.csv", "t_s,input_tokens,output_tokens\n5,10,10\n");
    user.writes("batch.csv", "t_s,input_tokens,output_tokens\n20,10,10\n");
    user.writes("two.json", two_requests());
}

Json json_of(const User& user, const std::string& arguments) {
    const ProcessResult result = user.runs(arguments + " --json -");
    INFO(result.err);
    REQUIRE(result.status == 0);
    return Json::parse(result.out);
}

/// The number of a request by its place in requests.csv.
std::string number_of(const User& user, std::size_t row) {
    REQUIRE(user.runs("run two.json --requests rows.csv --json result.json").status == 0);
    return cells_of(lines_of(user.reads("rows.csv")).at(row)).at(0);
}

TEST_CASE("a request is explained from what it met to the decision behind its start", "[cli][why]") {
    const User user;
    write_two_requests(user);
    const Json why = json_of(user, "why two.json --request " + number_of(user, 1));
    CHECK(why["class"] == "chat");
    CHECK(why["total_s"] == 20);
    CHECK(why["causes"]["cold_start_s"] == 4);
    CHECK(why["causes"]["load_s"] == 6);
    CHECK(why["causes"]["decode_s"] == 10);
    CHECK(why["came_to"][0]["workers"] == 0);
    CHECK(why["start"]["ordered_s"] == 5);
    CHECK(why["start"]["ready_s"] == 15);
    CHECK(why["start"]["decision"]["why"] == "unserved");
    CHECK(why["start"]["decision"]["from"] == 0);
    CHECK(why["start"]["decision"]["to"] == 1);
    CHECK(why["start"]["phases"].size() == 2);
    CHECK(why["start"]["phases"][1]["critical"] == true);
    CHECK(why["wait_at_once_s"] == 10);
}

TEST_CASE("the numbers of requests are those of requests.csv", "[cli][why]") {
    const User user;
    write_two_requests(user);
    const Json why = json_of(user, "why two.json --request " + number_of(user, 2));
    CHECK(why["class"] == "batch");
    CHECK(why["arrived_s"] == 20);
    CHECK(why["start"].is_null());
    CHECK(user.runs("why two.json --request 123456789").status == 2);
}

TEST_CASE("the causes of a band add up to its mean", "[cli][why]") {
    const User user;
    user.writes("small.json", small_scenario());
    const Json band = json_of(user, "why small.json --band p95");
    double sum = 0;
    double share = 0;
    for (const auto& cause : band["causes"]) {
        sum += cause["mean_s"].get<double>();
        share += cause["share"].get<double>();
    }
    CHECK(sum == Approx(band["mean_s"].get<double>()));
    CHECK(share == Approx(1));
    CHECK(band["typical"].size() == 3);
    for (const Json& story : band["typical"]) {
        CHECK(story["total_s"] >= band["from_s"]);
        CHECK(story["total_s"] <= band["to_s"]);
    }
}

TEST_CASE("a band agrees with the report's share of the p99", "[cli][why]") {
    const User user;
    user.writes("small.json", small_scenario());
    const Json band = json_of(user, "why small.json --band p99 --class chat");
    const Json run = json_of(user, "run small.json");
    const Json& shares = run["classes"][0]["parts"];
    const Json& causes = band["causes"];
    CHECK(causes["load"]["share"].get<double>() == Approx(shares["load"]["share_of_p99"].get<double>()));
    CHECK(causes["decode"]["share"].get<double>() == Approx(shares["decode"]["share_of_p99"].get<double>()));
}

TEST_CASE("an explanation is asked for in one way that can be answered", "[cli][why]") {
    const User user;
    user.writes("small.json", small_scenario());
    require_refused(user, "why small.json", {"takes either --request or --band"});
    require_refused(user, "why small.json --request 1 --band p99", {"takes either --request or --band"});
    require_refused(user, "why --band p99", {"takes one scenario"});
    require_refused(user, "why small.json --band 99", {"--band: is no percentile from p1 to p99: \"99\""});
    require_refused(user, "why small.json --band p99.9", {"is no percentile from p1 to p99"});
    require_refused(user, "why small.json --request x", {"--request: is not a number: \"x\""});
    require_refused(user, "why small.json --request 1", {"--request 1: is none of the", "numbers them"});
    require_refused(user, "why small.json --band p99 --class chad", {"--class", "chad", "chat"});
    require_refused(user, "why small.json --request 1 --class chat", {"--class: is of a band only"});
    CHECK(user.runs("why --help").status == 0);
}

TEST_CASE("a bill is charged back to its classes to the nano-dollar", "[cli][chargeback]") {
    const User user;
    write_two_requests(user);
    const Json charged = json_of(user, "chargeback two.json");
    // Started for chat from 5 s to 15 s, which runs until 25 s; batch from 20 s to 30 s; idle until 50 s.
    CHECK(charged["total_usd"] == 0.045);
    CHECK(charged["classes"][0]["amount_usd"] == 0.0175);
    CHECK(charged["classes"][1]["amount_usd"] == 0.0275);
    REQUIRE(user.runs("chargeback two.json --csv rows.csv").status == 0);
    const std::vector<std::string> rows = lines_of(user.reads("rows.csv"));
    CHECK(rows[0] == "pool,model,class,group,line,name,amount_usd");
    CHECK(rows[1] == "gpu,,chat,busy,busy,,0.0075");
    CHECK(rows.size() == 5);
}

TEST_CASE("a charge-back names what is wrong with how it is asked for", "[cli][chargeback]") {
    const User user;
    user.writes("small.json", small_scenario());
    require_refused(user, "chargeback", {"takes one scenario"});
    require_refused(user, "chargeback small.json --json x --csv x", {"--json and --csv both go to x"});
    require_refused(user, "chargeback small.json --jsn x", {"jsn", "json"});
}

/// Each "$ spillway ..." of the page, and what it says the program prints.
std::vector<std::pair<std::string, std::string>> examples_of(const std::string& page) {
    std::vector<std::pair<std::string, std::string>> examples;
    bool inside = false;
    for (const std::string& line : lines_of(page)) {
        if (line.starts_with("```")) {
            inside = false;
        } else if (line.starts_with("$ spillway ")) {
            examples.emplace_back(line.substr(11), "");
            inside = true;
        } else if (inside) {
            examples.back().second += line + '\n';
        }
    }
    return examples;
}

TEST_CASE("the worked examples of docs/why.md are what the program prints", "[cli][why]") {
    const User user;
    const auto examples = examples_of(read_text(source_dir() / "docs" / "why.md"));
    REQUIRE(examples.size() == 3);
    for (const auto& [arguments, expected] : examples) {
        const ProcessResult result = user.runs(arguments, "cd '" + source_dir().string() + "'");
        INFO(arguments);
        const std::size_t cut = expected.rfind("[...]\n");  // the page leaves out what follows
        CHECK(result.out.substr(0, cut) == expected.substr(0, cut));
    }
}

}  // namespace
}  // namespace spillway::tests
