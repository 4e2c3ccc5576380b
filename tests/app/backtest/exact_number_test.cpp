#include "app/backtest/exact_number.hpp"

#include "sim/core/rng.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

std::int64_t nanos_of(std::string_view text) {
    const auto number = parse_dollars(text);
    REQUIRE(number);
    return money_of_dollars(*number).value().nanos();
}

}  // namespace

TEST_CASE("amounts are read as they are written", "[backtest][exact]") {
    CHECK(nanos_of("1298.1") == 1298'100'000'000);
    CHECK(nanos_of("$1,298.10") == 1298'100'000'000);
    CHECK(nanos_of("1,234,567.000000001") == 1234567'000'000'001);
    CHECK(nanos_of("-$5") == -5'000'000'000);
    CHECK(nanos_of("$-5") == -5'000'000'000);
    CHECK(nanos_of("(5.00)") == -5'000'000'000);
    CHECK(nanos_of("($5.00)") == -5'000'000'000);
    CHECK(nanos_of(" 5.25 USD ") == 5'250'000'000);
    CHECK(nanos_of("USD 5") == 5'000'000'000);
    CHECK(nanos_of("+0.1") == 100'000'000);
    CHECK(nanos_of(".5") == 500'000'000);
    CHECK(nanos_of("1.2E-05") == 12'000);
    CHECK(nanos_of("1e3") == 1000'000'000'000);
    CHECK(nanos_of("0.0000000005") == 0);  // half to even
    CHECK(nanos_of("0.0000000015") == 2);
    CHECK(nanos_of("0.00000000251") == 3);
    // A double would have 0.1 + 0.2's digits.
    CHECK(nanos_of("0.1") + nanos_of("0.2") == nanos_of("0.3"));
}

TEST_CASE("what is no amount is none", "[backtest][exact]") {
    for (const char* text : {"",     "-",       "$",     "five",   "1.298,10",
                             "1,5",  "12,34.5", ",123",  "1,2345", "1..2",
                             "--5",  "€5",      "5 EUR", "1e",     "1e99",
                             "(-5)", "0x10",    "nan",   "1 000",  "1234567890123456789"}) {
        INFO(text);
        CHECK_FALSE(parse_dollars(text));
    }
}

TEST_CASE("a ratio of large numbers is exact", "[backtest][exact][law]") {
    CHECK(multiply_ratio(10, 11, 10) == Int128{11});
    CHECK(multiply_ratio(-10, 11, 10) == Int128{-11});
    CHECK(multiply_ratio(5, 1, 2) == Int128{2});
    CHECK(multiply_ratio(7, 1, 2) == Int128{4});
    const Int128 large = (Int128{1} << 119) - 1;
    CHECK(multiply_ratio(9'000'000'000'000'000'000, large, large) == Int128{9'000'000'000'000'000'000});
    CHECK_FALSE(multiply_ratio(9'000'000'000'000'000'000, large, 1));
    RandomStream stream(StreamKey({1, 0}, "ratio"), 1);
    for (int i = 0; i < 2000; ++i) {
        const auto a = static_cast<std::int64_t>(stream() >> 34);
        const auto numerator = static_cast<Int128>(stream() >> 34);
        const Int128 denominator = static_cast<Int128>(stream() >> 34) + 1;
        const Int128 product = Int128{a} * numerator;
        const Int128 twice = 2 * (product % denominator);
        Int128 expected = product / denominator;
        if (twice > denominator || (twice == denominator && expected % 2 == 1))
            ++expected;
        CHECK(multiply_ratio(a, numerator, denominator) == expected);
    }
}

TEST_CASE("usage is counted in whole base units", "[backtest][exact]") {
    CHECK(whole_units({15, -1}, 3600'000'000'000) == Int128{5400'000'000'000});
    CHECK(whole_units({2, 3}, 10) == Int128{20'000});
    CHECK(whole_units({1, -40}, Int128{1} << 100) == Int128{0});
    CHECK_FALSE(whole_units({1, 18}, Int128{1} << 100));
}
