#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/process.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::ordered_json;

const std::string& first_run() {
    static const std::string kText = [] {
        const ProcessResult result =
            run_process({program().string(), "run",
                         (source_dir() / "examples/01_first_run/scenario.json").string(), "--json", "-"});
        INFO(result.err);
        REQUIRE(result.status == 0);
        return result.out;
    }();
    return kText;
}

/// Numbers to seven digits: what compilers and mathematics libraries may do to the last ones is no news.
Json to_seven_digits(const Json& value) {
    if (value.is_number_float()) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.7g", value.get<double>());
        return Json::parse(digits);
    }
    Json rounded = value;
    if (value.is_structured()) {
        for (auto& part : rounded) part = to_seven_digits(part);
    }
    return rounded;
}

TEST_CASE("the result of the first example is the approved one", "[golden]") {
    require_golden("tests/golden/first_run.json", to_seven_digits(Json::parse(first_run())).dump(2) + "\n");
}

TEST_CASE("in the first example every request ends once, and the means of the parts sum to the mean",
          "[golden]") {
    const Json result = Json::parse(first_run());
    const Json& all = result["all"];
    const Json& requests = all["requests"];
    const std::array ends{"completed", "rejected", "timed_out", "abandoned", "failed"};
    std::int64_t ended = 0;
    for (const char* end : ends) ended += requests[end].get<std::int64_t>();
    CHECK(requests["offered"] == ended);
    CHECK(requests["offered"] == result["traffic"]["requests"]);
    double mean = 0;
    for (const auto& [name, part] : all["parts"].items()) mean += part["mean_s"].get<double>();
    CHECK(mean == Approx(all["total"]["mean_s"].get<double>()).margin(1e-8));
}

TEST_CASE("in the first example the worker time that is billed is the worker time of the bill", "[golden]") {
    // Serverless: pull, start, idle, busy and draining are billed, each life rounded up to a second.
    const Json result = Json::parse(first_run());
    const Json& pool = result["pools"][0];
    double billed = 0;
    for (const char* state : {"pulling_s", "starting_s", "idle_s", "busy_s", "draining_s", "stopping_s"}) {
        billed += pool["worker_time"][state].get<double>();
    }
    double cost = 0;
    for (const Json& line : pool["bill"]["lines"]) cost += line["amount_usd"].get<double>();
    CHECK(cost == Approx(pool["bill"]["total_usd"].get<double>()).margin(1e-8));
    CHECK(cost == Approx(result["answer"]["cost_usd"].get<double>()).margin(1e-8));
    constexpr double kUsdPerSecond = 0.00019;  // RunPod flex L4
    const double exact = billed * kUsdPerSecond;
    CHECK(cost >= exact - 1e-8);
    CHECK(cost <= exact + (pool["starts"].get<double>() + pool["workers_max"].get<double>()) * kUsdPerSecond);
}

TEST_CASE("in the first example the worker time in all states is at most workers times the window",
          "[golden]") {
    const Json result = Json::parse(first_run());
    double all = 0;
    for (const auto& [name, time] : result["pools"][0]["worker_time"].items()) all += time.get<double>();
    CHECK(all <= result["pools"][0]["workers_max"].get<double>() * result["window_s"].get<double>());
    CHECK(result["pools"][0]["workers_mean"].get<double>() <=
          result["pools"][0]["workers_max"].get<double>());
}

}  // namespace
}  // namespace spillway::tests
