#include "app/report/format.hpp"

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

TEST_CASE("one of a thing is singular, none and several are plural", "[app][format]") {
    CHECK(show_counted(0, "request") == "0 requests");
    CHECK(show_counted(1, "request") == "1 request");
    CHECK(show_counted(19'366, "request") == "19,366 requests");
}

TEST_CASE("figures keep three digits where rounding reaches the next power of ten", "[app][format]") {
    CHECK(show_seconds(0.09996) == "100 ms");
    CHECK(show_seconds(9.996) == "10.0 s");
    CHECK(show_share(0.09999) == "10.0%");
    CHECK(show_usd(0.99996) == "$1.00");
    CHECK(show_usd(0.0126) == "$0.0126");
}

TEST_CASE("thousands are set apart in money, counts and amounts", "[app][format]") {
    CHECK(show_usd(-1234567.891) == "-$1,234,567.89");
    CHECK(show_money(Money::from_nanos(1'991'040'100'000), 4) == "$1,991.0401");
    CHECK(show_money(Money::from_nanos(-1'991'040'000'000), 2) == "-$1,991.04");
    CHECK(show_amount(1534384.4) == "1,534,384");
    CHECK(show_amount(999.4) == "999");
    CHECK(show_amount(25.9028) == "25.9");
    CHECK(show_count(100) == "100");
}

}  // namespace
}  // namespace spillway::tests
