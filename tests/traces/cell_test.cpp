#include "traces/cell.hpp"

#include "tests/support/catch.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// A cell with digits behind it, as the rest of a reader's buffer may have.
class PaddedCell {
public:
    explicit PaddedCell(std::string_view cell) : text_(std::string(cell) + "12345678"), size_(cell.size()) {}
    // NOLINTNEXTLINE(google-explicit-constructor): stands wherever a cell is read
    operator std::string_view() const { return std::string_view(text_).substr(0, size_); }

private:
    std::string text_;
    std::size_t size_;
};

std::optional<Duration> span_of(std::string_view cell, TimeUnit unit = TimeUnit::kSeconds) {
    Duration value{};
    return parse_span(PaddedCell(cell), unit, value) ? std::optional(value) : std::nullopt;
}

std::optional<std::uint32_t> count_of(std::string_view cell) {
    std::uint32_t value = 0;
    return parse_count(PaddedCell(cell), value) ? std::optional(value) : std::nullopt;
}

TEST_CASE("decimals of a time are exact in every unit, and those below a nanosecond are cut",
          "[traces][cell]") {
    CHECK(span_of("4.3145790") == 4'314'579'000ns);
    CHECK(span_of("0") == 0ns);
    CHECK(span_of("0.000000001") == 1ns);
    CHECK(span_of("12345678.12345678") == 12345678s + 123456780ns);
    CHECK(span_of("1234567.1234567") == 1234567s + 123456700ns);
    CHECK(span_of("12.") == 12s);
    CHECK(span_of("0.1234567899999") == 123'456'789ns);
    CHECK(span_of("1.5", TimeUnit::kMilliseconds) == 1'500us);
    CHECK(span_of("27482", TimeUnit::kMilliseconds) == 27'482ms);
    CHECK(span_of("1.25", TimeUnit::kMicroseconds) == 1'250ns);
    CHECK(span_of("123456789012", TimeUnit::kNanoseconds) == 123'456'789'012ns);
    CHECK(span_of("7.9", TimeUnit::kNanoseconds) == 7ns);
    CHECK(span_of("1.5e3") == 1500s);
}

TEST_CASE("a time that is no number, negative or beyond a century is refused with its reason",
          "[traces][cell]") {
    for (const std::string_view cell :
         {"", "abc", "nan", "inf", "-1", "1.5x", "1.2.3", " 1", "99999999999", "1e300"}) {
        INFO(cell);
        CHECK_FALSE(span_of(cell));
    }
    CHECK(describe_span("") == "is empty");
    CHECK(describe_span("nan") == "is not a number: \"nan\"");
    CHECK(describe_span("-1") == "is negative: \"-1\"");
    CHECK(describe_span("99999999999") == "is too large: \"99999999999\"");
}

TEST_CASE("a count is a whole number of 32 bits, however it is written", "[traces][cell]") {
    CHECK(count_of("0") == 0U);
    CHECK(count_of("007") == 7U);
    CHECK(count_of("12345678") == 12345678U);
    CHECK(count_of("123456789") == 123456789U);
    CHECK(count_of("4294967295") == 4294967295U);
    CHECK(count_of("374.0") == 374U);
    CHECK(count_of("3.74e2") == 374U);
    for (const std::string_view cell : {"", "abc", "nan", "-5", "1.5", "4294967296", "12 "}) {
        INFO(cell);
        CHECK_FALSE(count_of(cell));
    }
    CHECK(describe_count("abc") == "is not a number: \"abc\"");
    CHECK(describe_count("NaN") == "is not a number: \"NaN\"");
    CHECK(describe_count("-5") == "is negative: \"-5\"");
    CHECK(describe_count("1.5") == "is not a whole number: \"1.5\"");
    CHECK(describe_count("4294967296") == "is too large: \"4294967296\"");
    CHECK(describe_count("") == "is empty");
}

TEST_CASE("ids that are whole numbers stay, names are hashed and nothing is 0", "[traces][cell]") {
    CHECK(parse_name_id("") == 0);
    CHECK(parse_name_id("42") == 42);
    CHECK(parse_name_id("user-7") == parse_name_id("user-7"));
    CHECK(parse_name_id("user-7") != parse_name_id("user-8"));
}

TEST_CASE("dates are read to the nanosecond, with and without a zone", "[traces][wall_stamp]") {
    const Duration day = 19677 * 24h;  // 2023-11-16
    const auto plain = parse_wall_stamp("2023-11-16 18:15:46.6805900");
    REQUIRE(plain);
    CHECK(plain->utc == day + 18h + 15min + 46s + 680'590'000ns);
    CHECK(plain->offset == 0s);
    const auto zoned = parse_wall_stamp("2023-11-16T18:15:46+02:30");
    REQUIRE(zoned);
    CHECK(zoned->utc == day + 15h + 45min + 46s);
    CHECK(zoned->offset == 150min);
    for (const std::string_view text :
         {"2023-11-16 18:15:46.68059Z", "2023-11-16 18:15:46.68059+00", "2023-11-16 18:15:46.68059-0000",
          "2023-11-16 18:15:46.680590000999"}) {
        INFO(text);
        const auto stamp = parse_wall_stamp(text);
        REQUIRE(stamp);
        CHECK(stamp->utc == plain->utc);
    }
}

TEST_CASE("what is not a date and time is not guessed", "[traces][wall_stamp]") {
    for (const std::string_view text :
         {"", "2023-11-16", "2023-11-16 18:15", "2023-02-30 10:00:00", "2023-11-16 24:00:00",
          "2023-11-16 18:60:00", "16/11/2023 18:15:46", "2023-11-16 18:15:46.", "2023-11-16 18:15:46 UTC",
          "1900-01-01 00:00:00", "2023-11-16 18:15:46+99"}) {
        INFO(text);
        CHECK_FALSE(parse_wall_stamp(text));
    }
}

TEST_CASE("a date is written with seven decimals and reads back", "[traces][wall_stamp]") {
    const std::string text = "2024-02-29 23:59:59.0000001";
    CHECK(format_wall_stamp(parse_wall_stamp(text)->utc) == text);
    CHECK(midnight_before(1'700'158'546) == 1'700'092'800);
}

}  // namespace
}  // namespace spillway::tests
