#include "sim/billing/reconcile.hpp"

#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

std::int64_t difference(const Reconciliation& reconciliation, std::string_view name) {
    for (const BillDifference& one : reconciliation.differences) {
        if (one.name == name)
            return one.amount.nanos();
    }
    return INT64_MIN;
}

}  // namespace

TEST_CASE("every difference between the textbook figure and the bill has a name", "[billing][reconcile]") {
    Purchase purchase = plain_purchase("$3.6/h");  // a thousandth of a dollar a second
    purchase.contract.step = 1s;
    const std::vector<WorkerLife> lives{
        make_life({{WorkerState::kStarting, 20s}, {WorkerState::kBusy, 10500ms}, {WorkerState::kIdle, 5s}})};
    Meter meter({purchase});
    meter.worker_ended(lives[0]);
    PoolUsage usage = make_usage(lives, 1h);
    usage.slot_time = 16s;  // requests overlapped for 5.5 s
    const UsageTotals totals = meter.totals(usage);
    const Reconciliation result = reconcile(purchase, totals, price_usage(purchase, totals));
    CHECK(result.textbook.nanos() == 16'000'000);
    CHECK(difference(result, "sharing") == -5'500'000);
    CHECK(difference(result, "starting") == 20'000'000);
    CHECK(difference(result, "idle: idle timeout running out") == 5'000'000);
    CHECK(difference(result, "rounding and minimums") == 500'000);
    CHECK(result.bill.nanos() == 36'000'000);
}

TEST_CASE("what a draining worker still serves is the textbook's work, not an extra",
          "[billing][reconcile]") {
    const Purchase purchase = plain_purchase("$3.6/h");
    const std::vector<WorkerLife> lives{
        make_life({{WorkerState::kBusy, 10s}, {WorkerState::kDraining, 4s}, {WorkerState::kStopping, 2s}})};
    const Billed billed = bill_lives(purchase, lives);
    const Reconciliation result = reconcile(purchase, billed.totals, billed.bill);
    CHECK(result.textbook.nanos() == 14'000'000);
    CHECK(difference(result, "sharing") == 0);
    CHECK(difference(result, "draining and stopping") == 2'000'000);
}

TEST_CASE("an API's textbook figure is its tokens", "[billing][reconcile]") {
    Purchase api;
    api.contract.tokens = TokenPrices{*parse_price("$1/Mtok"), *parse_price("$2/Mtok"), {}, 0, {}};
    UsageTotals totals;
    totals.window = 1h;
    totals.input_tokens = 1'000'000;
    const Reconciliation result = reconcile(api, totals, price_usage(api, totals));
    CHECK(exact_usd(result.textbook) == "1");
    CHECK(result.bill == result.textbook);
}
