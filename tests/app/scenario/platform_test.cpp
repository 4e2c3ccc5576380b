#include "app/scenario/platform.hpp"

#include "app/io/json_file.hpp"
#include "app/scenario/platform_catalog.hpp"
#include "app/scenario/platform_price.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

const PriceBook& book() {
    static const PriceBook kBook = PriceBook::built_in();
    return kBook;
}

ConfigNode expand(const std::string& pool, const PriceBook& prices = book()) {
    return expand_platform(read_config_text(pool, "day.json"), prices);
}

std::string catalog_of(const std::string& pool) {
    return expand(pool).find("price")->find("catalog")->as_text();
}

void refuse(const std::string& pool, const std::vector<std::string>& parts) {
    try {
        expand(pool);
        FAIL("it was taken: " << pool);
    } catch (const InputError& error) {
        const std::string text = error.what();
        for (const std::string& part : parts) CHECK_THAT(text, contains_text(part));
    }
}

}  // namespace

TEST_CASE("a platform sets what the pool does not, and the pool wins where it speaks", "[app][platform]") {
    const ConfigNode pool = expand(
        R"({"name": "p", "platform": "runpod-serverless", "gpu": "L4", "workers": {"max": 8}, "concurrency": 2})");
    CHECK(pool.find("workers")->find("max")->as_integer() == 8);
    CHECK(pool.find("workers")->find("max")->where() == "day.json: workers.max");
    CHECK(pool.find("workers")->find("min")->as_integer() == 0);
    CHECK(pool.find("workers")->find("min")->where() ==
          "platform catalog: platforms.runpod-serverless.pool.workers.min");
    CHECK(pool.find("queue")->find("max_wait")->as_text() == "24h");
    CHECK(pool.find("price")->find("catalog")->as_text() == "runpod-serverless-flex/L4");
    CHECK(pool.find("platform") == nullptr);
}

TEST_CASE("a pool without a platform stays as it is", "[app][platform]") {
    CHECK(expand(R"({"name": "p", "gpu": "L4"})").members().size() == 2);
}

TEST_CASE("the price is that of the platform, the GPU and the way of buying it", "[app][platform]") {
    CHECK(catalog_of(R"({"platform": "gcp-compute", "gpu": "L4"})") == "gcp-compute/g2-standard-4");
    CHECK(catalog_of(R"({"platform": "gcp-compute", "gpu": "L4", "offer": "spot"})") ==
          "gcp-compute-spot/g2-standard-4");
    CHECK(catalog_of(
              R"({"platform": "aws-ec2", "gpu": "H100", "gpus": {"per_worker": 8}, "offer": "reserved"})") ==
          "aws-ec2-reserved/p5.48xlarge-3y");
    CHECK(catalog_of(R"({"platform": "huggingface-endpoints", "gpu": "L4"})") == "hf-endpoints-aws/L4");
    CHECK(catalog_of(R"({"platform": "huggingface-endpoints", "gpu": "L4", "region": "gcp"})") ==
          "hf-endpoints-gcp/L4");
}

TEST_CASE("of several prices the smallest instance, the measured form, then the cheapest is taken",
          "[app][platform]") {
    CHECK(catalog_of(R"({"platform": "runpod-pod", "gpu": "H100"})") == "runpod-pod/H100-SXM");
    CHECK(catalog_of(R"({"platform": "aws-ec2", "gpu": "L4"})") == "aws-ec2/g6.xlarge");
    CHECK(catalog_of(R"({"platform": "aws-ec2", "gpu": "L4", "gpus": {"per_worker": 2}})") ==
          "aws-ec2/g6.12xlarge");
    CHECK(catalog_of(R"({"platform": "cloud-run-gpu", "gpu": "L4"})") == "cloud-run/L4");
    CHECK(catalog_of(R"({"platform": "lambda", "gpu": "B200", "gpus": {"per_worker": 8}})") ==
          "lambda/gpu_8x_b200");
}

TEST_CASE("an instance with more GPUs than a worker takes holds several workers", "[app][platform]") {
    const auto instance = [](const std::string& pool) {
        const ConfigNode expanded = expand(pool);
        const ConfigNode* gpus = expanded.find("gpus");
        const ConfigNode* per_instance = gpus != nullptr ? gpus->find("per_instance") : nullptr;
        return per_instance != nullptr ? per_instance->as_integer() : 0;
    };
    CHECK(instance(R"({"platform": "aws-ec2", "gpu": "H100"})") == 8);
    CHECK(instance(R"({"platform": "aws-ec2", "gpu": "H100", "gpus": {"per_worker": 4}})") == 8);
    CHECK(instance(R"({"platform": "aws-ec2", "gpu": "H100", "gpus": {"per_worker": 8}})") == 0);
    CHECK(instance(R"({"platform": "aws-ec2", "gpu": "L4"})") == 0);
    CHECK(instance(R"({"platform": "modal", "gpu": "L4", "gpus": {"per_worker": 4}})") == 0);
}

TEST_CASE("a pool's price is laid over the platform's, or stands by itself", "[app][platform]") {
    const ConfigNode disk = expand(R"({"platform": "runpod-serverless", "gpu": "L4",
        "price": {"storage": [{"name": "container disk", "size": "20GB"}]}})");
    CHECK(disk.find("price")->find("catalog")->as_text() == "runpod-serverless-flex/L4");
    CHECK(disk.find("price")->find("storage")->items().size() == 1);
    CHECK(expand(R"({"platform": "runpod-serverless", "price": "$1/h"})").find("price")->as_text() == "$1/h");
    CHECK(expand(R"({"platform": "modal", "gpu": "L4", "price": {"instance": "$1/h"}})")
              .find("price")
              ->find("catalog") == nullptr);
}

TEST_CASE("RunPod's active workers are the pool's minimum, at the active price", "[app][platform]") {
    const ConfigNode pool = expand(
        R"({"platform": "runpod-serverless", "gpu": "L4", "offer": "serverless-active", "workers": {"min": 2}})");
    const ConfigNode& price = *pool.find("price");
    CHECK(price.find("catalog")->as_text() == "runpod-serverless-flex/L4");
    CHECK(price.find("steps")->items()[0].find("first")->as_integer() == 2);
    CHECK(price.find("steps")->items()[0].find("price")->as_text() == "$0.00013/s");
    const Contract contract = read_contract(price, book());
    CHECK(format_price(*contract.price) == "$0.00019/s");
    refuse(R"({"platform": "runpod-serverless", "gpu": "L4", "offer": "serverless-active"})",
           {"always on", "\"min\": 2"});
}

TEST_CASE("a price of the user's own file is found like the catalogue's", "[app][platform]") {
    PriceBook own = PriceBook::built_in();
    own.merge(read_config_text(
        R"({"prices": {"aws-ec2/p5.4xlarge": {"platform": "aws-ec2", "gpu": "H100", "gpus": 1,
        "instance": "$6.9/h", "date": "2026-10"}, "mine/GH200": {"platform": "runpod-serverless", "gpu": "GH200",
        "instance": "$2/h", "date": "2026-10"}}})",
        "mine.json"));
    const auto catalog = [&](const char* pool) {
        return expand(pool, own).find("price")->find("catalog")->as_text();
    };
    CHECK(catalog(R"({"platform": "aws-ec2", "gpu": "H100"})") == "aws-ec2/p5.4xlarge");
    CHECK(catalog(R"({"platform": "runpod-serverless", "gpu": "GH200"})") == "mine/GH200");
}

TEST_CASE("an unknown platform is refused with the nearest name", "[app][platform]") {
    refuse(R"({"platform": "runpod-serverles"})",
           {"day.json: platform", "did you mean \"runpod-serverless\""});
}

TEST_CASE("a GPU that the platform does not sell is refused with what it sells and where to put a price",
          "[app][platform]") {
    refuse(R"({"platform": "cloud-run-gpu", "gpu": "H100"})",
           {"day.json: gpu", "\"cloud-run-gpu\" sells no \"H100\" (serverless)", "it sells L4", "\"prices\"",
            "\"platform\": \"cloud-run\""});
    refuse(R"({"platform": "aws-ec2", "gpu": "L4", "offer": "spot"})",
           {"sells no \"L4\" (spot)", "no price of it is spot"});
    refuse(R"({"platform": "lambda", "gpu": "A10", "gpus": {"per_worker": 4}})",
           {"but not workers of 4 GPUs", "lambda/gpu_1x_a10 (1 GPU)"});
    refuse(R"({"platform": "gcp-compute", "gpu": "L4", "region": "us-east5"})",
           {"in \"us-east5\"", "workers of 1 GPU\n", "gcp-compute/g2-standard-4 (1 GPU) in us-central1"});
    refuse(R"({"platform": "modal"})", {"\"gpu\" is missing", "it sells B200"});
}

TEST_CASE("an offer or a region needs a platform that sells GPUs", "[app][platform]") {
    refuse(R"({"offer": "spot"})", {"day.json: offer", "goes with a \"platform\""});
    refuse(R"({"region": "us"})", {"day.json: region", "goes with a \"platform\""});
    refuse(R"({"platform": "knative", "offer": "spot"})", {"day.json: offer", "sells no GPUs"});
    refuse(R"({"platform": "modal", "gpu": "L4", "offer": "sport"})", {"day.json: offer", "\"spot\""});
    refuse(R"({"platform": "modal", "kind": "api"})", {"day.json: platform", "an api has no platform"});
}

TEST_CASE("a platform whose starts nobody has published asks the pool for them", "[app][platform]") {
    const auto check = [](const std::string& text) {
        const ConfigNode pool = read_config_text(text, "day.json");
        refuse_unknown_start(pool, expand_platform(pool, book()));
    };
    CHECK_THROWS_WITH(check(R"({"platform": "huggingface-endpoints", "gpu": "L4"})"),
                      contains_text("\"startup\" is missing"));
    CHECK_NOTHROW(check(R"({"platform": "huggingface-endpoints", "gpu": "L4",
        "startup": [{"phase": "container", "time": "60s"}]})"));
    CHECK_NOTHROW(check(R"({"platform": "modal", "gpu": "L4"})"));
    CHECK_NOTHROW(check(R"({"gpu": "L4"})"));
}

TEST_CASE("a pool's own limit on waiting takes the place of the platform's", "[app][platform]") {
    const ConfigNode own =
        expand(R"({"platform": "cloud-run-gpu", "gpu": "L4", "queue": {"max_wait": "30s"}})");
    CHECK(own.find("queue")->find("max_wait")->as_text() == "30s");
    CHECK(own.find("queue")->find("pending_limit") == nullptr);
    const ConfigNode other =
        expand(R"({"platform": "runpod-serverless", "gpu": "L4", "queue": {"pending_limit": {}}})");
    CHECK(other.find("queue")->find("max_wait") == nullptr);
}

TEST_CASE("a region that no price of the platform is in is refused with those there are", "[app][platform]") {
    refuse(R"({"platform": "huggingface-endpoints", "gpu": "L4", "region": "mars"})",
           {"region", "unknown region \"mars\"", "aws", "gcp"});
    refuse(R"({"platform": "huggingface-endpoints", "gpu": "L4", "region": "mars", "price": "$1/h"})",
           {"mars"});
    refuse(R"({"platform": "modal", "gpu": "L4", "region": "us"})", {"region", "\"modal\" know no regions"});
}
