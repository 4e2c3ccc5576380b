#include "sim/billing/bill.hpp"

#include <algorithm>

#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kGb = 1'000'000'000;

Purchase api_purchase() {
    Purchase purchase;
    purchase.contract.tokens =
        TokenPrices{*parse_price("$0.15/Mtok"), *parse_price("$0.60/Mtok"), *parse_price("$0.075/Mtok"),
                    250'000, *parse_price("$0.0002/request")};
    return purchase;
}

UsageTotals token_totals(std::int64_t requests, std::int64_t input, std::int64_t output) {
    UsageTotals totals;
    totals.window = 1h;
    totals.requests = requests;
    totals.input_tokens = input;
    totals.output_tokens = output;
    return totals;
}

Purchase egress_purchase() {
    Purchase purchase = plain_purchase("$1/h");
    Egress egress;
    egress.free_bytes = 100 * kGb;
    egress.tiers = {{10'000 * kGb, *parse_price("$0.09/GB")}, {std::nullopt, *parse_price("$0.085/GB")}};
    egress.bytes_per_request = 1000;
    egress.bytes_per_output_token = 4;
    purchase.contract.egress = egress;
    return purchase;
}

}  // namespace

TEST_CASE("an API charges input, cached input, output and requests", "[billing][bill]") {
    const Bill bill = price_usage(api_purchase(), token_totals(1'000, 2'000'001, 300'000));
    // A quarter of 2,000,001 tokens, rounded down to whole ones, is cached.
    CHECK(bill.sum(LineKind::kInputTokens).nanos() == 225'000'150);
    CHECK(bill.sum(LineKind::kCachedTokens).nanos() == 37'500'000);
    CHECK(bill.sum(LineKind::kOutputTokens).nanos() == 180'000'000);
    CHECK(bill.sum(LineKind::kRequests).nanos() == 200'000'000);
    CHECK(bill.total.nanos() == 642'500'150);
    CHECK(bill.lines.size() == 4);
}

TEST_CASE("egress is charged by tiers beyond the free bytes of a month", "[billing][bill]") {
    const Purchase purchase = egress_purchase();
    UsageTotals totals = token_totals(0, 0, 0);
    totals.window = 720h;
    totals.output_tokens = 25 * kGb;  // the free 100 GB
    CHECK(price_usage(purchase, totals).total == Money{});
    totals.output_tokens = 50 * kGb;  // 100 GB more
    CHECK(exact_usd(price_usage(purchase, totals).total) == "9");
    totals.output_tokens = 25 * kGb + 2'600 * kGb;  // 10,400 GB beyond the free ones
    CHECK(exact_usd(price_usage(purchase, totals).total) == "934");
    totals.requests = 1'000'000;  // one GB more
    CHECK(exact_usd(price_usage(purchase, totals).total) == "934.085");
}

TEST_CASE("usage is scaled to the month first and priced then", "[billing][bill]") {
    const Purchase purchase = egress_purchase();
    UsageTotals totals = token_totals(0, 0, 50 * kGb / 720);  // an hour of 200 GB a month
    const Bill month = price_usage(purchase, totals, month_scale(purchase.contract, totals.window));
    // A hundred gigabytes are free once a month: not in every hour, nor never.
    CHECK(month.total.nanos() / 1'000 == 8'999'999);
    CHECK(month.scale.numerator / month.scale.denominator == 720);
}

TEST_CASE("a scaled bill is rounded once, not scaled after rounding", "[billing][bill]") {
    Purchase purchase = plain_purchase("$1/h");
    UsageTotals totals;
    totals.window = 1h;
    totals.states[static_cast<std::size_t>(WorkerState::kBusy)] = 1'000;  // 0.28 nano-dollars
    CHECK(price_usage(purchase, totals).total.nanos() == 0);
    CHECK(price_usage(purchase, totals, {720, 1}).total.nanos() == 200);
}

TEST_CASE("a month may have another length", "[billing][bill]") {
    Purchase purchase = plain_purchase("$1/h");
    purchase.contract.month = 730h;
    UsageTotals totals;
    totals.window = 1h;
    totals.states[static_cast<std::size_t>(WorkerState::kBusy)] = Duration{1h}.count();
    CHECK(exact_usd(price_usage(purchase, totals, month_scale(purchase.contract, totals.window)).total) ==
          "730");
}

TEST_CASE("a volume that is always there costs the same without a worker", "[billing][bill]") {
    Purchase purchase = plain_purchase("$1/h");
    purchase.contract.storage = {
        {"models", 500 * kGb, *parse_price("$0.07/GB-month"), StorageTime::kAlways, 0s}};
    const Bill bill = bill_lives(purchase, {}, 720h).bill;
    CHECK(exact_usd(bill.total) == "35");
    CHECK(bill.lines.back().name == "models");
}

TEST_CASE("attempts that failed take their share of busy time", "[billing][bill]") {
    const Purchase purchase = plain_purchase("$3.6/h");
    UsageTotals totals;
    totals.window = 1h;
    totals.states[static_cast<std::size_t>(WorkerState::kBusy)] = Duration{90s}.count();
    totals.slots = Duration{180s}.count();  // two requests at a time
    totals.failed_slots = Duration{60s}.count();
    const Bill bill = price_usage(purchase, totals);
    CHECK(bill.sum(LineKind::kFailedWork).nanos() == 30'000'000);
    CHECK(bill.sum(LineKind::kBusy).nanos() == 60'000'000);
}

TEST_CASE("a month of ten thousand workers splits off its failed share exactly", "[billing][bill]") {
    const Int128 month = Int128{10'000} * Duration{720h}.count();
    UsageTotals totals;
    totals.slots = month * 8;
    totals.failed_slots = month * 2;
    CHECK(failed_part(totals, month * 8 + 3) == month * 2);
    totals.slots += 8;  // a slot time that shares little with the rest
    CHECK(failed_part(totals, month) == month / 4 - 1);
}

TEST_CASE("usage reads in the units that people use", "[billing][bill]") {
    const Bill bill =
        bill_lives(catalog_purchase("cloud-run/L4"), {make_life({{WorkerState::kBusy, 10s}})}).bill;
    for (const LineKind kind : {LineKind::kBusy, LineKind::kCpu, LineKind::kMemory})
        CHECK(std::ranges::count(bill.lines, kind, &BillLine::kind) == 1);
    for (const BillLine& line : bill.lines) {
        if (line.kind == LineKind::kBusy)
            CHECK(readable_usage(line, bill.scale) == 10);
        if (line.kind == LineKind::kCpu)
            CHECK(readable_usage(line, bill.scale) == 40);
        if (line.kind == LineKind::kMemory)
            CHECK(readable_usage(line, bill.scale) == 160);
        if (line.kind == LineKind::kMemory)
            CHECK(readable_unit(line) == "GiB-s");
    }
}
