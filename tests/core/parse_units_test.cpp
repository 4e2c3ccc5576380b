#include "sim/core/parse_units.hpp"

#include <array>
#include <limits>

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

template <class Value>
struct Good {
    std::string_view text;
    Value value;
};

template <class Parse, class Table>
void require_all(Parse parse, const Table& table) {
    for (const auto& row : table) {
        INFO(row.text);
        REQUIRE(parse(row.text).has_value());
        REQUIRE(*parse(row.text) == row.value);
    }
}

template <class Parse, class Texts>
void reject_all(Parse parse, const Texts& texts) {
    for (const std::string_view text : texts) {
        INFO('"' << text << '"');
        REQUIRE_FALSE(parse(text).has_value());
    }
}

}  // namespace

TEST_CASE("durations are read exactly in every unit", "[core][parse_units]") {
    using Row = Good<Duration>;
    require_all(parse_duration, std::array{
                                    Row{"7ns", 7ns},
                                    Row{"7us", 7us},
                                    Row{"250ms", 250ms},
                                    Row{"30s", 30s},
                                    Row{"2m", 2min},
                                    Row{"1.5h", 90min},
                                    Row{"1d", 24h},
                                    Row{"2w", 14 * 24h},
                                    Row{"0s", 0s},
                                    Row{"-2s", -2s},
                                    Row{"-0s", 0s},
                                    Row{"0.1s", 100'000'000ns},
                                    Row{".5s", 500ms},
                                    Row{"5.s", 5s},
                                    Row{"007s", 7s},
                                    Row{"0.000000001s", 1ns},
                                    Row{"0.123456789s", 123'456'789ns},
                                    Row{"100000.000000001s", 100'000'000'000'001ns},
                                    Row{"9223372036854775807ns", Duration::max()},
                                    Row{"-9223372036854775808ns", Duration::min()},
                                });
}

TEST_CASE("a duration may be a sum, the larger unit first", "[core][parse_units]") {
    using Row = Good<Duration>;
    require_all(parse_duration, std::array{
                                    Row{"1m30s", 90s},
                                    Row{"-1m30s", -90s},
                                    Row{"1h2m3s4ms5us6ns", 1h + 2min + 3s + 4ms + 5us + 6ns},
                                    Row{"1w1d", 8 * 24h},
                                });
    reject_all(parse_duration, std::array<std::string_view, 4>{"30s1m", "1s1s", "1m30", "1m-30s"});
}

TEST_CASE("digits finer than a nanosecond round to the nearest, halves away from 0", "[core][parse_units]") {
    using Row = Good<Duration>;
    require_all(parse_duration, std::array{
                                    Row{"1.4ns", 1ns},
                                    Row{"1.5ns", 2ns},
                                    Row{"-1.5ns", -2ns},
                                    Row{"0.4ns", 0ns},
                                    Row{"0.00000000149s", 1ns},
                                    Row{"0.0000000015s", 2ns},
                                    Row{"0.33333333333333333333333333s", 333'333'333ns},
                                    Row{"0.99999999999999999999999999s", 1s},
                                });
}

TEST_CASE("text that is no duration is rejected", "[core][parse_units]") {
    reject_all(parse_duration, std::array<std::string_view, 28>{"",
                                                                "s",
                                                                "-",
                                                                "-s",
                                                                ".s",
                                                                "-.s",
                                                                "250",
                                                                "250 ms",
                                                                " 250ms",
                                                                "250ms ",
                                                                "250MS",
                                                                "250msec",
                                                                "1,5s",
                                                                "1.5.5s",
                                                                "1e3s",
                                                                "+1s",
                                                                "--1s",
                                                                "nan",
                                                                "nans",
                                                                "inf",
                                                                "infs",
                                                                "NaNs",
                                                                "0x10s",
                                                                "s5",
                                                                "9223372036854775808ns",
                                                                "-9223372036854775809ns",
                                                                "300y",
                                                                "1000000000000000000000000000000h"});
    // Each part fits, the sum does not.
    REQUIRE_FALSE(parse_duration("15250w1000000000000000000ns"));
}

TEST_CASE("sizes are read as whole bytes in every unit", "[core][parse_units]") {
    using Row = Good<std::int64_t>;
    require_all(parse_bytes, std::array{
                                 Row{"0B", 0},
                                 Row{"512B", 512},
                                 Row{"3kB", 3000},
                                 Row{"3MB", 3'000'000},
                                 Row{"2.5GB", 2'500'000'000},
                                 Row{"1TB", 1'000'000'000'000},
                                 Row{"1KiB", 1024},
                                 Row{"1.5MiB", 1'572'864},
                                 Row{"16GiB", std::int64_t{16} << 30},
                                 Row{"1TiB", std::int64_t{1} << 40},
                                 Row{"0.1kB", 100},
                                 Row{"1.3KiB", 1331},
                                 Row{"9223372036854775807B", kMost},
                             });
}

TEST_CASE("text that is no size is rejected", "[core][parse_units]") {
    reject_all(parse_bytes, std::array<std::string_view, 13>{"", "16", "GiB", "16 GiB", "16gib", "16G", "-1B",
                                                             "-0B", "nanB", "infB", "9223372036854775808B",
                                                             "9e9B", "8388608TiB"});
}

TEST_CASE("transfer rates count bytes or bits a second", "[core][parse_units]") {
    using Row = Good<double>;
    require_all(parse_byte_rate, std::array{
                                     Row{"3.2GB/s", 3.2e9},
                                     Row{"1GiB/s", 1073741824.0},
                                     Row{"16Gbit/s", 2e9},
                                     Row{"100Mbit/s", 12.5e6},
                                     Row{"8bit/s", 1.0},
                                     Row{"0B/s", 0.0},
                                 });
    reject_all(parse_byte_rate, std::array<std::string_view, 9>{"", "/s", "3GB", "3/s", "3GB/h", "-3GB/s",
                                                                "3Gib/s", "3 GB/s", "nanGB/s"});
}

TEST_CASE("rates count events a second, whatever the period they are written in", "[core][parse_units]") {
    using Row = Good<double>;
    require_all(parse_rate, std::array{
                                Row{"0.5/s", 0.5},
                                Row{"90/min", 1.5},
                                Row{"1200/h", 1.0 / 3},
                                Row{"43200/d", 0.5},
                                Row{"0/s", 0.0},
                            });
    reject_all(parse_rate,
               std::array<std::string_view, 9>{"", "/s", "5", "5/", "5/sec", "5/m", "-5/s", "inf/s", "5 /s"});
}

TEST_CASE("ratios are read from a number or a percentage", "[core][parse_units]") {
    using Row = Good<double>;
    require_all(parse_ratio, std::array{Row{"5%", 0.05}, Row{"0.05", 0.05}, Row{"250%", 2.5}, Row{"0", 0.0},
                                        Row{"99.9%", 0.999}, Row{"1e-3", 0.001}});
    reject_all(parse_ratio,
               std::array<std::string_view, 8>{"", "%", "5 %", "5%%", "nan", "nan%", "inf%", "five"});
}

TEST_CASE("a number fills its whole text and is finite", "[core][parse_units]") {
    using Row = Good<double>;
    require_all(parse_number,
                std::array{Row{"0", 0.0}, Row{"-1.5", -1.5}, Row{"1e6", 1e6}, Row{".25", 0.25}});
    reject_all(parse_number, std::array<std::string_view, 11>{"", " 1", "1 ", "+1", "1x", "nan", "inf",
                                                              "-inf", "1e999", "0x10", "1,5"});
}

TEST_CASE("a whole number fills its whole text and fits", "[core][parse_units]") {
    using Row = Good<std::int64_t>;
    require_all(parse_integer, std::array{Row{"0", 0}, Row{"-17", -17}, Row{"9223372036854775807", kMost}});
    reject_all(parse_integer,
               std::array<std::string_view, 6>{"", "1.0", "1e3", "+1", "9223372036854775808", "1 "});
}

TEST_CASE("a wall clock is read as seconds since 1970", "[core][parse_units]") {
    using Row = Good<std::int64_t>;
    require_all(parse_wall_clock, std::array{
                                      Row{"1970-01-01", 0},
                                      Row{"1970-01-02T00:00", 86400},
                                      Row{"2026-03-02T08:00", 1'772'438'400},
                                      Row{"2026-03-02T08:00:59", 1'772'438'459},
                                      Row{"2024-02-29", 1'709'164'800},
                                      Row{"1969-12-31T23:59:59", -1},
                                  });
}

TEST_CASE("a day that the calendar lacks and an hour that the clock lacks are rejected",
          "[core][parse_units]") {
    reject_all(parse_wall_clock,
               std::array<std::string_view, 15>{"", "2026", "2026-3-2", "2026-02-29", "2026-13-01",
                                                "2026-00-01", "2026-01-00", "2026-01-32", "2026-01-01T",
                                                "2026-01-01T24:00", "2026-01-01T08:60", "2026-01-01T08:00:60",
                                                "2026-01-01T08", "2026-01-01 08:00", "2026-01-01T08:00:00Z"});
}

TEST_CASE("a duration is written in its shortest form", "[core][parse_units]") {
    using Row = Good<Duration>;
    for (const Row& row : {Row{"250ms", 250ms}, Row{"1.5s", 1500ms}, Row{"2m", 120s}, Row{"3h", 180min},
                           Row{"0s", 0s}, Row{"1d", 24h}, Row{"14d", 14 * 24h}, Row{"90s", 90s},
                           Row{"1ns", 1ns}, Row{"-2s", -2s}, Row{"1.5us", 1500ns}, Row{"0.1s", 100ms},
                           Row{"100.1s", 100s + 100ms}, Row{"1000001us", 1s + 1us}}) {
        REQUIRE(format_duration(row.value) == row.text);
    }
}

TEST_CASE("a written duration reads back as the same one", "[core][parse_units]") {
    std::uint64_t state = 1;
    for (int i = 0; i < 20'000; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        // Every magnitude, from nanoseconds to centuries, and round numbers as people write them.
        const auto raw = static_cast<std::int64_t>(state >> (state % 60));
        for (const std::int64_t count :
             {raw, -raw, raw / 1'000'000 * 1'000'000, raw / 60'000'000'000 * 60'000'000'000}) {
            INFO(format_duration(Duration{count}));
            REQUIRE(parse_duration(format_duration(Duration{count})) == Duration{count});
        }
    }
    REQUIRE(parse_duration(format_duration(Duration::max())) == Duration::max());
    REQUIRE(parse_duration(format_duration(Duration::min())) == Duration::min());
}
