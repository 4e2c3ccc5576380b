#include "sim/billing/price_book.hpp"

#include <set>

#include "sim/core/error.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

ConfigNode object(std::vector<ConfigNode::Member> members) {
    return ConfigNode::object("mine.json: prices.x", std::move(members));
}

}  // namespace

TEST_CASE("every price of the catalog says where and when it was read", "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    CHECK(book.entries().size() > 100);
    std::set<std::string> names;
    for (const PriceBook::Entry& entry : book.entries()) {
        INFO(entry.name);
        CHECK(names.insert(entry.name).second);
        CHECK(entry.contract.price.has_value());
        CHECK(entry.contract.price->amount.mantissa > 0);
        CHECK_FALSE(entry.gpu.empty());
        CHECK_FALSE(entry.contract.provenance.source.empty());
        CHECK(entry.contract.provenance.date.starts_with("202"));
        const std::string& confidence = entry.contract.provenance.confidence;
        CHECK((confidence == "high" || confidence == "medium"));
    }
}

TEST_CASE("the catalog has the common GPUs on the common platforms", "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    for (const char* name : {"runpod-serverless-flex/H100",
                             "runpod-serverless-flex/A100-80GB",
                             "runpod-serverless-flex/L40S",
                             "runpod-serverless-flex/L4",
                             "runpod-pod/H100-SXM",
                             "runpod-pod/A100-80GB",
                             "runpod-pod/L40S",
                             "modal/H100",
                             "modal/A100-80GB",
                             "modal/L40S",
                             "modal/L4",
                             "cloud-run/L4",
                             "aws-ec2/p5.48xlarge",
                             "aws-ec2/p4d.24xlarge",
                             "aws-ec2/p4de.24xlarge",
                             "aws-ec2/g6e.xlarge",
                             "aws-ec2/g6.xlarge",
                             "gcp-compute/a3-highgpu-8g",
                             "gcp-compute/a2-ultragpu-1g",
                             "gcp-compute/g2-standard-4"}) {
        CHECK_NOTHROW(book.entry(name, "here"));
    }
}

TEST_CASE("a pool's price is laid over the catalog's", "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    const Contract contract = read_contract(
        price_node({text_member("catalog", "runpod-serverless-flex/H100"),
                    {"billed", object({{"pull", ConfigNode::flag("x", true)}})},
                    {"storage", ConfigNode::list("x", {object({text_member("name", "container disk"),
                                                               text_member("size", "20GB")})})}}),
        book);
    CHECK(format_price(*contract.price) == "$0.00116/s");
    CHECK(contract.billed.pull);
    CHECK_FALSE(contract.billed.acquire);
    CHECK(contract.storage.at(0).bytes == 20'000'000'000);
    CHECK(contract.storage.at(0).step == 5min);
    CHECK(format_price(contract.storage.at(0).price) == "$0.1/GB-month");
    CHECK(contract.provenance.catalog == "runpod-serverless-flex/H100");
}

TEST_CASE("an unknown catalog price names the nearest one of its platform", "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    try {
        read_contract(price_node({text_member("catalog", "modal/H10")}), book);
        FAIL("it was taken");
    } catch (const InputError& error) {
        CHECK(error.where() == "s.json: price.catalog");
        CHECK(error.hint().find("did you mean \"modal/H100\"?") != std::string::npos);
        CHECK(error.hint().find("aws-ec2") == std::string::npos);
    }
}

TEST_CASE("a user's file adds prices and takes the place of known ones", "[billing][price_book]") {
    PriceBook book = PriceBook::built_in();
    const std::size_t before = book.entries().size();
    book.merge(ConfigNode::object(
        "mine.json", {{"platforms", object({{"own-rack", object({text_member("step", "60s")})}})},
                      {"prices", object({{"own-rack/H100", object({text_member("platform", "own-rack"),
                                                                   text_member("instance", "$1.10/h")})},
                                         {"modal/H100", object({text_member("platform", "modal"),
                                                                text_member("instance", "$0.001/s")})}})}}));
    CHECK(book.entries().size() == before + 1);
    CHECK(book.entry("own-rack/H100", "x").contract.step == 60s);
    CHECK(format_price(*book.entry("modal/H100", "x").contract.price) == "$0.001/s");
    CHECK(book.entry("modal/H100", "x").contract.cpu.has_value());
}

TEST_CASE("a price of an unknown platform, or none, is refused", "[billing][price_book]") {
    PriceBook book = PriceBook::built_in();
    const auto merge = [&](std::vector<ConfigNode::Member> members) {
        book.merge(
            ConfigNode::object("mine.json", {{"prices", object({{"a/b", object(std::move(members))}})}}));
    };
    CHECK_THROWS_WITH(merge({text_member("platform", "modall"), text_member("instance", "$1/h")}),
                      contains_text("did you mean \"modal\""));
    CHECK_THROWS_WITH(merge({text_member("platform", "modal")}), contains_text("there is no price"));
    CHECK_THROWS_WITH(merge({text_member("instance", "$1/h")}), contains_text("\"platform\" is missing"));
}
