#include "sim/billing/contract.hpp"

#include "sim/billing/price_book.hpp"
#include "sim/billing/read_contract.hpp"
#include "sim/core/error.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

ConfigNode text(const std::string& value) { return ConfigNode::text("s.json: price.x", value); }
ConfigNode count(std::int64_t value) { return ConfigNode::integer("s.json: price.x", value); }
ConfigNode object(std::vector<ConfigNode::Member> members) {
    return ConfigNode::object("s.json: price.x", std::move(members));
}
ConfigNode list(std::vector<ConfigNode> items) {
    return ConfigNode::list("s.json: price.x", std::move(items));
}
ConfigNode flag(bool value) { return ConfigNode::flag("s.json: price.x", value); }

Contract read(std::vector<ConfigNode::Member> members) {
    return read_contract(price_node(std::move(members)), {});
}

void refuse(std::vector<ConfigNode::Member> members, const std::string& part) {
    CHECK_THROWS_WITH(read(std::move(members)), contains_text(part));
}

const ConfigNode::Member kInstance{"instance", text("$2/h")};

}  // namespace

TEST_CASE("a price alone is a contract by the second, from the pull on", "[billing][contract]") {
    const Contract contract = read_contract(text("$2.49/h"), {});
    CHECK(format_price(*contract.price) == "$2.49/h");
    CHECK(contract.step == 1s);
    CHECK(contract.minimum == 0s);
    CHECK_FALSE(contract.billed.acquire);
    CHECK(contract.billed.pull);
    CHECK(contract.month == 720h);
}

TEST_CASE("a contract reads every part that it can have", "[billing][contract]") {
    const Contract contract = read({
        kInstance,
        {"per", text("gpu")},
        {"steps", list({object({{"first", count(2)}, {"price", text("$1/h")}})})},
        {"billed", object({{"pull", flag(false)}, {"throttled", flag(true)}})},
        {"step", text("60s")},
        {"minimum", text("2m")},
        {"cpu", object({{"vcpu", ConfigNode::number("s.json: price.cpu.vcpu", 0.125)},
                        {"price", text("$0.00001/vCPU-s")}})},
        {"memory", object({{"size", text("16GiB")}, {"price", text("$0.000002/GiB-s")}})},
        {"storage", list({object({{"name", text("disk")},
                                  {"size", text("20GB")},
                                  {"price", text("$0.1/GB-month")},
                                  {"step", text("5m")}})})},
        {"egress", object({{"price", text("$0.09/GB")}, {"bytes_per_output_token", text("4B")}})},
        {"month", text("730h")},
    });
    CHECK(contract.per == PricePer::kGpu);
    CHECK(contract.steps.at(0).first == 2);
    CHECK_FALSE(contract.billed.pull);
    CHECK(contract.billed.throttled);
    CHECK(contract.billed.idle);
    CHECK(contract.step == 60s);
    CHECK(contract.cpu->milli_vcpus == 125);
    CHECK(contract.memory->bytes == std::int64_t{16} << 30);
    CHECK(contract.storage.at(0).step == 5min);
    CHECK(contract.storage.at(0).time == StorageTime::kRunning);
    CHECK(contract.egress->tiers.size() == 1);
    CHECK(contract.egress->bytes_per_output_token == 4);
    CHECK(contract.month == 730h);
}

TEST_CASE("a multiplier is on the price of instances and not on commitments", "[billing][contract]") {
    const Contract contract =
        read({kInstance, {"multiplier", ConfigNode::number("s.json: price.multiplier", 1.75)}});
    CHECK(format_price(*contract.price) == "$3.5/h");
    const Contract reserved =
        read({kInstance,
              {"commitments", list({object({{"instances", count(1)}, {"price", text("$1/h")}})})},
              {"multiplier", ConfigNode::number("s.json: price.multiplier", 1.75)}});
    CHECK(format_price(*reserved.price) == "$3.5/h");
    CHECK(format_price(reserved.commitments.at(0).price) == "$1/h");
}

TEST_CASE("a contract that sells nothing, or two things, is refused", "[billing][contract]") {
    refuse({}, "there is no price");
    const ConfigNode::Member tokens{"tokens",
                                    object({{"input", text("$1/Mtok")}, {"output", text("$2/Mtok")}})};
    refuse({kInstance, tokens}, "pay-per-token API");
    refuse({tokens, {"cpu", object({{"vcpu", count(1)}, {"price", text("$1/vCPU-h")}})}},
           "pay-per-token API");
    CHECK(read({tokens}).tokens.has_value());
}

TEST_CASE("numbers that cannot be are refused with their place", "[billing][contract]") {
    refuse({{"instance", text("-$2/h")}}, "is negative");
    refuse({{"instance", text("$2")}}, "lacks its unit");
    refuse({kInstance, {"minimum", text("90s")}, {"step", text("60s")}}, "no multiple of the billing step");
    refuse({kInstance, {"gpus", count(0)}}, "out of range");
    refuse({kInstance,
            {"steps", list({object({{"first", count(3)}, {"price", text("$1/h")}}),
                            object({{"first", count(3)}, {"price", text("$1/h")}})})}},
           "must ascend");
    refuse(
        {kInstance, {"cpu", object({{"vcpu", ConfigNode::number("x", -1)}, {"price", text("$1/vCPU-h")}})}},
        "vcpu");
    refuse({kInstance, {"cpu", object({{"vcpu", count(1)}})}}, "\"price\" is missing");
    refuse({kInstance, {"multiplier", ConfigNode::number("x", 0)}}, "no multiplier");
    refuse({kInstance, {"month", text("0s")}}, "month");
    refuse({kInstance,
            {"storage",
             list({object({{"name", text("d")}, {"size", text("-1GB")}, {"price", text("$1/GB-month")}})})}},
           "size");
    refuse({kInstance, {"idel", count(1)}}, "unknown key");
}

TEST_CASE("egress tiers ascend to one without bound", "[billing][contract]") {
    const auto tier = [](const char* up_to, const char* price) {
        return object({{"up_to", text(up_to)}, {"price", text(price)}});
    };
    const ConfigNode last = object({{"price", text("$0.05/GB")}});
    const auto egress = [](ConfigNode tiers) {
        return ConfigNode::Member{"egress", object({{"tiers", std::move(tiers)}})};
    };
    CHECK(read({kInstance, egress(list({tier("10TB", "$0.09/GB"), last}))}).egress->tiers.size() == 2);
    refuse({kInstance, egress(list({tier("10TB", "$0.09/GB")}))}, "must ascend");
    refuse({kInstance, egress(list({last, last}))}, "must ascend");
    refuse({kInstance, egress(list({tier("10TB", "$0.09/GB"), tier("10TB", "$0.08/GB"), last}))},
           "must ascend");
    refuse({kInstance, egress(list({}))}, "no tier");
}

TEST_CASE("a commitment pays for whole hours, so nothing may be unbilled once it has begun",
          "[billing][contract]") {
    const ConfigNode::Member commitments{"commitments",
                                         list({object({{"instances", count(2)}, {"price", text("$1/h")}})})};
    CHECK(read({kInstance, commitments}).commitments.at(0).instances == 2);
    refuse({kInstance, commitments, {"billed", object({{"idle", flag(false)}})}}, "whole hours");
    refuse({kInstance, commitments, {"billed", object({{"acquire", flag(true)}, {"pull", flag(false)}})}},
           "whole hours");
    refuse(
        {kInstance, commitments, {"steps", list({object({{"first", count(2)}, {"price", text("$1/h")}})})}},
        "steps and commitments");
}

TEST_CASE("a commitment is for instances or for money, at a price of its own", "[billing][contract]") {
    const auto commitments = [](std::vector<ConfigNode::Member> members) {
        return ConfigNode::Member{"commitments", list({object(std::move(members))})};
    };
    const Contract plan = read({kInstance, commitments({{"spend", text("$10/h")}, {"price", text("$1/h")}})});
    CHECK(format_price(plan.commitments.at(0).spend.value()) == "$10/h");
    refuse({kInstance, commitments({{"price", text("$1/h")}})},
           "a number of instances or for an amount of money");
    refuse({kInstance,
            commitments({{"instances", count(2)}, {"spend", text("$10/h")}, {"price", text("$1/h")}})},
           "a number of instances or for an amount of money");
    refuse({kInstance, commitments({{"instances", count(2)}})}, "\"price\" is missing");
    refuse({kInstance, commitments({{"spend", text("$10/h")}, {"price", text("$0/h")}})}, "neither");
    refuse({kInstance, commitments({{"spend", text("$10/GB")}, {"price", text("$1/h")}})},
           "per something else");
}

TEST_CASE("an instance with several workers is paid for as a whole", "[billing][contract]") {
    Purchase purchase = plain_purchase("$8/h");
    purchase.gpus_per_instance = 8;
    CHECK_NOTHROW(check_purchase(purchase, "s.json: pools[0]"));
    purchase.contract.billed.idle = false;
    CHECK_THROWS_WITH(check_purchase(purchase, "s.json: pools[0]"), contains_text("paid for as a whole"));
    purchase.gpus_per_worker = 8;
    CHECK_NOTHROW(check_purchase(purchase, "s.json: pools[0]"));
}

TEST_CASE("a price for eight GPUs does not buy instances of four", "[billing][contract]") {
    Purchase purchase = catalog_purchase("aws-ec2/p4d.24xlarge", 4);
    CHECK_THROWS_WITH(check_purchase(purchase, "s.json: pools[0]"), contains_text("instances of 8 GPUs"));
    purchase.gpus_per_instance = 8;
    CHECK_NOTHROW(check_purchase(purchase, "s.json: pools[0]"));
}
