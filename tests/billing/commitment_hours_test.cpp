#include "sim/billing/commitment_hours.hpp"

#include "sim/core/check.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

const Price kPrice{{1, 0}, PriceUnit::kHour};
Int128 minutes(std::int64_t count) { return Int128{count} * 60'000'000'000; }

}  // namespace

TEST_CASE("committed hours that nobody used are unused", "[billing][commitments]") {
    const CommitmentHours hours{0s};
    const auto covers = hours.apply({{2, kPrice}}, 3h);
    CHECK(covers.at(0).covered == 0);
    CHECK(covers.at(0).unused == minutes(360));
}

TEST_CASE("an hour's commitment covers that hour's use, of however many instances at once",
          "[billing][commitments]") {
    CommitmentHours hours{0s};
    // Three instances for ten minutes each in the first hour, two for the whole of the second.
    for (int i = 0; i < 3; ++i) hours.add(SimTime{5min}, SimTime{15min}, 0s);
    for (int i = 0; i < 2; ++i) hours.add(SimTime{1h}, SimTime{2h}, 0s);
    const auto covers = hours.apply({{1, kPrice}}, 2h);
    CHECK(covers.at(0).covered == minutes(30 + 60));
    CHECK(covers.at(0).unused == minutes(30));
}

TEST_CASE("use in one hour cannot borrow from another", "[billing][commitments]") {
    CommitmentHours hours{0s};
    hours.add(SimTime{30min}, SimTime{90min}, 0s);
    hours.add(SimTime{30min}, SimTime{90min}, 0s);
    const auto covers = hours.apply({{1, kPrice}}, 3h);
    CHECK(covers.at(0).covered == minutes(120));
    CHECK(covers.at(0).unused == minutes(60));
}

TEST_CASE("hours are those of the wall clock", "[billing][commitments]") {
    CommitmentHours hours{45min};
    // The first clock hour ends a quarter of an hour into the window.
    hours.add(SimTime{0min}, SimTime{15min}, 0s);
    hours.add(SimTime{0min}, SimTime{15min}, 0s);
    const auto covers = hours.apply({{1, kPrice}}, 1h);
    CHECK(covers.at(0).covered == minutes(15));
    CHECK(covers.at(0).unused == minutes(45));
}

TEST_CASE("an earlier commitment is used up before a later one begins", "[billing][commitments]") {
    CommitmentHours hours{0s};
    for (int i = 0; i < 3; ++i) hours.add(SimTime{0s}, SimTime{1h}, 0s);
    const auto covers = hours.apply({{2, kPrice}, {2, kPrice}}, 1h);
    CHECK(covers.at(0).covered == minutes(120));
    CHECK(covers.at(1).covered == minutes(60));
    CHECK(covers.at(1).unused == minutes(60));
}

TEST_CASE("rounding counts as use of the hour in which the instance ended", "[billing][commitments]") {
    CommitmentHours hours{0s};
    hours.add(SimTime{59min}, SimTime{60min}, 4min);
    CHECK(hours.apply({{1, kPrice}}, 2h).at(0).covered == minutes(5));
}

TEST_CASE("billed time outside the window fails a check", "[billing][commitments]") {
    CommitmentHours hours{0s};
    CHECK_THROWS_AS(hours.add(SimTime{-1s}, SimTime{1s}, 0s), InternalError);
    CHECK_THROWS_AS(hours.add(SimTime{1s}, SimTime{1s}, 0s), InternalError);
}

TEST_CASE("a commitment lowers the covered hours to its price and charges the unused ones",
          "[billing][commitments]") {
    Purchase purchase = catalog_purchase("aws-ec2/p5.48xlarge", 8);
    purchase.contract.commitments = {{2, *parse_price("$23.777/h")}};
    // One p5 for two hours of three, two more in the second hour.
    const std::vector<WorkerLife> lives{
        make_life({{WorkerState::kBusy, 2h}}),
        make_life({{WorkerState::kBusy, 1h}}, LifeEnd::kStopped, 1, SimTime{1h}),
        make_life({{WorkerState::kBusy, 1h}}, LifeEnd::kStopped, 2, SimTime{1h}),
    };
    const Bill bill = bill_lives(purchase, lives, 3h).bill;
    CHECK(exact_usd(bill.sum(LineKind::kBusy)) == "220.16");
    CHECK(exact_usd(bill.sum(LineKind::kCommitmentDiscount)) == "-93.789");  // 3 x (23.777 - 55.04)
    CHECK(exact_usd(bill.sum(LineKind::kUnusedCommitments)) == "71.331");    // 3 x 23.777
    // Six committed hours and one at the list price.
    CHECK(exact_usd(bill.total) == "197.702");
}
