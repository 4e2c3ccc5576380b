#include "sim/core/bit_set.hpp"

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"

using namespace spillway;

TEST_CASE("an empty set has no neighbours", "[core][bit_set]") {
    BitSet set;
    REQUIRE_FALSE(set.first_from(0));
    REQUIRE_FALSE(set.last_below(1000));
    set.insert(70);
    set.erase(70);
    REQUIRE_FALSE(set.first_from(0));
    REQUIRE_FALSE(set.last_below(1000));
}

TEST_CASE("erasing what was never a member changes nothing", "[core][bit_set]") {
    BitSet set;
    set.erase(1'000'000);
    set.insert(5);
    set.erase(6);
    REQUIRE(set.first_from(0) == 5);
}

TEST_CASE("neighbours are found across the edges of words", "[core][bit_set]") {
    BitSet set;
    for (const std::uint32_t member : {0U, 63U, 64U, 200U}) set.insert(member);
    REQUIRE(set.first_from(0) == 0);
    REQUIRE(set.first_from(1) == 63);
    REQUIRE(set.first_from(64) == 64);
    REQUIRE(set.first_from(65) == 200);
    REQUIRE_FALSE(set.first_from(201));
    REQUIRE_FALSE(set.last_below(0));
    REQUIRE(set.last_below(1) == 0);
    REQUIRE(set.last_below(64) == 63);
    REQUIRE(set.last_below(65) == 64);
    REQUIRE(set.last_below(200) == 64);
    REQUIRE(set.last_below(4'000'000'000) == 200);
}

TEST_CASE("members and neighbours agree with a sorted set", "[core][bit_set]") {
    BitSet set;
    std::set<std::uint32_t> model;
    std::uint32_t state = 1;
    const auto draw = [&state] { return state = state * 1664525U + 1013904223U, (state >> 16) % 500; };
    for (int step = 0; step < 20'000; ++step) {
        const std::uint32_t number = draw();
        if (draw() % 3 == 0) {
            set.insert(number);
            model.insert(number);
        } else {
            set.erase(number);
            model.erase(number);
        }
        const std::uint32_t probe = draw();
        const auto above = model.lower_bound(probe);
        REQUIRE(set.first_from(probe) == (above == model.end() ? std::nullopt : std::optional{*above}));
        REQUIRE(set.last_below(probe) ==
                (above == model.begin() ? std::nullopt : std::optional{*std::prev(above)}));
        if (model.empty())
            continue;
        const std::uint32_t rank = draw() % static_cast<std::uint32_t>(model.size());
        REQUIRE(set.nth(rank) == *std::next(model.begin(), rank));
    }
}
