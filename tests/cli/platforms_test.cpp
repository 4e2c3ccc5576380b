#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

constexpr const char* kPrice = R"("price": "$0.80/h")";

std::string output(const User& user, const std::string& arguments) {
    const ProcessResult result = user.runs(arguments);
    INFO(arguments << '\n' << result.err);
    REQUIRE(result.status == 0);
    return result.out;
}

TEST_CASE("list platforms shows each platform, and with a GPU those that sell it at which price",
          "[cli][platforms]") {
    const User user;
    const std::string all = output(user, "list platforms");
    for (const char* name : {"runpod-serverless", "modal", "cloud-run-gpu", "aws-ec2", "knative", "skyserve"})
        CHECK_THAT(all, contains_text(name));
    const std::string of_h200 = output(user, "list platforms --gpu H200");
    CHECK_THAT(of_h200, contains_text("runpod-serverless-flex/H200"));
    CHECK_THAT(of_h200, !contains_text("cloud-run-gpu"));
}

TEST_CASE("list platforms NAME shows what the platform sets, for a scenario to copy", "[cli][platforms]") {
    const User user;
    const std::string text = output(user, "list platforms modal --gpu L4");
    CHECK_THAT(text, contains_text("// source: "));
    CHECK_THAT(text, contains_text("// assumed: "));
    const Json pool = Json::parse(text, nullptr, true, true);
    CHECK(pool["price"]["catalog"] == "modal/L4");
    CHECK(pool["workers"]["min"] == 0);
    const Json json = Json::parse(output(user, "list platforms modal knative --json -"));
    CHECK(json.size() == 2);
    CHECK(json["modal"]["queue"]["max_length"] == 2000);
    CHECK(Json::parse(output(user, "list platforms --gpu H200 --json -")).contains("runpod-serverless"));
}

TEST_CASE("a pool that names a platform runs as one that says the same itself", "[cli][platforms]") {
    const User user;
    const std::string begin = R"({"horizon": "10m", "warm_up": "1m", "traffic": [{"source": "poisson",
        "rate": "0.2/s", "input_tokens": 1, "output_tokens": 1}], "pools": [{"name": "gpu", "gpu": "L4",
        "service": {"model": "fixed", "time": "800ms"}, )";
    user.writes(
        "named.json",
        begin + R"("platform": "modal", "startup": {"weights": {"name": "model", "bytes": "8GB"}}}]})");
    Json pool = Json::parse(output(user, "list platforms modal --gpu L4 --json -"))["modal"];
    pool.erase("gpu");
    pool["startup"]["weights"] = {{"name", "model"}, {"bytes", "8GB"}};
    const std::string members = pool.dump();
    user.writes("written.json", begin + members.substr(1, members.size() - 2) + "}]}");
    CHECK(output(user, "run named.json --json -") == output(user, "run written.json --json -"));
}

TEST_CASE("wrong platforms are refused in a scenario and on the command line", "[cli][platforms]") {
    const User user;
    user.writes("unknown.json", small_scenario(kPrice, R"("platform": "modall")"));
    user.writes("gpu.json", small_scenario(kPrice, R"("platform": "replicate")"));
    user.writes("offer.json", small_scenario(kPrice, R"("price": "$0.80/h", "offer": "spot")"));
    user.writes("low.json", small_scenario(R"("workers": {"min": 0, "max": 4})",
                                           R"("platform": "runpod-serverless", "workers": {"min": 9})"));
    require_refused(user, "run unknown.json", {"pools[0].platform", "did you mean \"modal\""});
    require_refused(user, "run gpu.json", {"pools[0].gpu", "sells no \"L4\"", "it sells T4", "\"prices\""});
    require_refused(user, "run offer.json", {"pools[0].offer", "platform"});
    require_refused(
        user, "run low.json",
        {"pools[0].workers", "min 9 is above max 3", "spillway list platforms runpod-serverless"});
    require_refused(user, "list platforms modall", {"did you mean \"modal\""});
    require_refused(user, "list platforms modal --gpu GH200", {"sells no \"GH200\""});
    require_refused(user, "list platforms --kind spot", {"--kind", "goes with one topic"});
}

TEST_CASE("what a platform sets and the pool spoils is refused at the user's pool", "[cli][platforms]") {
    const User user;
    user.writes(
        "size.json",
        small_scenario(
            R"("startup": [{"phase": "container", "time": "2s"}, {"phase": "weights", "time": "3s"}],)",
            R"("platform": "modal",)"));
    require_refused(user, "run size.json", {"size.json: pools[0].startup: ", "list platforms modal"});
    user.writes(
        "slip.json",
        small_scenario(R"([{"phase": "container", "time": "2s"}, {"phase": "weights", "time": "3s"}])",
                       R"({"weights": {"name": "m", "byts": "8GB"}}, "platform": "modal")"));
    require_refused(user, "run slip.json",
                    {"pools[0].startup.weights", "unknown key \"byts\"", "did you mean \"bytes\""});
}

TEST_CASE("a platform's other names lead to it, and those of a price file to its prices",
          "[cli][platforms]") {
    const User user;
    const auto refused = [&](const std::string& name, const std::string& meant) {
        user.writes("other.json", small_scenario(kPrice, R"("platform": ")" + name + '"'));
        require_refused(user, "run other.json", {"unknown platform", "did you mean \"" + meant + '"'});
    };
    refused("cloud-run", "cloud-run-gpu");
    refused("hf-endpoints", "huggingface-endpoints");
    refused("huggingface", "huggingface-endpoints");
    refused("aws-sagemaker", "sagemaker");
    refused("keda", "kubernetes-keda");
    user.writes("prices.json", R"({"platforms": {"our-cloud": {"source": "a contract", "confidence": "high"}},
        "prices": {"our-cloud/L4": {"platform": "our-cloud", "gpu": "L4", "date": "2026-08", "instance": "$1/h"}}})");
    user.writes(
        "ours.json",
        small_scenario(kPrice, R"("platform": "our-cloud")").replace(1, 0, R"("prices": "prices.json",)"));
    require_refused(user, "run ours.json", {"pools[0].platform", R"({"catalog": "our-cloud/L4"})"});
}

}  // namespace
}  // namespace spillway::tests
