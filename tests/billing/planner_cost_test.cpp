#include "sim/billing/planner_cost.hpp"

#include "sim/core/check.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("serverless by the textbook is calls times seconds times price", "[billing][planner]") {
    const Purchase purchase = catalog_purchase("runpod-serverless-flex/H100");
    UsageTotals totals;
    totals.window = 24h;
    totals.slots = Duration{10'000 * 2s}.count();                   // 10,000 calls a day of two seconds
    CHECK(exact_usd(serverless_month(purchase, totals)) == "696");  // 300,000 x 2 x 0.00116
}

TEST_CASE("on demand by the textbook is the hourly price times 720 times the instances",
          "[billing][planner]") {
    CHECK(exact_usd(on_demand_month(catalog_purchase("aws-ec2/p5.48xlarge", 8), 2)) == "79257.6");
    CHECK(exact_usd(on_demand_month(catalog_purchase("runpod-pod/H100-SXM"), 3)) == "7538.4");
}

TEST_CASE("headroom is a fifth on top of the peak minute, rounded up", "[billing][planner]") {
    CHECK(instances_with_headroom(60s, 1) == 2);      // one at once: 1.2
    CHECK(instances_with_headroom(5 * 60s, 1) == 6);  // exactly 6
    CHECK(instances_with_headroom(5 * 60s + 1ns, 1) == 7);
    CHECK(instances_with_headroom(100 * 60s, 16) == 8);  // 7.5
    CHECK(instances_with_headroom(0s, 1) == 0);
    CHECK_THROWS_AS(instances_with_headroom(60s, 0), InternalError);
}
