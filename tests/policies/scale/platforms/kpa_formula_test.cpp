// Worked cases of Knative's formulas. Target 70 throughout: 100 requests a pod at 70%.
#include "policies/scale/platforms/kpa_formula.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

KpaSettings target_70() {
    KpaSettings settings{};
    settings.target = 70;
    return settings;
}

KpaScale once(const KpaSettings& settings, int ready, double stable, double panic) {
    return KpaFormula(settings).scale({ready, stable, panic, SimTime{0s}});
}

}  // namespace

TEST_CASE("the pods wanted are the observed concurrency over the target, rounded up", "[policies][kpa]") {
    // ceil(211 / 70) = 4 and ceil(90 / 70) = 2; 2 of 3 ready pods are no panic.
    CHECK(once(target_70(), 3, 211, 90) == KpaScale{4, 4, 2, false});
    CHECK(once(target_70(), 3, 210, 210) == KpaScale{3, 3, 3, false});
    CHECK(once(target_70(), 0, 1, 1) == KpaScale{1, 1, 1, false});  // from zero counts as one ready pod
    CHECK(once(target_70(), 1, 0, 0) == KpaScale{0, 0, 0, false});  // floor(1 / 2) = 0
}

TEST_CASE("the rates limit what is wanted, by the pods that are ready", "[policies][kpa]") {
    // Down: at least floor(10 / 2) = 5 of 10 pods, in both windows.
    CHECK(once(target_70(), 10, 70, 0) == KpaScale{5, 5, 5, false});
    CHECK(once(target_70(), 9, 70, 0) == KpaScale{4, 4, 4, false});
    // Up: at most ceil(2 x 3) = 6; the panic looks at the 20 that are wanted, 20 / 3 >= 2.
    KpaSettings slow = target_70();
    slow.max_scale_up_rate = 2;
    CHECK(once(slow, 3, 1400, 1400) == KpaScale{6, 6, 6, true});
    slow.max_scale_up_rate = 1.5;
    CHECK(once(slow, 3, 1400, 70) == KpaScale{5, 5, 1, false});  // ceil(4.5)
}

TEST_CASE("an activation scale raises what is not zero", "[policies][kpa]") {
    KpaSettings settings = target_70();
    settings.activation_scale = 3;
    CHECK(once(settings, 1, 10, 0) == KpaScale{3, 3, 0, false});
    CHECK(once(settings, 1, 0, 0) == KpaScale{0, 0, 0, false});
    CHECK(once(settings, 1, 350, 10) == KpaScale{5, 5, 3, false});
}

TEST_CASE("panic begins at twice the ready pods, only grows, is extended, and ends after a stable window",
          "[policies][kpa]") {
    KpaFormula formula(target_70());
    // 1 of 1: no panic.
    CHECK(formula.scale({1, 30, 70, SimTime{0s}}) == KpaScale{1, 1, 1, false});
    // 2 of 1: panic since 2 s.
    CHECK(formula.scale({1, 40, 140, SimTime{2s}}) == KpaScale{2, 1, 2, true});
    // 5 of 2 is 2.5: panic since 4 s.
    CHECK(formula.scale({2, 60, 350, SimTime{4s}}) == KpaScale{5, 1, 5, true});
    // 4 of 5: less is wanted, and the five are held.
    CHECK(formula.scale({5, 100, 280, SimTime{6s}}) == KpaScale{5, 2, 4, true});
    // 4 s + 60 s is not before 64 s.
    CHECK(formula.scale({5, 210, 140, SimTime{64s}}) == KpaScale{5, 3, 2, true});
    // It is before 66 s. The stable window wants ceil(210 / 70) = 3.
    CHECK(formula.scale({5, 210, 140, SimTime{66s}}) == KpaScale{3, 3, 2, false});
    // A second panic does not remember the first one's pods.
    CHECK(formula.scale({1, 70, 210, SimTime{68s}}) == KpaScale{3, 1, 3, true});
}

TEST_CASE("an autoscaler that finds several pods holds them for a stable window", "[policies][kpa]") {
    KpaFormula formula(target_70());
    formula.begin(4, SimTime{0s});
    CHECK(formula.scale({4, 0, 0, SimTime{2s}}).desired == 4);
    CHECK(formula.scale({4, 0, 0, SimTime{60s}}).desired == 4);
    CHECK(formula.scale({4, 0, 0, SimTime{62s}}).desired == 2);  // floor(4 / 2)
    KpaFormula single(target_70());
    single.begin(1, SimTime{0s});
    CHECK(single.scale({1, 0, 0, SimTime{2s}}).desired == 0);
}

TEST_CASE("a scale-down delay takes the largest size wanted within it", "[policies][kpa]") {
    KpaSettings settings = target_70();
    settings.scale_down_delay = 10s;
    KpaFormula formula(settings);
    CHECK(formula.scale({4, 280, 0, SimTime{0s}}).desired == 4);
    CHECK(formula.scale({4, 140, 0, SimTime{2s}}).desired == 4);
    CHECK(formula.scale({4, 140, 0, SimTime{8s}}).desired == 4);
    CHECK(formula.scale({4, 140, 0, SimTime{10s}}).desired == 2);  // the four are 10 s old
}
