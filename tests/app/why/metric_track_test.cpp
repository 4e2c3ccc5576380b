#include "app/why/metric_track.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

/// Looks every 15 s at the mean of ten samples, a second apart and 5 s late.
Wakes slow_metrics() {
    Wakes wakes;
    wakes.tick = 15s;
    wakes.sample_period = 1s;
    wakes.window = 10s;
    wakes.lag = 5s;
    return wakes;
}

MetricWindow::Sample sample_of(int waiting) {
    MetricWindow::Sample sample;
    sample.queued = sample.queued_then = waiting;
    return sample;
}

ScaleDecision saw(double observed, double threshold) {
    ScaleDecision decision;
    decision.observed = observed;
    decision.threshold = threshold;
    decision.figure = LoadFigure::kQueued;
    return decision;
}

/// Nobody waits until 3.4 s, ten do from then on; sampled each second before `end`.
void ten_come(MetricTrack& track, int end) {
    track.load_held(0, 0, SimTime{1s});
    for (int second = 1; second < end; ++second) {
        if (second == 4)
            track.load_held(0, 0, SimTime{3400ms});
        track.sampled(sample_of(second < 4 ? 0 : 10), SimTime{1s * second});
    }
}

}  // namespace

TEST_CASE("the lag of a decision is sampling, averaging, delay and the wait for the tick", "[why]") {
    MetricTrack track(slow_metrics());
    ten_come(track, 15);
    track.looked(Trigger::kTick, 10, 0, SimTime{15s});
    // At 15 s the sample of 9 s is the last to be seen: six of nine were above.
    const std::optional<MetricLag> lag = track.lag_of(saw(60.0 / 9, 5));
    REQUIRE(lag);
    CHECK(lag->crossed == SimTime{3400ms});
    CHECK(lag->sampling == 600ms);  // first sampled at 4 s
    CHECK(lag->averaging == 3s);    // the mean is 40 / 7 at 7 s
    CHECK(lag->delay == 5s);        // seen from 12 s on
    CHECK(lag->tick == 3s);
    CHECK(lag->hold == 0s);
    CHECK(lag->crossed + lag->total() == SimTime{15s});
}

TEST_CASE("looks that saw the figure above its threshold and did nothing were held back", "[why]") {
    MetricTrack track(slow_metrics());
    ten_come(track, 15);
    track.looked(Trigger::kTick, 10, 0, SimTime{15s});
    for (int second = 15; second < 30; ++second) track.sampled(sample_of(10), SimTime{1s * second});
    track.looked(Trigger::kTick, 10, 0, SimTime{30s});
    const std::optional<MetricLag> lag = track.lag_of(saw(10, 5));
    REQUIRE(lag);
    CHECK(lag->hold == 15s);
    CHECK(lag->tick == 3s);
    CHECK(lag->crossed == SimTime{3400ms});
}

TEST_CASE("a policy that sees the present has no lag but its own clock's", "[why]") {
    Wakes wakes;
    wakes.live = true;
    wakes.tick = 10s;
    MetricTrack track(wakes);
    track.load_held(0, 0, SimTime{2s});
    track.load_held(3, 0, SimTime{10s});
    track.looked(Trigger::kTick, 3, 0, SimTime{10s});
    const std::optional<MetricLag> lag = track.lag_of(saw(3, 2));
    REQUIRE(lag);
    CHECK(lag->crossed == SimTime{2s});
    CHECK(lag->tick == 8s);
    CHECK(lag->total() == 8s);
}

TEST_CASE("a decision of the very instant in which its figure rose has no lag", "[why]") {
    Wakes wakes;
    wakes.live = true;
    wakes.unserved = true;
    MetricTrack track(wakes);
    track.load_held(1, 0, SimTime{4s});
    track.looked(Trigger::kUnserved, 2, 0, SimTime{4s});
    const std::optional<MetricLag> lag = track.lag_of(saw(2, 1));
    REQUIRE(lag);
    CHECK(lag->total() == 0s);
    CHECK(lag->crossed == SimTime{4s});
}

TEST_CASE("a decision that looked at something else has no lag to tell", "[why]") {
    MetricTrack track(slow_metrics());
    ten_come(track, 15);
    track.looked(Trigger::kTick, 10, 0, SimTime{15s});
    ScaleDecision other = saw(60.0 / 9, 5);
    other.figure = LoadFigure::kNone;
    CHECK_FALSE(track.lag_of(other));
    CHECK_FALSE(track.lag_of(saw(8, 5)));         // no figure of these metrics
    CHECK_FALSE(track.lag_of(saw(60.0 / 9, 7)));  // not above
}

TEST_CASE("a count remembers when it last rose above each level", "[why]") {
    CountTrack count;
    count.held(0, SimTime{1s});
    count.held(2, SimTime{3s});  // since 1 s
    count.held(5, SimTime{4s});  // since 3 s
    count.held(1, SimTime{6s});
    count.held(3, SimTime{7s});  // since 6 s
    CHECK(count.rose_above(0) == SimTime{1s});
    CHECK(count.rose_above(2.5) == SimTime{6s});
    CHECK(count.rose_above(4) == SimTime{3s});  // over, and the last there was
    CHECK_FALSE(count.rose_above(5));
    CHECK(count.rises(1, 3) == std::vector<SimTime>{SimTime{6s}, SimTime{6s}});
}
