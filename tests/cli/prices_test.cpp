#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

constexpr const char* kCatalogue =
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,SpotPrice,Region,AvailabilityZone,"
    "GpuInfo\n"
    "g6.xlarge,L4,1.0,4.0,16.0,0.8048,0.21,us-east-1,us-east-1a,\"{'Gpus': [{'Name': 'L4', 'Count': "
    "1.0}]}\"\n"
    "m5.large,,,2.0,8.0,0.096,0.04,us-east-1,us-east-1a,\n";

std::string output(const User& user, const std::string& arguments) {
    const ProcessResult result = user.runs(arguments);
    INFO(arguments << '\n' << result.err);
    REQUIRE(result.status == 0);
    return result.out;
}

TEST_CASE("list prices filters and sorts, and compares by the hour of one GPU", "[cli][prices]") {
    const User user;
    const auto lines = lines_of(output(user, "list prices --gpu H100 --platform runpod --sort price"));
    REQUIRE(lines.size() == 6);
    CHECK_THAT(lines[0], contains_text("$/h per GPU"));
    CHECK_THAT(lines[1], contains_text("runpod-pod/H100-PCIe"));
    CHECK_THAT(lines[1], contains_text("$2.8900"));
    CHECK_THAT(lines[5], contains_text("runpod-serverless-flex/H100"));
    CHECK_THAT(lines[5], contains_text("$4.1760"));
    const std::string spot = output(user, "list prices --kind spot --gpu L4");
    CHECK_THAT(spot, contains_text("gcp-compute-spot/g2-standard-4"));
    CHECK_THAT(spot, contains_text("2026-02"));
    CHECK_THAT(spot, contains_text("high"));
    CHECK(lines_of(spot).size() == 2);
    CHECK_THAT(output(user, "list prices --platform cloud-run-gpu"), contains_text("cloud-run/L4"));
    CHECK(output(user, "list prices --platform modal --kind spot") == "No price is of all that together.\n");
}

TEST_CASE("list prices gives the same as JSON and as CSV", "[cli][prices]") {
    const User user;
    const Json json = Json::parse(output(user, "list prices --gpu L4 --platform modal --json -"));
    REQUIRE(json.size() == 1);
    CHECK(json[0]["price"] == "modal/L4");
    CHECK(json[0]["kind"] == "serverless");
    CHECK(json[0]["usd_per_gpu_hour"] == 0.7992);
    CHECK(json[0]["catalogue_gpu"] == "L4");
    const auto lines = lines_of(output(user, "list prices --gpu L4 --platform modal --csv -"));
    REQUIRE(lines.size() == 2);
    CHECK_THAT(lines[0], contains_text("price,platform,kind,gpu,gpus,amount,usd_per_gpu_hour,region,date"));
    CHECK_THAT(lines[1],
               contains_text("modal/L4,modal,serverless,L4,1,$0.000222/s,0.7992,,2026-07-01,high,"));
    output(user, "list prices --gpu L4 --json prices.json");
    CHECK(Json::parse(user.reads("prices.json")).size() > 10);
}

TEST_CASE("a file of one's own is laid over the listed catalogue", "[cli][prices]") {
    const User user;
    user.writes("mine.json", R"({"prices": {"modal/L4": {"platform": "modal", "gpu": "L4", "per": "gpu",
        "instance": "$0.0001/s", "date": "2026-11", "source": "offer of 2026-11-02"}}})");
    const std::string text = output(user, "list prices --gpu L4 --platform modal --prices mine.json");
    CHECK_THAT(text, contains_text("$0.3600"));
    CHECK_THAT(text, contains_text("offer of 2026-11-02"));
}

TEST_CASE("wrong questions about prices are refused", "[cli][prices]") {
    const User user;
    user.writes("undated.json",
                R"({"prices": {"modal/L4": {"platform": "modal", "instance": "$0.0001/s"}}})");
    user.writes("negative.json",
                R"({"prices": {"modal/L4": {"platform": "modal", "instance": "-$1/h", "date": "2026"}}})");
    require_refused(user, "list prices --gpu H10O", {"--gpu", "H100"});
    require_refused(user, "list prices --platform modall", {"--platform", "modal"});
    require_refused(user, "list prices --kind sport", {"--kind", "spot"});
    require_refused(user, "list prices --sort prise", {"--sort", "price"});
    require_refused(user, "list gpus --sort price", {"--sort", "goes with one topic"});
    require_refused(user, "list --gpu L4", {"--gpu", "goes with one topic"});
    require_refused(user, "list prices --json - --csv -", {"--csv"});
    require_refused(user, "list prices --prices missing.json", {"missing.json"});
    require_refused(user, "list prices --prices undated.json",
                    {"undated.json: prices.modal/L4", "\"date\" is missing"});
    require_refused(user, "list prices --prices negative.json", {"prices.modal/L4.instance", "is negative"});
}

TEST_CASE("SkyPilot's catalogue becomes a price file that scenarios take", "[cli][prices]") {
    const User user;
    user.writes("vms.csv", kCatalogue);
    const std::string said =
        output(user, "prices import vms.csv --cloud aws --date 2026-08-22 --output aws.json");
    CHECK_THAT(said, contains_text("1 on-demand and 1 spot prices of aws-ec2, from 2 rows."));
    CHECK_THAT(said, contains_text("1 row without a GPU"));
    CHECK_THAT(output(user, "list prices --prices aws.json --kind spot --gpu L4"),
               contains_text("aws-ec2-spot/g6.xlarge@us-east-1a"));
    user.writes("day.json",
                small_scenario(R"("price": "$0.80/h")", R"("platform": "aws-ec2", "offer": "spot")"));
    user.writes("own.json", R"({"extends": "day.json", "prices": "aws.json"})");
    require_refused(user, "run day.json", {"pools[0].gpu", "sells no \"L4\" (spot)", "\"prices\""});
    const Json result = Json::parse(output(user, "run own.json --json -"));
    CHECK_THAT(result.dump(), contains_text("aws-ec2-spot/g6.xlarge@us-east-1a"));
    CHECK(output(user, "prices import vms.csv --cloud aws --date 2026-08-22 --output -") ==
          user.reads("aws.json"));
}

TEST_CASE("an import that cannot be is refused, and nothing is written", "[cli][prices]") {
    const User user;
    user.writes("vms.csv", kCatalogue);
    user.writes("bad.csv", std::string(kCatalogue) + "g5.xlarge,A10G,1,4,16,cheap,,us-east-1,,\n");
    const std::string rest = " --date 2026-08 --output out.json";
    require_refused(user, "prices import vms.csv --date 2026-08 --output out.json", {"--cloud", "aws"});
    require_refused(user, "prices import vms.csv --cloud aws --output out.json", {"--date", "2026-08-22"});
    require_refused(user, "prices import vms.csv --cloud aws --date today --output out.json",
                    {"--date", "today"});
    require_refused(user, "prices import vms.csv --cloud aws --date 2026-08", {"--output"});
    require_refused(user, "prices import vms.csv --cloud oracle" + rest, {"--cloud", "runpod"});
    require_refused(user, "prices import bad.csv --cloud aws" + rest, {"bad.csv:4", "not a price", "cheap"});
    require_refused(user, "prices import vms.csv --cloud aws --region eu-west-1" + rest,
                    {"no price of that"});
    require_refused(user, "prices import" + rest, {"one file"});
    require_refused(user, "prices", {"names no verb", "import"});
}

}  // namespace
}  // namespace spillway::tests
