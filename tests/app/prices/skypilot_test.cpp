#include "app/prices/skypilot.hpp"

#include "app/io/json_file.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

const std::string kHeader =
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,SpotPrice,Region,AvailabilityZone,"
    "GpuInfo\n";
const std::string kInfo =
    R"("{'Gpus': [{'Name': 'H100', 'Manufacturer': 'NVIDIA', 'Count': 8.0, 'MemoryInfo': {'SizeInMiB': 81920}}]}")";
const std::string kP5 = "p5.48xlarge,H100,8.0,192.0,2048.0,55.04,";

ImportedPrices import(const std::string& rows, const std::string& region = {}, const std::string& gpu = {}) {
    return import_skypilot(kHeader + rows, "vms.csv",
                           {"aws-ec2", "2026-08-22", "SkyPilot catalogue, vms.csv", region, gpu});
}

PriceBook book_of(const ImportedPrices& prices) {
    PriceBook book = PriceBook::built_in();
    book.merge(read_config_text(prices.text, "mine.json"));
    return book;
}

}  // namespace

TEST_CASE("an instance of SkyPilot's becomes an on-demand price and a spot price a zone", "[app][skypilot]") {
    const ImportedPrices prices = import(kP5 + "21.5,us-east-1,us-east-1a," + kInfo + "\n" + kP5 +
                                         "20.9432,us-east-1,us-east-1b," + kInfo + "\n");
    CHECK(prices.rows == 2);
    CHECK(prices.on_demand == 1);
    CHECK(prices.spot == 2);
    CHECK(prices.said_again == 1);
    const PriceBook book = book_of(prices);
    const PriceBook::Entry& on_demand = book.entry("aws-ec2/p5.48xlarge@us-east-1", "x");
    CHECK(on_demand.offer == Offer::kOnDemand);
    CHECK(on_demand.gpu == "H100");
    CHECK(on_demand.region == "us-east-1");
    CHECK(on_demand.contract.gpus == 8);
    CHECK(format_price(*on_demand.contract.price) == "$55.04/h");
    CHECK(on_demand.contract.minimum == std::chrono::seconds{60});  // the platform's rule
    CHECK(on_demand.contract.provenance.date == "2026-08-22");
    CHECK(on_demand.contract.provenance.source == "SkyPilot catalogue, vms.csv");
    CHECK(on_demand.contract.provenance.confidence == "medium");
    CHECK(on_demand.contract.provenance.note == "192.0 vCPUs, 2048.0 GiB of memory.");
    const PriceBook::Entry& spot = book.entry("aws-ec2-spot/p5.48xlarge@us-east-1b", "x");
    CHECK(spot.offer == Offer::kSpot);
    CHECK(format_price(*spot.contract.price) == "$20.9432/h");
}

TEST_CASE("rows that are no price of whole GPUs are left out and counted", "[app][skypilot]") {
    const ImportedPrices prices = import(
        "m5.large,,,2,8,0.096,0.04,us-east-1,us-east-1a,\n"    // no GPU
        ",T4,1,,,0.35,0.14,us-central1,us-central1-a,\n"       // a GPU to attach
        "NV6ads_A10_v5,A10,0.167,6,55,0.454,,eastus,,\n"       // a sixth of a GPU
        "g6.xlarge,L4,1,4,16,0.8048,,us-east-1,us-east-1a,\n"  // no spot price
        "g5.xlarge,A10G,1,4,16,,0.41,us-east-1,us-east-1a,\n"  // spot only
        "x.free,A10G,1,4,16,0,,us-east-1,us-east-1a,\n");      // 0: nobody sells it
    CHECK(prices.rows == 6);
    CHECK(prices.without_gpu == 1);
    CHECK(prices.without_instance == 1);
    CHECK(prices.parts_of_gpus == 1);
    CHECK(prices.without_price == 2);
    CHECK(prices.without_spot_price == 2);
    CHECK(prices.on_demand == 1);
    CHECK(prices.spot == 1);
    CHECK(book_of(prices).entries().size() == PriceBook::built_in().entries().size() + 2);
}

TEST_CASE("one region and one GPU can be asked for", "[app][skypilot]") {
    const std::string rows = kP5 + "21.5,us-east-1,us-east-1a,\n" + kP5 + "19,eu-west-1,eu-west-1a,\n" +
                             "g6.xlarge,L4,1,4,16,0.8048,0.3,us-east-1,us-east-1a,\n";
    CHECK(import(rows, "us-east-1").on_demand == 2);
    CHECK(import(rows, {}, "H100").on_demand == 2);
    const ImportedPrices one = import(rows, "us-east-1", "L4");
    CHECK(one.on_demand == 1);
    CHECK(one.spot == 1);
    CHECK(one.filtered == 2);
}

TEST_CASE("what floating-point sums left behind nine decimals is rounded away", "[app][skypilot]") {
    const PriceBook book = book_of(import("g6.xlarge,L4,1,4,16,0.80480000000000007,,us-east-1,,\n"));
    CHECK(format_price(*book.entry("aws-ec2/g6.xlarge@us-east-1", "x").contract.price) == "$0.8048/h");
}

TEST_CASE("the same price with more zeros is said again, not another one", "[app][skypilot]") {
    const ImportedPrices prices = import("a,L4,1,4,16,0.80,,r,r-a,\na,L4,1.0,4,16,0.8,,r,r-b,\n");
    CHECK(prices.on_demand == 1);
    CHECK(prices.said_again == 1);
}

TEST_CASE("columns may stand in any order, and further ones are passed over", "[app][skypilot]") {
    const ImportedPrices prices = import_skypilot(
        "Region,Price,Arch,AcceleratorCount,AcceleratorName,InstanceType\nus,1.29,x86,1,A10,gpu_1x_a10\n",
        "vms.csv", {"lambda", "2026", "SkyPilot", {}, {}});
    CHECK(prices.on_demand == 1);
    CHECK(format_price(*book_of(prices).entry("lambda/gpu_1x_a10@us", "x").contract.price) == "$1.29/h");
}

TEST_CASE("a line that cannot be read is refused with its number", "[app][skypilot]") {
    const auto refuse = [](const std::string& rows, const char* problem) {
        CHECK_THROWS_WITH(import(rows), contains_text(problem));
    };
    refuse("a,L4,1,4,16,cheap,,r,,\n", "vms.csv:2: Price is not a price: \"cheap\"");
    refuse("a,L4,1,4,16,-0.8,,r,,\n", "vms.csv:2: Price is negative: -0.8");
    refuse("a,L4,1,4,16,1,-2,r,,\n", "vms.csv:2: SpotPrice is negative");
    refuse("a,L4,none,4,16,1,,r,,\n", "vms.csv:2: AcceleratorCount is no number");
    refuse("a,L4,0,4,16,1,,r,,\n", "vms.csv:2: AcceleratorCount is no number");
    refuse("a,L4,1,4,16,1,,r\n", "vms.csv:2: has 8 cells, and the header has 10");
    refuse("a,L4,1,4,16,1,,r,,\na,L4,1,4,16,2,,r,,\n",
           "vms.csv:3: aws-ec2/a@r costs $2/h here and $1/h on line 2");
    CHECK_THROWS_WITH(import_skypilot("InstanceType,Price\n", "vms.csv", {}),
                      contains_text("vms.csv:1: has no column \"AcceleratorName\""));
    CHECK_THROWS_WITH(import_skypilot("", "vms.csv", {}), contains_text("is empty"));
}

TEST_CASE("a cloud whose rules the price book lacks is refused with those that it has", "[app][skypilot]") {
    CHECK(platform_of_cloud("gcp", "x") == "gcp-compute");
    CHECK(platform_of_cloud("runpod", "x") == "runpod-pod");
    CHECK_THROWS_WITH(platform_of_cloud("awss", "--cloud"), contains_text("did you mean \"aws\""));
}
