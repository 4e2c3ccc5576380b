#include "app/prices/price_query.hpp"

#include <algorithm>
#include <set>

#include "app/io/json_file.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

const PriceBook& book() {
    static const PriceBook kBook = PriceBook::built_in();
    return kBook;
}

std::vector<std::string> names_of(const PriceQuery& query) {
    std::vector<std::string> names;
    for (const PriceBook::Entry* entry : find_prices(book(), query)) names.push_back(entry->name);
    return names;
}

}  // namespace

TEST_CASE("without a question every price is found, as the files have them", "[app][prices]") {
    CHECK(names_of({}).size() == book().entries().size());
    CHECK(names_of({}).front() == book().entries().front().name);
}

TEST_CASE("a GPU is found under each vendor's name for it", "[app][prices]") {
    PriceQuery query;
    query.gpu = "H100";
    query.platform = "runpod";
    CHECK(names_of(query) == std::vector<std::string>{"runpod-serverless-flex/H100",
                                                      "runpod-serverless-active/H100", "runpod-pod/H100-SXM",
                                                      "runpod-pod/H100-PCIe", "runpod-pod/H100-NVL"});
    query.gpu = "H100-SXM";
    CHECK(names_of(query) == std::vector<std::string>{"runpod-pod/H100-SXM"});
    query = {};
    query.gpu = "A100";
    std::set<std::string> gpus;
    for (const PriceBook::Entry* entry : find_prices(book(), query)) gpus.insert(entry->gpu);
    CHECK(gpus == std::set<std::string>{"A100-40GB", "A100-80GB"});
}

TEST_CASE("kinds and regions are told apart", "[app][prices]") {
    PriceQuery query;
    query.offer = Offer::kSpot;
    query.gpu = "L4";
    CHECK(names_of(query) == std::vector<std::string>{"gcp-compute-spot/g2-standard-4"});
    query = {};
    query.platform = "hf-endpoints";
    query.region = "gcp";
    CHECK(names_of(query).size() == 3);
    query.region = "us-east-1";
    CHECK(names_of(query).empty());
    CHECK(is_in_region("us-east-1a", "us-east-1"));
    CHECK(is_in_region("", "us-east-1"));
    CHECK_FALSE(is_in_region("us-east-1", "us-east-1a"));
}

TEST_CASE("prices are sorted by the hour of one GPU, or the newest first", "[app][prices]") {
    PriceQuery query;
    query.order = PriceOrder::kPrice;
    const auto by_price = find_prices(book(), query);
    CHECK(std::is_sorted(by_price.begin(), by_price.end(), [](const auto* a, const auto* b) {
        return gpu_hour(a->contract) < gpu_hour(b->contract);
    }));
    query.order = PriceOrder::kDate;
    const auto by_date = find_prices(book(), query);
    CHECK(by_date.front()->contract.provenance.date == "2026-09-25");
    CHECK(by_date.back()->contract.provenance.date.starts_with("2024-12"));
    query.order = PriceOrder::kGpu;
    CHECK(find_prices(book(), query).front()->gpu == "A10");
}

TEST_CASE("an hour of one GPU is what the instance costs over its GPUs, or the committed price",
          "[app][prices]") {
    const auto hour = [](const char* name) {
        return exact_usd(gpu_hour(book().entry(name, "x").contract).value());
    };
    CHECK(hour("aws-ec2/p5.48xlarge") == "6.88");                  // 55.04 / 8
    CHECK(hour("modal/H100") == "3.9492");                         // 0.001097 x 3600
    CHECK(hour("aws-ec2-reserved/p5.48xlarge-3y") == "2.972125");  // 23.777 / 8
    CHECK(hour("aws-ec2-capacity-block/p5.48xlarge") == "4.916");  // of one GPU as it is
    CHECK(amount_text(book().entry("aws-ec2-reserved/p5.48xlarge-3y", "x").contract) ==
          "$23.777/h committed");
}

TEST_CASE("a GPU or platform that no price has is refused with the nearest name", "[app][prices]") {
    PriceQuery query;
    query.gpu = "H10O";
    CHECK_THROWS_WITH(find_prices(book(), query), contains_text("--gpu: unknown GPU \"H10O\""));
    query = {};
    query.platform = "modall";
    CHECK_THROWS_WITH(find_prices(book(), query), contains_text("did you mean \"modal\""));
}

TEST_CASE("prices of tokens stand last, and have no hour of a GPU", "[app][prices]") {
    PriceBook own = PriceBook::built_in();
    own.merge(read_config_text(
        R"({"platforms": {"api": {"source": "list"}}, "prices": {"api/llama": {"platform": "api",
        "date": "2026-03", "tokens": {"input": "$0.1/Mtok", "output": "$0.4/Mtok"}}}})",
        "mine.json"));
    PriceQuery query;
    query.order = PriceOrder::kPrice;
    const PriceBook::Entry* last = find_prices(own, query).back();
    CHECK(last->name == "api/llama");
    CHECK_FALSE(gpu_hour(last->contract));
    CHECK(amount_text(last->contract) == "$0.1/Mtok in, $0.4/Mtok out");
}

TEST_CASE("a region that no price is in is refused with those there are", "[app][prices]") {
    PriceQuery query;
    query.region = "us-east-9";
    CHECK_THROWS_WITH(find_prices(book(), query),
                      contains_text("--region") && contains_text("did you mean \"us-east-1\""));
}
