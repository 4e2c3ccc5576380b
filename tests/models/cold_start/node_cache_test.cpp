#include "models/cold_start/node_cache.hpp"

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;

namespace {

constexpr CacheKey kA{0};
constexpr CacheKey kB{1};
constexpr CacheKey kC{2};
const SimTime kNow{0s};

NodeCache full_of_two() {
    NodeCache cache(100);
    cache.put(kA, 40, kNow, {});
    cache.put(kB, 60, kNow, {});
    return cache;
}

}  // namespace

TEST_CASE("what does not fit beside the others takes the place of the least recently used",
          "[models][node_cache]") {
    NodeCache cache = full_of_two();
    SECTION("that is the first one put there") {
        CHECK(cache.put(kC, 30, kNow, {}));
        CHECK_FALSE(cache.holds(kA, kNow));
        CHECK(cache.holds(kB, kNow));
        CHECK(cache.bytes_used(kNow) == 90);
    }
    SECTION("a use moves it to the end of the line") {
        cache.use(kA, kNow, {});
        CHECK(cache.put(kC, 30, kNow, {}));
        CHECK(cache.holds(kA, kNow));
        CHECK_FALSE(cache.holds(kB, kNow));
    }
    SECTION("putting it again is a use") {
        CHECK(cache.put(kA, 40, kNow, {}));
        CHECK(cache.put(kC, 30, kNow, {}));
        CHECK(cache.holds(kA, kNow));
    }
    SECTION("as many go as are needed") {
        CHECK(cache.put(kC, 70, kNow, {}));
        CHECK_FALSE(cache.holds(kA, kNow));
        CHECK_FALSE(cache.holds(kB, kNow));
        CHECK(cache.bytes_used(kNow) == 70);
    }
}

TEST_CASE("what is larger than the cache is not kept and pushes nothing out", "[models][node_cache]") {
    NodeCache cache = full_of_two();
    CHECK_FALSE(cache.put(kC, 101, kNow, {}));
    CHECK_FALSE(cache.holds(kC, kNow));
    CHECK(cache.bytes_used(kNow) == 100);
}

TEST_CASE("what is in use does not go", "[models][node_cache]") {
    NodeCache cache = full_of_two();
    cache.pin(kA, kNow);
    SECTION("another goes in its place") {
        CHECK(cache.put(kC, 30, kNow, {}));
        CHECK(cache.holds(kA, kNow));
        CHECK_FALSE(cache.holds(kB, kNow));
    }
    SECTION("what fits only in its place is not kept") {
        CHECK_FALSE(cache.put(kC, 61, kNow, {}));
        CHECK(cache.bytes_used(kNow) == 100);
    }
    SECTION("each pin needs its own unpin") {
        cache.pin(kA, kNow);
        cache.unpin(kA);
        CHECK_FALSE(cache.put(kC, 100, kNow, {}));
        cache.unpin(kA);
        CHECK(cache.put(kC, 100, kNow, {}));
    }
}

TEST_CASE("an entry is gone at its end unless it was used before", "[models][node_cache]") {
    NodeCache cache(100);
    cache.put(kA, 40, kNow, SimTime{10s});
    CHECK(cache.holds(kA, SimTime{10s} - 1ns));
    CHECK_FALSE(cache.holds(kA, SimTime{10s}));
    SECTION("a use gives it another") {
        cache.use(kA, SimTime{5s}, SimTime{20s});
        CHECK(cache.holds(kA, SimTime{15s}));
    }
    SECTION("a use after its end comes too late") {
        cache.use(kA, SimTime{12s}, SimTime{20s});
        CHECK_FALSE(cache.holds(kA, SimTime{12s}));
    }
    SECTION("while it is in use it does not end") {
        cache.pin(kA, SimTime{9s});
        CHECK(cache.holds(kA, SimTime{30s}));
        cache.unpin(kA);
        CHECK_FALSE(cache.holds(kA, SimTime{30s}));
    }
    SECTION("what it took is free again") {
        CHECK(cache.put(kB, 100, SimTime{10s}, {}));
        CHECK(cache.bytes_used(SimTime{10s}) == 100);
    }
}

TEST_CASE("versions of one name are different things", "[models][node_cache]") {
    NodeCache cache(100);
    cache.put({0, 1, 3}, 10, kNow, {});
    CHECK_FALSE(cache.holds({0, 0, 0}, kNow));
    CHECK_FALSE(cache.holds({0, 1, 4}, kNow));
    CHECK(cache.holds({0, 1, 3}, kNow));
}

TEST_CASE("pinning what is not there is our own bug, unpinning it is not", "[models][node_cache]") {
    NodeCache cache = full_of_two();
    CHECK_THROWS_AS(cache.pin(kC, kNow), InternalError);
    cache.pin(kA, kNow);
    cache.clear();
    cache.unpin(kA);
    CHECK(cache.bytes_used(kNow) == 0);
}
