#include "sim/billing/price_book.hpp"

#include <map>
#include <set>

#include "sim/billing/price_date.hpp"
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
        CHECK(entry.offer.has_value());
        CHECK(entry.name.find('/') != std::string::npos);
        CHECK_FALSE(entry.contract.provenance.source.empty());
        CHECK(is_price_date(entry.contract.provenance.date));
        const std::string& confidence = entry.contract.provenance.confidence;
        CHECK((confidence == "high" || confidence == "medium" || confidence == "low"));
        CHECK((entry.offer == Offer::kReserved) == !entry.contract.commitments.empty());
    }
}

TEST_CASE("the catalog has every way of selling that a source states", "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    std::map<Offer, int> counts;
    for (const PriceBook::Entry& entry : book.entries()) ++counts[entry.offer.value()];
    CHECK(counts[Offer::kServerless] == 66);
    CHECK(counts[Offer::kServerlessActive] == 16);
    CHECK(counts[Offer::kOnDemand] == 55);
    CHECK(counts[Offer::kSpot] == 4);
    CHECK(counts[Offer::kReserved] == 4);
    CHECK(book.entry("gcp-compute-spot/a3-highgpu-1g", "x").platform == "gcp-compute");
    CHECK(book.entry("runpod-serverless-active/H100", "x").platform == "runpod-serverless");
}

TEST_CASE("a price is dated by a day, a month, a year or a range of them", "[billing][price_book]") {
    for (const char* date : {"2026-08-22", "2026-08", "2026", "2025-08-25..2026-05-13", "2025..2025"}) {
        INFO(date);
        CHECK(is_price_date(date));
    }
    for (const char* date :
         {"", "26-08-22", "2026-13", "2026-00", "2026-08-32", "2026/08/22", "2026-08-22 (table)", "yesterday",
          "2026-", "2026-05..2025-08", "..2026", "2026.."}) {
        INFO(date);
        CHECK_FALSE(is_price_date(date));
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

TEST_CASE("a multiplier is given to a price, and refused in a platform's rules", "[billing][price_book]") {
    const ConfigNode multiplier = ConfigNode::number("mine.json: platforms.modal.multiplier", 1.75);
    PriceBook book = PriceBook::built_in();
    try {
        const ConfigNode rules =
            ConfigNode::object("mine.json: platforms.modal", {{"multiplier", multiplier}});
        book.merge(ConfigNode::object("mine.json", {{"platforms", object({{"modal", rules}})}}));
        FAIL("it was taken");
    } catch (const InputError& error) {
        CHECK(error.where() == "mine.json: platforms.modal.multiplier");
    }
    book.merge(ConfigNode::object(
        "mine.json", {{"prices", object({{"modal/X", object({text_member("platform", "modal"),
                                                             text_member("instance", "$4/h"),
                                                             {"multiplier", multiplier},
                                                             text_member("date", "2026-12")})}})}}));
    CHECK(format_price(*book.entry("modal/X", "here").contract.price) == "$7/h");
}

TEST_CASE("an unknown catalog price names the nearest one of its platform", "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    try {
        read_contract(price_node({text_member("catalog", "modal/H10")}), book);
        FAIL("it was taken");
    } catch (const InputError& error) {
        CHECK(error.where() == "s.json: price.catalog");
        CHECK(error.hint().find("did you mean \"modal/H100\"?") != std::string::npos);
        CHECK(error.hint().find("goes into the file that the scenario's \"prices\" names") !=
              std::string::npos);
        CHECK(error.hint().find("aws-ec2") == std::string::npos);
    }
}

TEST_CASE("a user's file adds prices and takes the place of known ones", "[billing][price_book]") {
    PriceBook book = PriceBook::built_in();
    const std::size_t before = book.entries().size();
    book.merge(ConfigNode::object(
        "mine.json",
        {{"platforms",
          object({{"own-rack", object({text_member("step", "60s"), text_member("kind", "on-demand"),
                                       text_member("source", "contract 17")})}})},
         {"prices", object({{"own-rack/H100",
                             object({text_member("platform", "own-rack"), text_member("gpu", "H100"),
                                     text_member("instance", "$1.10/h"), text_member("date", "2026-03-01")})},
                            {"modal/H100",
                             object({text_member("platform", "modal"), text_member("instance", "$0.001/s"),
                                     text_member("date", "2026-12")})}})}}));
    CHECK(book.entries().size() == before + 1);
    const PriceBook::Entry& own = book.entry("own-rack/H100", "x");
    CHECK(own.contract.step == 60s);
    CHECK(own.offer == Offer::kOnDemand);
    CHECK(own.contract.provenance.source == "contract 17");
    CHECK(own.contract.provenance.date == "2026-03-01");
    CHECK(format_price(*book.entry("modal/H100", "x").contract.price) == "$0.001/s");
    CHECK(book.entry("modal/H100", "x").contract.cpu.has_value());
    CHECK(format_price(*book.entry("modal/H200", "x").contract.price) == "$0.001261/s");
}

TEST_CASE("a price that sells tokens is of an API, whatever its platform", "[billing][price_book]") {
    PriceBook book = PriceBook::built_in();
    const ConfigNode tokens = object({text_member("input", "$0.1/Mtok"), text_member("output", "$0.4/Mtok")});
    book.merge(ConfigNode::object(
        "mine.json", {{"platforms", object({{"some-api", object({text_member("source", "price list")})}})},
                      {"prices", object({{"some-api/llama", object({text_member("platform", "some-api"),
                                                                    text_member("date", "2026-03"),
                                                                    {"tokens", tokens}})}})}}));
    CHECK(book.entry("some-api/llama", "x").offer == Offer::kApi);
}

TEST_CASE("the pool says how many instances are reserved, and the catalog at which price",
          "[billing][price_book]") {
    const PriceBook book = PriceBook::built_in();
    const Contract contract = read_contract(
        price_node(
            {text_member("catalog", "aws-ec2-reserved/p5.48xlarge-3y"),
             {"commitments", ConfigNode::list("x", {object({{"instances", ConfigNode::integer("x", 3)}})})}}),
        book);
    CHECK(contract.commitments.at(0).instances == 3);
    CHECK(format_price(contract.commitments.at(0).price) == "$23.777/h");
    CHECK(format_price(*contract.price) == "$55.04/h");
}

namespace {

/// What is said of a price file whose only entry has `members`.
std::string refusal(std::vector<ConfigNode::Member> members) {
    PriceBook book = PriceBook::built_in();
    try {
        book.merge(
            ConfigNode::object("mine.json", {{"prices", object({{"a/b", object(std::move(members))}})}}));
    } catch (const InputError& error) {
        return error.what();
    }
    return "it was taken";
}

}  // namespace

TEST_CASE("a price of an unknown platform, or none, is refused", "[billing][price_book]") {
    const auto date = text_member("date", "2026-03");
    CHECK_THAT(refusal({text_member("platform", "modall"), text_member("instance", "$1/h"), date}),
               contains_text("did you mean \"modal\""));
    CHECK_THAT(refusal({text_member("platform", "modal"), date}), contains_text("there is no price"));
    CHECK_THAT(refusal({text_member("instance", "$1/h"), date}), contains_text("\"platform\" is missing"));
}

TEST_CASE("a price without its date, of no date, negative, or of an unknown confidence or kind is refused",
          "[billing][price_book]") {
    const auto platform = text_member("platform", "modal");
    const auto price = text_member("instance", "$1/h");
    const auto date = text_member("date", "2026-03");
    CHECK_THAT(refusal({platform, price}), contains_text("\"date\" is missing"));
    CHECK_THAT(refusal({platform, price, text_member("date", "last week")}),
               contains_text("\"last week\" is not a date"));
    CHECK_THAT(refusal({platform, date, text_member("instance", "-$1/h")}), contains_text("is negative"));
    CHECK_THAT(refusal({platform, date, text_member("instance", "$1")}), contains_text("lacks its unit"));
    CHECK_THAT(refusal({platform, price, date, text_member("confidence", "sure")}), contains_text("high"));
    CHECK_THAT(refusal({platform, price, date, text_member("kind", "sport")}), contains_text("spot"));
    CHECK_THAT(refusal({platform, price, date, text_member("gpuu", "L4")}), contains_text("gpu"));
}

TEST_CASE("a price that says where it was read neither itself nor by its platform is refused",
          "[billing][price_book]") {
    PriceBook book = PriceBook::built_in();
    const ConfigNode file = ConfigNode::object(
        "mine.json", {{"platforms", object({{"own-rack", object({text_member("step", "60s")})}})},
                      {"prices", object({{"own-rack/L4", object({text_member("platform", "own-rack"),
                                                                 text_member("instance", "$1/h"),
                                                                 text_member("date", "2026")})}})}});
    CHECK_THROWS_WITH(book.merge(file), contains_text("\"source\" is missing"));
}
