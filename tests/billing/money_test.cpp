#include "sim/billing/money.hpp"

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

TEST_CASE("an amount is rounded once to a nano-dollar, ties to the even one", "[billing][money]") {
    CHECK(money_of({5}, {10'000'000'000}).nanos() == 0);                      // 0.5 nano
    CHECK(money_of({15}, {10'000'000'000}).nanos() == 2);                     // 1.5
    CHECK(money_of({25}, {10'000'000'000}).nanos() == 2);                     // 2.5
    CHECK(money_of({35}, {10'000'000'000}).nanos() == 4);                     // 3.5
    CHECK(money_of({2500000001}, {1'000'000'000'000'000'000}).nanos() == 3);  // just above 2.5
    CHECK(money_of({2499999999}, {1'000'000'000'000'000'000}).nanos() == 2);  // just below
}

TEST_CASE("negative amounts round as positive ones do", "[billing][money]") {
    CHECK(money_of({-15}, {10'000'000'000}).nanos() == -2);
    CHECK(money_of({-25}, {10'000'000'000}).nanos() == -2);
    CHECK(money_of({25}, {-10'000'000'000}).nanos() == -2);
    CHECK(money_of({-25, -1}, {10'000'000'000}).nanos() == 2);
}

TEST_CASE("factors cancel against divisors before they are multiplied", "[billing][money]") {
    const Int128 huge = Int128{1} << 100;
    CHECK(money_of({huge, 3}, {huge, 2}).nanos() == 1'500'000'000);
    CHECK(money_of({0, huge, huge}, {7}).nanos() == 0);
}

TEST_CASE("what does not fit is a broken promise, never a wrong amount", "[billing][money]") {
    const Int128 huge = Int128{1} << 100;
    CHECK_THROWS_AS(money_of({huge, huge}, {7}), InternalError);
    CHECK_THROWS_AS(money_of({10'000'000'000}, {1}), InternalError);  // ten billion dollars
    CHECK_THROWS_AS(money_of({1}, {0}), InternalError);
    const Money most = Money::from_nanos(INT64_MAX);
    CHECK_THROWS_AS(most + Money::from_nanos(1), InternalError);
    CHECK_THROWS_AS(-most - Money::from_nanos(2), InternalError);
}

TEST_CASE("an exact amount prints every digit that matters and no other", "[billing][money]") {
    CHECK(exact_usd(Money::from_nanos(12'345'678'901)) == "12.345678901");
    CHECK(exact_usd(Money::from_nanos(-500'000'000)) == "-0.5");
    CHECK(exact_usd(Money::from_nanos(3'000'000'000)) == "3");
    CHECK(exact_usd(Money{}) == "0");
    CHECK(exact_usd(Money::from_nanos(1)) == "0.000000001");
    CHECK(exact_usd(Money::from_nanos(INT64_MIN)) == "-9223372036.854775808");
}

TEST_CASE("a printed amount is rounded half to even", "[billing][money]") {
    CHECK(format_money(Money::from_nanos(12'345'000'000), 2) == "$12.34");
    CHECK(format_money(Money::from_nanos(12'355'000'000), 2) == "$12.36");
    CHECK(format_money(Money::from_nanos(-12'355'000'000), 2) == "-$12.36");
    CHECK(format_money(Money::from_nanos(-1), 2) == "$0.00");
    CHECK(format_money(Money::from_nanos(999'999'999), 0) == "$1");
    CHECK(format_money(Money::from_nanos(7), 9) == "$0.000000007");
}
