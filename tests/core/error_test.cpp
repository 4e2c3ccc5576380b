#include "sim/core/error.hpp"

#include "sim/core/check.hpp"
#include "sim/core/registry.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

TEST_CASE("an input error prints its place, its problem and its hint", "[core][error]") {
    const InputError error("day.csv:17", "column \"tokens\" is not a number: \"abc\"", "1 of 20 rows so far");
    REQUIRE(std::string(error.what()) ==
            "day.csv:17: column \"tokens\" is not a number: \"abc\"\n  hint: 1 of 20 rows so far");
    REQUIRE(error.where() == "day.csv:17");
    REQUIRE(error.hint() == "1 of 20 rows so far");
}

TEST_CASE("an input error without a place or a hint prints its problem alone", "[core][error]") {
    REQUIRE(std::string(InputError("", "no scenario given").what()) == "no scenario given");
}

TEST_CASE("the nearest name is the one with the fewest edits", "[core][error]") {
    const std::vector<std::string_view> names{"fixed", "scale-to-zero", "keep-warm"};
    REQUIRE(nearest_name("fixd", names) == "fixed");
    REQUIRE(nearest_name("scale-zero", names) == "scale-to-zero");
    REQUIRE(nearest_name("kep-wam", names) == "keep-warm");
    REQUIRE(nearest_name("fixed", names) == "fixed");
}

TEST_CASE("no name is near to something else altogether", "[core][error]") {
    REQUIRE(nearest_name("kubernetes", {"fixed", "keep-warm"}).empty());
    REQUIRE(nearest_name("fixed", {}).empty());
}

TEST_CASE("the first of two equally near names is suggested", "[core][error]") {
    REQUIRE(nearest_name("p5", {"p50", "p95"}) == "p50");
}

TEST_CASE("an unknown name is shown with the nearest one and the list", "[core][error]") {
    const InputError error = unknown_name("s.json: policy", "policy", "fixd", {"fixed", "keep-warm"});
    REQUIRE(error.problem() == "unknown policy \"fixd\"");
    REQUIRE(error.hint() == "did you mean \"fixed\"? valid: fixed, keep-warm");
    REQUIRE(unknown_name("", "policy", "zzzzzz", {"fixed"}).hint() == "valid: fixed");
}

TEST_CASE("a registry finds an entry by its name and rejects others at their place", "[core][error]") {
    using Entry = RegistryEntry<int()>;
    constexpr std::array kTable{Entry{"one", "The first.", {}, [] { return 1; }},
                                Entry{"two", "The second.", {}, [] { return 2; }}};
    const std::span<const Entry> table(kTable);
    REQUIRE(find_entry(table, "number", "two", "s.json: n").make() == 2);
    REQUIRE_THROWS_WITH(find_entry(table, "number", "tow", "s.json: n"),
                        "s.json: n: unknown number \"tow\"\n  hint: did you mean \"two\"? valid: one, two");
}

TEST_CASE("a failed check names the condition, the place and the message", "[core][error]") {
    const auto fail = [] { SPILLWAY_CHECK(1 + 1 == 3, "arithmetic"); };
    REQUIRE_THROWS_AS(fail(), InternalError);
    REQUIRE_THROWS_WITH(fail(), tests::contains_text("1 + 1 == 3") && tests::contains_text("arithmetic") &&
                                    tests::contains_text("error_test.cpp:"));
}

TEST_CASE("the message of a check that holds is not made", "[core][error]") {
    int made = 0;
    const auto message = [&] { return ++made, "never"; };
    SPILLWAY_CHECK(made == 0, message());
    REQUIRE(made == 0);
}
