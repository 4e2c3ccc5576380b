#include "sim/billing/price.hpp"

#include <cmath>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

constexpr Duration kMonth = 720h;
constexpr Int128 kSecond = 1'000'000'000;

Price price(std::string_view text) { return parse_price(text).value(); }

}  // namespace

TEST_CASE("a price keeps the vendor's own amount and unit", "[billing][price]") {
    CHECK(price("$2.49/h") == Price{{249, 2}, PriceUnit::kHour});
    CHECK(price("$0.00019/s") == Price{{19, 5}, PriceUnit::kSecond});
    CHECK(price("$0.09/GB") == Price{{9, 2}, PriceUnit::kGb});
    CHECK(price("$0.0000131/core-s") == Price{{131, 7}, PriceUnit::kVcpuSecond});
    CHECK(price("$0.15/Mtok") == Price{{15, 2}, PriceUnit::kMillionTokens});
    CHECK(price("$0.10/GB-month") == Price{{10, 2}, PriceUnit::kGbMonth});
    CHECK(price("$3/request") == Price{{3, 0}, PriceUnit::kRequest});
    CHECK(price("-$3/h") == Price{{-3, 0}, PriceUnit::kHour});
}

TEST_CASE("a price reads back as it was printed", "[billing][price]") {
    for (const char* text :
         {"$2.49/h", "$0.00019/s", "$0.10/GB-month", "$55.04/h", "$0/GB", "$0.0000131/vCPU-s"}) {
        CHECK(format_price(price(text)) == text);
    }
}

TEST_CASE("text that is no price is not guessed at", "[billing][price]") {
    for (const char* text :
         {"2.49/h", "$2.49", "$2.49/fortnight", "$/h", "$1e-3/s", "$2,49/h", "$nan/h", "$ 2/h", "$1.2.3/h",
          "", "/h", "$99999999999999/h", "2$/h", "$0.0000000000001/s"}) {
        CHECK_FALSE(parse_price(text).has_value());
    }
}

TEST_CASE("an hourly price charges the hour exactly, however it is cut up", "[billing][price]") {
    const Price hourly = price("$2.49/h");
    CHECK(charge(3600 * kSecond, hourly, kMonth).nanos() == 2'490'000'000);
    // 2.49 / 3600 = 0.000691666..., to the nano-dollar.
    CHECK(charge(kSecond, hourly, kMonth).nanos() == 691'667);
    CHECK(charge(0, hourly, kMonth) == Money{});
}

TEST_CASE("a price a second of six digits is off by more than a dollar a month", "[billing][price]") {
    const Price hourly = price("$2.49/h");
    const Price six_digits = price("$0.000692/s");
    const Int128 month = Int128{kMonth.count()};
    const Money exact = charge(month, hourly, kMonth);
    const Money trapped = charge(month, six_digits, kMonth);
    CHECK(exact_usd(exact) == "1792.8");
    CHECK(exact_usd(trapped) == "1793.664");
    // With the best six digits of the worst kind of hourly price the error is half a digit: 0.0000005 x
    // 2592000.
    const Money a100 =
        charge(month, price("$5.0277/h"), kMonth) - charge(month, price("$0.001397/s"), kMonth);
    CHECK(std::abs(a100.nanos()) > 1'000'000'000);
}

TEST_CASE("shares of an instance are rational and are rounded once", "[billing][price]") {
    const Price p4d = price("$21.957642/h");
    // One GPU of eight for an hour: 2.74470525.
    CHECK(charge(3600 * kSecond, p4d, kMonth, {1, 8}).nanos() == 2'744'705'250);
    // A third of a nano-dollar's worth, three times over, is not three roundings.
    CHECK(charge(3, price("$1/s"), kMonth, {1, 3}).nanos() == 1);
    CHECK(charge(1, price("$1/s"), kMonth, {1, 3}).nanos() == 0);
}

TEST_CASE("each unit is as long as it says", "[billing][price]") {
    CHECK(charge(60 * kSecond, price("$1/min"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(Int128{kMonth.count()}, price("$1/month"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(Int128{(730h + 0ns).count()}, price("$1/month"), 730h).nanos() == 1'000'000'000);
    CHECK(charge(3'600'000 * kSecond, price("$1/vCPU-h"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge((Int128{1} << 30) * kSecond, price("$1/GiB-s"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge((Int128{1} << 30) * 3600 * kSecond, price("$1/GiB-h"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(kSecond * kSecond, price("$1/GB-s"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(Int128{1'000'000'000} * kMonth.count(), price("$1/GB-month"), kMonth).nanos() ==
          1'000'000'000);
    CHECK(charge((Int128{1} << 30) * kMonth.count(), price("$1/GiB-month"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(1'000'000'000, price("$1/GB"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(1 << 30, price("$1/GiB"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(1'000'000, price("$1/Mtok"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(1'000, price("$1/ktok"), kMonth).nanos() == 1'000'000'000);
    CHECK(charge(1, price("$1/request"), kMonth).nanos() == 1'000'000'000);
}

TEST_CASE("a month of ten thousand workers with memory fits the arithmetic", "[billing][price]") {
    const Int128 workers = 10'000;
    const Int128 byte_time = (Int128{80} << 30) * workers * kMonth.count();
    const Int128 gib_seconds = Int128{80} * 10'000 * 720 * 3600;
    const Money memory =
        charge(byte_time, price("$0.00000222/GiB-s"), kMonth, {}, {kMonth.count(), (kMonth - 1ns).count()});
    CHECK(memory.nanos() / 1'000'000 == static_cast<std::int64_t>(gib_seconds * 2220 / 1'000'000));
}

TEST_CASE("a multiplier is exact", "[billing][price]") {
    CHECK(format_price(multiply(price("$0.001097/s"), {175, 2})) == "$0.00191975/s");
    CHECK(format_price(multiply(price("$2.50/h"), {2, 0})) == "$5/h");
}

TEST_CASE("a price in a file is refused with what to write instead", "[billing][price]") {
    const auto refuse = [](const ConfigNode& node, Measure measure, const std::string& part) {
        CHECK_THROWS_WITH(read_price(node, measure), tests::contains_text(part));
    };
    const auto text = [](const char* value) { return ConfigNode::text("s.json: price", value); };
    refuse(ConfigNode::number("s.json: price", 2.49), Measure::kTime, "needs its unit");
    refuse(text("$2.49"), Measure::kTime, "lacks its unit");
    refuse(text("2.49"), Measure::kTime, "$2.49/h");
    refuse(text("cheap"), Measure::kTime, "not a price");
    refuse(text("-$2.49/h"), Measure::kTime, "is negative");
    refuse(text("$-2.49/h"), Measure::kTime, "is negative");
    refuse(text("$2.49/h"), Measure::kTokens, "$0.15/Mtok");
    refuse(text("$2.49/GB"), Measure::kTime, "per something else");
    refuse(text("$2000000/h"), Measure::kTime, "above a million");
    CHECK(read_price(text("$2.49/h"), Measure::kTime) == price("$2.49/h"));
}
