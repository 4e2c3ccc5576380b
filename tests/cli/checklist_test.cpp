#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

/// A pool of workers that serve two requests of 30 s at once.
std::string pool(const std::string& name, const std::string& more) {
    return R"({"name": ")" + name + R"(", "concurrency": 2, "workers": {"max": 40},
        "service": {"model": "fixed", "time": "30s"}, "policy": "scale-to-zero", )" +
           more + "}";
}

/// A request a second for a minute, on the pools: the peak minute asks for a concurrency of 30.
Json result_of(const User& user, const std::string& pools, const std::string& more = "") {
    std::string rows = "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 60; ++i) rows += std::to_string(i) + ",100,20\n";
    user.writes("day.csv", rows);
    user.writes("day.json", R"({"horizon": "1h", "warm_up": "0s", "slo": ["p99 total < 31s"],
        "traffic": [{"source": "csv", "file": "day.csv"}], "pools": [)" +
                                pools + "]" + more + "}");
    const ProcessResult result = user.runs("run day.json --json result.json --checklist > text");
    INFO(result.err);
    REQUIRE(result.status == 0);
    return Json::parse(user.reads("result.json"));
}

const std::string kServerless = R"("gpu": "L4", "price": {"catalog": "runpod-serverless-flex/L4"})";

TEST_CASE("the on-demand textbook takes the price book's cheapest price for the GPU, and says so",
          "[cli][checklist]") {
    const User user;
    const Json bill = result_of(user, pool("gpu", kServerless))["pools"][0]["bill"];
    // 30 at once x 1.2 on two slots an instance: 18 instances of g2-standard-4 at $0.7068 for 720 h.
    CHECK(bill["textbook_on_demand_instances"] == 18);
    CHECK(bill["textbook_on_demand_month_usd"].get<double>() == Approx(18 * 720 * 0.7068));
    CHECK(bill["textbook_on_demand_price"]["from"] == "catalog");
    const std::string text = user.reads("text");
    CHECK_THAT(text, contains_text("textbook on demand: 18 instances x 720 h x $0.7068/h"));
    CHECK_THAT(text, contains_text("gcp-compute/g2-standard-4"));
    CHECK_THAT(text, contains_text("2026-02"));
    // 15 workers hold 30 requests at once: the objective leaves no wait.
    CHECK_THAT(text, contains_text("differs by 3 instances fewer"));
    CHECK_THAT(text, contains_text("15 workers, the fewest that meet the objectives"));
}

TEST_CASE("an on-demand pool of the scenario gives the price before the price book does",
          "[cli][checklist]") {
    const User user;
    const Json result =
        result_of(user,
                  pool("cloud", kServerless) + "," +
                      pool("base", R"("gpu": "L4", "price": {"catalog": "aws-ec2/g6.xlarge"})"),
                  R"(, "route": {"name": "overflow", "pools": ["cloud", "base"]})");
    const Json cloud = result["pools"][0]["bill"]["textbook_on_demand_price"];
    CHECK(cloud["from"] == "other_pool");
    CHECK(cloud["pool"] == "base");
    CHECK(cloud["price_from"]["catalog"] == "aws-ec2/g6.xlarge");
    CHECK(result["pools"][1]["bill"]["textbook_on_demand_price"]["from"] == "own_pool");
    CHECK_THAT(user.reads("text"), contains_text("of pool \"base\", aws-ec2/g6.xlarge"));
}

TEST_CASE("the workers of a platform make a fixed fleet too", "[cli][checklist]") {
    const User user;
    user.writes("modal.json", R"({"horizon": "1h", "warm_up": "0s", "slo": ["p95 total < 30s"],
        "traffic": [{"source": "poisson", "rate": "0.2/s", "input_tokens": 1, "output_tokens": 1}],
        "pools": [{"name": "gpu", "platform": "modal", "gpu": "L4", "startup": {"weights": {"name": "m", "bytes": "8GB"}},
                   "service": {"model": "fixed", "time": "800ms"}}]})");
    const ProcessResult result = user.runs("run modal.json --checklist");
    INFO(result.err);
    CHECK_THAT(result.out, contains_text("1 worker, the fewest that meet the objectives"));
}

TEST_CASE("a pool whose instances have several GPUs is priced by the instance", "[cli][checklist]") {
    const User user;
    const Json bill = result_of(user, pool("gpu", R"("gpu": "H100", "gpus": {"per_worker": 2},
        "price": {"catalog": "runpod-serverless-flex/H100"})"))["pools"][0]["bill"];
    const Json price = bill["textbook_on_demand_price"];
    CHECK(price["from"] == "catalog");
    // An hour of two H100-PCIe pods at $2.89 a GPU is cheaper than four workers' share of eight GPUs.
    CHECK(price["price_from"]["catalog"] == "runpod-pod/H100-PCIe");
    CHECK(bill["textbook_on_demand_month_usd"].get<double>() == Approx(18 * 2 * 720 * 2.89));
    CHECK_THAT(user.reads("text"), contains_text("18 instances of 2 GPUs x 720 h x $2.89/h"));
}

TEST_CASE("without an on-demand price the serverless one is used, and that is said", "[cli][checklist]") {
    const User user;
    const Json bill = result_of(user, pool("gpu", R"("price": "$0.001/s")"))["pools"][0]["bill"];
    CHECK(bill["textbook_on_demand_price"]["from"] == "serverless");
    CHECK_THAT(user.reads("text"), contains_text("no on-demand price is known: the serverless one"));
}

TEST_CASE("a price that the user writes by the hour is one for on-demand instances", "[cli][checklist]") {
    const User user;
    const Json bill = result_of(user, pool("gpu", R"("gpu": "L4", "price": "$1/h")"))["pools"][0]["bill"];
    CHECK(bill["textbook_on_demand_price"]["from"] == "own_pool");
    CHECK(bill["textbook_on_demand_month_usd"].get<double>() == Approx(18 * 720));
}

TEST_CASE("each difference leads from the textbook's figure to the simulated one", "[cli][checklist]") {
    const User user;
    const Json bill = result_of(user, pool("gpu", kServerless))["pools"][0]["bill"];
    const std::string text = user.reads("text");
    for (const Json& difference : bill["reconciliation"]["differences"]) {
        if (difference["amount_usd"] != 0)
            CHECK_THAT(text, contains_text("differs by " + difference["name"].get<std::string>()));
    }
}

TEST_CASE("an API's textbook month is its tokens, and there is nothing to compare on demand",
          "[cli][checklist]") {
    const User user;
    const Json bill =
        result_of(user, R"({"name": "api", "kind": "api", "service": {"model": "fixed", "time": "1s"},
        "price": {"tokens": {"input": "$1/Mtok", "output": "$2/Mtok"}}})")["pools"][0]["bill"];
    // 6,000 and 1,200 tokens an hour.
    CHECK(bill["textbook_serverless_month_usd"].get<double>() == Approx(720 * (0.006 + 0.0024)));
    CHECK(bill["textbook_on_demand_month_usd"].is_null());
    CHECK_THAT(user.reads("text"), contains_text("nothing to compare on demand"));
}

}  // namespace
}  // namespace spillway::tests
