#include "models/cold_start/shared_link.hpp"

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;

namespace {

constexpr std::int64_t kGigabyte = 1'000'000'000;

SimTime at(Duration time) { return SimTime{time}; }

}  // namespace

TEST_CASE("a lone transfer takes its bytes over the bandwidth", "[models][shared_link]") {
    SharedLinks links;
    const LinkId registry = links.add(1.25e9);  // 10 Gbit/s
    // 10 GB / 1.25 GB/s = 8 s, to the nanosecond.
    CHECK(links.ends_at(links.begin({10 * kGigabyte, {registry}}, at(3s))) == at(11s));
}

TEST_CASE("a transfer's end is rounded up to a nanosecond", "[models][shared_link]") {
    SharedLinks links;
    const LinkId link = links.add(3e9);
    // 1 B / 3 B/ns = 0.33 ns.
    CHECK(links.ends_at(links.begin({1, {link}}, at(0s))) == at(1ns));
    SharedLinks idle;
    CHECK(idle.ends_at(idle.begin({0, {idle.add(3e9)}}, at(5s))) == at(5s));
}

TEST_CASE("twenty equal transfers at once take twenty times as long as one", "[models][shared_link]") {
    SharedLinks links;
    const LinkId registry = links.add(1.25e9);
    std::vector<TransferId> pulls;
    for (int i = 0; i < 20; ++i) pulls.push_back(links.begin({10 * kGigabyte, {registry}}, at(0s)));
    for (const TransferId pull : pulls) CHECK(links.ends_at(pull) == at(160s));
}

TEST_CASE("three transfers that do not divide the bandwidth end within a nanosecond of three times one",
          "[models][shared_link]") {
    SharedLinks links;
    const LinkId link = links.add(1e9);
    TransferId last{};
    for (int i = 0; i < 3; ++i) last = links.begin({kGigabyte, {link}}, at(0s));
    CHECK(links.ends_at(last) >= at(3s));
    CHECK(links.ends_at(last) <= at(3s + 1ns));
}

TEST_CASE("staggered transfers share what they overlap", "[models][shared_link]") {
    // 1 GB/s. A of 10 GB from 0, B of 4 GB from 4 s. A has moved 4 GB by then and 6 are left; at half the
    // rate B's 4 GB take 8 s, until 12 s, by which A has 2 GB left: until 14 s.
    SharedLinks links;
    const LinkId link = links.add(1e9);
    const TransferId a = links.begin({10 * kGigabyte, {link}}, at(0s));
    const TransferId b = links.begin({4 * kGigabyte, {link}}, at(4s));
    CHECK(links.ends_at(b) == at(12s));
    CHECK(links.bytes_left(a, at(6s)) == 5 * kGigabyte);
    links.end(b, at(12s));
    CHECK(links.ends_at(a) == at(14s));
}

TEST_CASE("a transfer that is taken off frees its share", "[models][shared_link]") {
    // Two of 10 GB at 0.5 GB/s each; one is taken off at 10 s, when 5 GB of the other are left.
    SharedLinks links;
    const LinkId link = links.add(1e9);
    const TransferId kept = links.begin({10 * kGigabyte, {link}}, at(0s));
    const TransferId dropped = links.begin({10 * kGigabyte, {link}}, at(0s));
    links.end(dropped, at(10s));
    CHECK(links.ends_at(kept) == at(15s));
    CHECK(links.under_way() == 1);
}

TEST_CASE("what one transfer cannot take, the others do", "[models][shared_link]") {
    SECTION("because of its own limit") {
        // 1 GB/s: one is held to 0.2 GB/s, the two others share 0.8.
        SharedLinks links;
        const LinkId link = links.add(1e9);
        const TransferId slow = links.begin({2 * kGigabyte, {link}, 2e8}, at(0s));
        const TransferId fast = links.begin({2 * kGigabyte, {link}}, at(0s));
        links.begin({2 * kGigabyte, {link}}, at(0s));
        CHECK(links.ends_at(slow) == at(10s));
        CHECK(links.ends_at(fast) == at(5s));
    }
    SECTION("because of another link that it crosses") {
        // Registry 3 GB/s; host 1's NIC of 1 GB/s has two pulls, host 2's of 4 GB/s one: 0.5, 0.5 and 2.
        SharedLinks links;
        const LinkId registry = links.add(3e9);
        const LinkId one = links.add(1e9);
        const LinkId two = links.add(4e9);
        const TransferId a = links.begin({2 * kGigabyte, {registry, one}}, at(0s));
        const TransferId b = links.begin({2 * kGigabyte, {registry, one}}, at(0s));
        const TransferId c = links.begin({2 * kGigabyte, {registry, two}}, at(0s));
        CHECK(links.ends_at(a) == at(4s));
        CHECK(links.ends_at(b) == at(4s));
        CHECK(links.ends_at(c) == at(1s));
    }
}

TEST_CASE("a transfer without a link moves at its limit", "[models][shared_link]") {
    SharedLinks links;
    CHECK(links.ends_at(links.begin({10 * kGigabyte, {}, 2e9}, at(0s))) == at(5s));
}

TEST_CASE("what cannot be moved is our own bug", "[models][shared_link]") {
    SharedLinks links;
    const LinkId link = links.add(1e9);
    CHECK_THROWS_AS(links.add(0), InternalError);
    CHECK_THROWS_AS(links.begin({1, {}}, at(0s)), InternalError);
    CHECK_THROWS_AS(links.begin({-1, {link}}, at(0s)), InternalError);
    const TransferId one = links.begin({1, {link}}, at(5s));
    CHECK_THROWS_AS(links.begin({1, {link}}, at(4s)), InternalError);
    links.end(one, at(6s));
    CHECK_THROWS_AS(links.end(one, at(6s)), InternalError);
}
