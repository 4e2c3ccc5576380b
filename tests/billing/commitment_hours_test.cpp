#include "sim/billing/commitment_hours.hpp"

#include "sim/core/check.hpp"
#include "tests/billing/lives.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

Int128 minutes(std::int64_t count) { return Int128{count} * 60'000'000'000; }

}  // namespace

TEST_CASE("committed hours that nobody used are unused", "[billing][commitments]") {
    const CommitmentHours hours{0s};
    const auto covers = hours.apply({{2, 1}}, 3h);
    CHECK(covers.at(0).covered == 0);
    CHECK(covers.at(0).unused == minutes(360));
}

TEST_CASE("an hour's commitment covers that hour's use, of however many instances at once",
          "[billing][commitments]") {
    CommitmentHours hours{0s};
    // Three instances for ten minutes each in the first hour, two for the whole of the second.
    for (int i = 0; i < 3; ++i) hours.add(SimTime{5min}, SimTime{15min}, 0s);
    for (int i = 0; i < 2; ++i) hours.add(SimTime{1h}, SimTime{2h}, 0s);
    const auto covers = hours.apply({{1, 1}}, 2h);
    CHECK(covers.at(0).covered == minutes(30 + 60));
    CHECK(covers.at(0).unused == minutes(30));
}

TEST_CASE("use in one hour cannot borrow from another", "[billing][commitments]") {
    CommitmentHours hours{0s};
    hours.add(SimTime{30min}, SimTime{90min}, 0s);
    hours.add(SimTime{30min}, SimTime{90min}, 0s);
    const auto covers = hours.apply({{1, 1}}, 3h);
    CHECK(covers.at(0).covered == minutes(120));
    CHECK(covers.at(0).unused == minutes(60));
}

TEST_CASE("hours are those of the wall clock", "[billing][commitments]") {
    CommitmentHours hours{45min};
    // The first clock hour ends a quarter of an hour into the window.
    hours.add(SimTime{0min}, SimTime{15min}, 0s);
    hours.add(SimTime{0min}, SimTime{15min}, 0s);
    const auto covers = hours.apply({{1, 1}}, 1h);
    CHECK(covers.at(0).covered == minutes(15));
    CHECK(covers.at(0).unused == minutes(45));
}

TEST_CASE("an earlier commitment is used up before a later one begins", "[billing][commitments]") {
    CommitmentHours hours{0s};
    for (int i = 0; i < 3; ++i) hours.add(SimTime{0s}, SimTime{1h}, 0s);
    const auto covers = hours.apply({{2, 1}, {2, 1}}, 1h);
    CHECK(covers.at(0).covered == minutes(120));
    CHECK(covers.at(1).covered == minutes(60));
    CHECK(covers.at(1).unused == minutes(60));
}

TEST_CASE("rounding counts as use of the hour in which the instance ended", "[billing][commitments]") {
    CommitmentHours hours{0s};
    hours.add(SimTime{59min}, SimTime{60min}, 4min);
    CHECK(hours.apply({{1, 1}}, 2h).at(0).covered == minutes(5));
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
        make_life({{WorkerState::kBusy, 1h}}, LifeEnd::kStopped, SimTime{1h}),
        make_life({{WorkerState::kBusy, 1h}}, LifeEnd::kStopped, SimTime{1h}),
    };
    const Bill bill = bill_lives(purchase, lives, 3h).bill;
    CHECK(exact_usd(bill.sum(LineKind::kBusy)) == "220.16");
    CHECK(exact_usd(bill.sum(LineKind::kCommitmentDiscount)) == "-93.789");  // 3 x (23.777 - 55.04)
    CHECK(exact_usd(bill.sum(LineKind::kUnusedCommitments)) == "71.331");    // 3 x 23.777
    // Six committed hours and one at the list price.
    CHECK(exact_usd(bill.total) == "197.702");
}

TEST_CASE("a cover that is not whole is rounded down each hour, and the rest is unused",
          "[billing][commitments]") {
    CommitmentHours hours{0s};
    hours.add(SimTime{0s}, SimTime{2h}, 0s);
    // A third of an instance: 20 minutes an hour.
    const auto covers = hours.apply({{1, 3}}, 2h);
    CHECK(covers.at(0).covered == minutes(40));
    CHECK(covers.at(0).unused == 0);
    // 1/7 of an hour is 514,285,714,285.7 ns; of two hours, 1,028,571,428,571.4.
    const auto sevenths = hours.apply({{1, 7}}, 2h);
    CHECK(sevenths.at(0).covered == Int128{1'028'571'428'570});
    CHECK(sevenths.at(0).unused == 1);
}

TEST_CASE("a savings plan pays for use with money that is spent by the hour, used or not",
          "[billing][commitments]") {
    Purchase purchase = plain_purchase("$4/h");
    purchase.contract.commitments = {{0, *parse_price("$2.5/h"), *parse_price("$5/h")}};
    CHECK_NOTHROW(check_purchase(purchase, "s.json"));
    // $5 an hour buy two instances at $2.50. First hour: three instances, two of them under the plan. Second:
    // one for half an hour, which takes $1.25 of the $5. Third: none.
    const std::vector<WorkerLife> lives{
        make_life({{WorkerState::kBusy, 90min}}),
        make_life({{WorkerState::kBusy, 1h}}),
        make_life({{WorkerState::kBusy, 1h}}),
    };
    const Bill bill = bill_lives(purchase, lives, 3h).bill;
    CHECK(exact_usd(bill.sum(LineKind::kBusy)) == "14");                   // 3.5 h x $4
    CHECK(exact_usd(bill.sum(LineKind::kCommitmentDiscount)) == "-3.75");  // 2.5 h x (2.5 - 4)
    CHECK(exact_usd(bill.sum(LineKind::kUnusedCommitments)) == "8.75");    // 15 - 2.5 h x 2.5
    CHECK(exact_usd(bill.total) == "19");                                  // 3 x $5, and one hour at $4
    REQUIRE(bill.lines.back().name == "savings plan of $5/h");
}

TEST_CASE("a savings plan need not buy whole instances, nor be of the same unit or of whole instances",
          "[billing][commitments]") {
    const Commitment plan{0, *parse_price("$0.0015/s"), *parse_price("$9/h")};
    Purchase purchase = plain_purchase("$0.002/s");
    // $0.0015/s is $5.40/h: 9 / 5.4 = 5/3 of an instance, 5/6 of one with two GPUs at that price each.
    const Ratio one = covered_instances(plan, purchase);
    CHECK(one.numerator == 5);
    CHECK(one.denominator == 3);
    purchase.contract.per = PricePer::kGpu;
    purchase.gpus_per_worker = purchase.gpus_per_instance = 2;
    const Ratio two = covered_instances(plan, purchase);
    CHECK(two.numerator == 5);
    CHECK(two.denominator == 6);
}

TEST_CASE("a savings plan that would buy more than a million instances is refused",
          "[billing][commitments]") {
    Purchase purchase = plain_purchase("$4/h");
    purchase.contract.commitments = {{0, *parse_price("$0.000001/h"), *parse_price("$9/h")}};
    CHECK_THROWS_WITH(check_purchase(purchase, "s.json: pools[0]"), contains_text("a million instances"));
}
