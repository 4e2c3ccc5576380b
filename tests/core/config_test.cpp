#include "sim/core/config.hpp"

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;
using tests::contains_text;

namespace {

const std::string kWhere = "s.json: pools[0].wait";

ConfigNode text(const std::string& value) { return ConfigNode::text(kWhere, value); }
ConfigNode integer(std::int64_t value) { return ConfigNode::integer(kWhere, value); }
ConfigNode number(double value) { return ConfigNode::number(kWhere, value); }

}  // namespace

TEST_CASE("a value is read as what it is", "[core][config]") {
    REQUIRE(ConfigNode::flag(kWhere, true).as_flag());
    REQUIRE(integer(-3).as_integer() == -3);
    REQUIRE(number(2.5).as_number() == 2.5);
    REQUIRE(integer(7).as_number() == 7.0);
    REQUIRE(text("abc").as_text() == "abc");
    REQUIRE(ConfigNode::list(kWhere, {integer(1), integer(2)}).items().size() == 2);
    REQUIRE(ConfigNode(kWhere).kind() == ConfigNode::Kind::kNull);
}

TEST_CASE("an object finds its members and keeps their order", "[core][config]") {
    const ConfigNode object = ConfigNode::object(kWhere, {{"z", integer(1)}, {"a", integer(2)}});
    REQUIRE(object.find("a")->as_integer() == 2);
    REQUIRE(object.find("missing") == nullptr);
    REQUIRE(object.members()[0].first == "z");
}

TEST_CASE("the place of a member starts with the file and ends with its name", "[core][config]") {
    REQUIRE(member_place("s.json", "pools") == "s.json: pools");
    REQUIRE(member_place("s.json: pools[0]", "policy") == "s.json: pools[0].policy");
    REQUIRE(member_place("", "policy") == "policy");
}

TEST_CASE("text with a unit is read in that unit", "[core][config]") {
    REQUIRE(text("250ms").as_duration() == 250ms);
    REQUIRE(text("16GiB").as_bytes() == std::int64_t{16} << 30);
    REQUIRE(text("8Gbit/s").as_byte_rate() == 1e9);
    REQUIRE(text("90/min").as_rate() == 1.5);
    REQUIRE(text("5%").as_ratio() == 0.05);
    REQUIRE(number(0.05).as_ratio() == 0.05);
    REQUIRE(integer(1).as_ratio() == 1.0);
    REQUIRE(text("1970-01-02").as_wall_clock() == 86400);
}

TEST_CASE("a number without its unit is answered with how to add one", "[core][config]") {
    REQUIRE_THROWS_WITH(integer(250).as_duration(),
                        "s.json: pools[0].wait: expected a duration such as \"250ms\", not 250\n"
                        "  hint: the unit is missing: \"250ms\"? units: ns, us, ms, s, m, h, d, w");
    REQUIRE_THROWS_WITH(text("30").as_duration(),
                        contains_text("not \"30\"") && contains_text("the unit is missing: \"30ms\"?"));
    REQUIRE_THROWS_WITH(number(0.5).as_duration(), contains_text("\"0.5ms\"?"));
    REQUIRE_THROWS_WITH(integer(16).as_bytes(),
                        contains_text("\"16GiB\"") && contains_text("the unit is missing"));
    REQUIRE_THROWS_WITH(integer(3).as_byte_rate(),
                        contains_text("\"3GB/s\"") && contains_text("the unit is missing"));
    REQUIRE_THROWS_WITH(number(0.5).as_rate(),
                        contains_text("\"0.5/s\"") && contains_text("the unit is missing"));
}

TEST_CASE("text of another form is shown beside the form expected and the units", "[core][config]") {
    REQUIRE_THROWS_WITH(text("soon").as_duration(),
                        "s.json: pools[0].wait: expected a duration such as \"250ms\", not \"soon\"\n"
                        "  hint: units: ns, us, ms, s, m, h, d, w");
    REQUIRE_THROWS_WITH(text("16gb").as_bytes(),
                        contains_text("not \"16gb\"") && contains_text("KiB, MiB, GiB"));
    REQUIRE_THROWS_WITH(text("3GB").as_byte_rate(), contains_text("a transfer rate such as \"3GB/s\""));
    REQUIRE_THROWS_WITH(text("5/year").as_rate(), contains_text("/s, /min, /h, /d"));
    REQUIRE_THROWS_WITH(text("five").as_ratio(),
                        contains_text("a ratio such as 0.05 or \"5%\", not \"five\""));
    REQUIRE_THROWS_WITH(text("tomorrow").as_wall_clock(), contains_text("2026-03-02T08:00"));
    REQUIRE_THROWS_WITH(integer(5).as_wall_clock(), contains_text("not 5"));
}

TEST_CASE("a negative size or rate is answered as such", "[core][config]") {
    REQUIRE_THROWS_WITH(text("-1GiB").as_bytes(), contains_text("it cannot be negative"));
    REQUIRE_THROWS_WITH(text("-1GB/s").as_byte_rate(), contains_text("it cannot be negative"));
    REQUIRE_THROWS_WITH(text("-5/s").as_rate(), contains_text("it cannot be negative"));
}

TEST_CASE("values without a scale are not durations", "[core][config]") {
    REQUIRE_THROWS_WITH(ConfigNode(kWhere).as_duration(), contains_text("not null"));
    REQUIRE_THROWS_WITH(ConfigNode::flag(kWhere, true).as_duration(), contains_text("not true"));
    REQUIRE_THROWS_WITH(ConfigNode::list(kWhere, {}).as_duration(), contains_text("not a list"));
    REQUIRE_THROWS_WITH(ConfigNode::object(kWhere, {}).as_ratio(), contains_text("not an object"));
}

TEST_CASE("a value of another kind is rejected with its place", "[core][config]") {
    REQUIRE_THROWS_WITH(text("yes").as_flag(), kWhere + ": expected true or false, not \"yes\"");
    REQUIRE_THROWS_WITH(text("3").as_integer(),
                        contains_text("not \"3\"") && contains_text("without quotes"));
    REQUIRE_THROWS_WITH(text("3.5").as_number(),
                        contains_text("a number") && contains_text("without quotes"));
    REQUIRE_THROWS_WITH(text("abc").as_number(), kWhere + ": expected a number, not \"abc\"");
    REQUIRE_THROWS_WITH(integer(3).as_text(), contains_text("text in quotes, not 3"));
    REQUIRE_THROWS_AS(integer(3).items(), InputError);
    REQUIRE_THROWS_AS(integer(3).members(), InputError);
    REQUIRE_THROWS_AS(integer(3).find("a"), InputError);
}

TEST_CASE("a whole number may be written with an exponent, a fraction is not one", "[core][config]") {
    REQUIRE(number(1e6).as_integer() == 1'000'000);
    REQUIRE_THROWS_WITH(number(2.5).as_integer(), contains_text("a whole number, not 2.5"));
    REQUIRE_THROWS_AS(number(1e300).as_integer(), InputError);
}

TEST_CASE("numbers that are not finite are rejected", "[core][config]") {
    REQUIRE_THROWS_AS(number(std::numeric_limits<double>::quiet_NaN()).as_number(), InputError);
    REQUIRE_THROWS_AS(number(std::numeric_limits<double>::infinity()).as_ratio(), InputError);
    REQUIRE_THROWS_AS(number(std::numeric_limits<double>::quiet_NaN()).as_duration(), InputError);
    REQUIRE_THROWS_AS(number(std::numeric_limits<double>::quiet_NaN()).as_integer(), InputError);
}
