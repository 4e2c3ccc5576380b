#include "sim/metrics/recorder.hpp"

#include <numeric>

#include "sim/core/check.hpp"
#include "tests/metrics/records.hpp"
#include "tests/support/catch.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using tests::Approx;
using tests::completed;
using tests::missed;

const std::vector<std::string> kClasses{"interactive", "batch"};

Recorder recorder(std::vector<std::string> slos = {}, Delivery batch = Delivery::kWhole) {
    std::vector<Slo> parsed;
    for (const std::string& slo : slos) parsed.push_back(parse_slo(slo, "slo", kClasses));
    return {{{"interactive", Delivery::kStreamed}, {"batch", batch}}, std::move(parsed)};
}

RequestRecord of_batch(RequestRecord record) {
    record.class_id = ClassId{1};
    return record;
}

/// Five offered: two warm (5 s and 3 s), one cold (20 s), one timed out at 30 s, one rejected at once.
void play(Recorder& into) {
    RequestRecord first = completed({.queue = 1, .prefill = 1, .decode = 3});
    first.input_tokens = 100;
    first.output_tokens = 4;  // 1 s a token
    first.engine_queue = 1s;
    into.request_ended(first);
    into.request_ended(completed({.prefill = 1, .decode = 1, .post = 1}));
    RequestRecord cold =
        completed({.lost = 2, .queue = 1, .cold_start = 9, .load = 4, .prefill = 1, .decode = 3});
    cold.attempts = 2;
    cold.exposed = true;
    cold.overflowed = true;
    cold.input_tokens = 50;
    cold.output_tokens = 2;  // 3 s a token
    cold.gateway = 500ms;
    into.request_ended(cold);
    RequestRecord late = missed(Outcome::kTimedOut, "waited longer than max_wait", 30s);
    late.exposed = true;
    late.output_tokens = 1'000;
    into.request_ended(late);
    into.request_ended(missed(Outcome::kRejected, "queue full", 0s));
}

TEST_CASE("requests are counted by outcome, over all that were offered", "[metrics][recorder]") {
    Recorder run = recorder();
    play(run);
    const RequestCounts counts = run.summarise().classes[0].requests;
    REQUIRE(counts.offered == 5);
    REQUIRE(counts.completed == 3);
    REQUIRE(counts.timed_out == 1);
    REQUIRE(counts.rejected == 1);
    REQUIRE(counts.abandoned == 0);
    REQUIRE(counts.failed == 0);
    REQUIRE(counts.missed() == 2);
    REQUIRE(counts.attempts == 6);
    REQUIRE(counts.cold == 1);
    REQUIRE(counts.share(counts.cold) == 0.2);
    REQUIRE(counts.exposed == 2);
    REQUIRE(counts.overflowed == 1);
    REQUIRE(counts.input_tokens == 150);
    REQUIRE(counts.output_tokens == 6);
}

TEST_CASE("latencies of the completed requests are the hand-made ones", "[metrics][recorder]") {
    Recorder run = recorder();
    play(run);
    const ClassSummary summary = run.summarise().classes[0];
    REQUIRE(summary.total.requests == 3);
    REQUIRE(summary.total.mean == 9'333'333'333ns);
    REQUIRE(summary.total.min == 3s);
    REQUIRE(summary.total.p50 == 5s);
    REQUIRE(summary.total.p95 == 20s);
    REQUIRE(summary.total.max == 20s);
    REQUIRE(summary.total_warm.requests == 2);
    REQUIRE(summary.total_warm.p99 == 5s);
    REQUIRE(summary.total_cold.p50 == 20s);
    REQUIRE(summary.total_without_start.max == 7s);
    REQUIRE(summary.total_without_start.mean == 5s);
    REQUIRE(summary.ttft.p50 == 2s);  // 1, 2 and 17
    REQUIRE(summary.ttft.max == 17s);
    REQUIRE(summary.ttft_warm.max == 2s);
    REQUIRE(summary.tpot.requests == 2);
    REQUIRE(summary.tpot.min == 1s);
    REQUIRE(summary.tpot.max == 3s);
    REQUIRE(summary.engine_queue.max == 1s);
    REQUIRE(summary.gateway.max == 500ms);
}

TEST_CASE("in the second row a time-out counts at its time and a rejection as never", "[metrics][recorder]") {
    Recorder run = recorder();
    play(run);
    const LatencyFigures row = run.summarise().classes[0].total_failures_counted;
    REQUIRE(row.requests == 5);
    REQUIRE(row.never == 1);
    REQUIRE(row.min == 3s);
    REQUIRE(row.p50 == 20s);  // the third of 3, 5, 20, 30, never
    REQUIRE_FALSE(row.p95);
    REQUIRE_FALSE(row.max);
    REQUIRE_FALSE(row.mean);
}

TEST_CASE("a client that left counts at its patience, a request that failed as never",
          "[metrics][recorder]") {
    Recorder run = recorder();
    run.request_ended(missed(Outcome::kAbandoned, "patience", 2s));
    run.request_ended(missed(Outcome::kFailed, "worker failed", 1s));
    const LatencyFigures row = run.summarise().classes[0].total_failures_counted;
    REQUIRE(row.never == 1);
    REQUIRE(row.p50 == 2s);
    REQUIRE_FALSE(row.p99);
}

TEST_CASE("rejecting requests does not improve the second row or the attainment", "[metrics][recorder]") {
    Recorder patient = recorder({"p95 total < 10s for class=interactive"});
    Recorder rejecting = recorder({"p95 total < 10s for class=interactive"});
    for (int i = 0; i < 56; ++i) {
        patient.request_ended(completed({.decode = 5}));
        rejecting.request_ended(completed({.decode = 5}));
    }
    for (int i = 0; i < 44; ++i) {
        patient.request_ended(completed({.queue = 60, .decode = 5}));
        rejecting.request_ended(missed(Outcome::kRejected, "queue full", 0s));
    }
    REQUIRE(rejecting.summarise().all.total.p99 == 5s);
    REQUIRE_FALSE(rejecting.summarise().all.total_failures_counted.p99);
    REQUIRE(patient.summarise().all.requests.inside_slo == 56);
    REQUIRE(rejecting.summarise().all.requests.inside_slo == 56);
    REQUIRE_FALSE(rejecting.summarise().slos[0].attained);
    REQUIRE_FALSE(rejecting.summarise().slos[0].observed);
}

TEST_CASE("the parts of the hand-made requests say where the time went", "[metrics][recorder]") {
    Recorder run = recorder();
    play(run);
    const ClassSummary summary = run.summarise().classes[0];
    const auto part = [&](LatencyPart p) { return summary.parts[static_cast<std::size_t>(p)]; };
    REQUIRE(part(LatencyPart::kColdStart).mean == 3s);
    REQUIRE(part(LatencyPart::kColdStart).p50 == 0s);
    REQUIRE(part(LatencyPart::kColdStart).p95 == 9s);
    REQUIRE(part(LatencyPart::kDecode).mean == 2'333'333'333ns);
    REQUIRE(part(LatencyPart::kDecode).share_of_mean == Approx(7.0 / 28));
    REQUIRE(summary.p99_band_requests == 1);
    REQUIRE(part(LatencyPart::kColdStart).p99_band_mean_seconds == Approx(9));
    REQUIRE(part(LatencyPart::kColdStart).share_of_p99 == Approx(0.45));
    double of_mean = 0;
    double of_p99 = 0;
    for (const PartFigures& figures : summary.parts) {
        of_mean += figures.share_of_mean;
        of_p99 += figures.share_of_p99;
    }
    REQUIRE(of_mean == Approx(1).epsilon(1e-12));
    REQUIRE(of_p99 == Approx(1).epsilon(1e-12));
}

TEST_CASE("reasons are listed in the order in which the run first saw them", "[metrics][recorder]") {
    Recorder run = recorder();
    run.request_ended(of_batch(missed(Outcome::kFailed, "worker failed", 1s)));
    run.request_ended(missed(Outcome::kRejected, "queue full", 0s));
    run.request_ended(missed(Outcome::kFailed, "worker failed", 1s));
    run.request_ended(of_batch(missed(Outcome::kRejected, "queue full", 0s)));
    run.request_ended(missed(Outcome::kRejected, "too large", 0s));
    const Summary summary = run.summarise();
    const auto listed = [](const ClassSummary& of) {
        std::string text;
        for (const ReasonCount& reason : of.reasons) {
            text += reason.reason + "=" + std::to_string(reason.requests) + ";";
        }
        return text;
    };
    REQUIRE(listed(summary.all) == "worker failed=2;queue full=2;too large=1;");
    REQUIRE(listed(summary.classes[0]) == "worker failed=1;queue full=1;too large=1;");
    REQUIRE(listed(summary.classes[1]) == "worker failed=1;queue full=1;");
}

TEST_CASE("without streaming the time to first token is the total", "[metrics][recorder]") {
    Recorder run = recorder();
    run.request_ended(completed({.prefill = 1, .decode = 3}));
    run.request_ended(of_batch(completed({.prefill = 1, .decode = 5})));
    const Summary summary = run.summarise();
    REQUIRE(summary.classes[0].ttft.max == 1s);
    REQUIRE(summary.classes[1].ttft.max == 6s);
    REQUIRE(summary.all.ttft.min == 1s);
    REQUIRE(summary.all.ttft.max == 6s);
}

TEST_CASE("requests of the warm-up are not counted", "[metrics][recorder]") {
    Recorder run = recorder();
    RequestRecord early = completed({.decode = 3});
    early.measured = false;
    run.request_ended(early);
    REQUIRE(run.summarise().all.requests.offered == 0);
}

TEST_CASE("a run without requests has an empty summary, and its objectives hold", "[metrics][recorder]") {
    const Summary summary = recorder({"p95 ttft < 2s", "mean total < 1s", "cold share < 1%",
                                      "p95 warm total < 1s for class=batch"})
                                .summarise();
    REQUIRE(summary.all.requests.offered == 0);
    REQUIRE_FALSE(summary.all.total.p99);
    REQUIRE(summary.classes.size() == 2);
    for (const SloResult& slo : summary.slos) {
        REQUIRE(slo.attained);
        REQUIRE(slo.requests == 0);
        REQUIRE_FALSE(slo.observed);
    }
}

TEST_CASE("objectives are evaluated over their class and scope", "[metrics][recorder]") {
    Recorder run = recorder({"p50 total < 20s for class=interactive", "p50 total < 21s for class=interactive",
                             "p99 warm ttft < 3s", "p99 warm ttft < 3s for class=batch", "cold share < 20%",
                             "cold share < 17%", "failed < 40% for class=interactive", "mean total < 9s",
                             "max tpot < 3s", "max tpot < 3001ms"});
    play(run);  // interactive
    run.request_ended(of_batch(completed({.decode = 2})));
    const std::vector<SloResult> slos = run.summarise().slos;

    REQUIRE_FALSE(slos[0].attained);  // the third of 3, 5, 20, never, never is 20 s, not below it
    REQUIRE(slos[0].requests == 5);
    REQUIRE(slos[0].observed == 20s);
    REQUIRE(slos[1].attained);
    REQUIRE_FALSE(slos[2].attained);  // the rejected request; the time-out was exposed to a start
    REQUIRE(slos[2].requests == 4);
    REQUIRE_FALSE(slos[2].observed);
    REQUIRE(slos[3].attained);
    REQUIRE(slos[3].observed == 2s);
    REQUIRE(slos[4].attained);
    REQUIRE(slos[4].observed_share == Approx(1.0 / 6));
    REQUIRE(slos[4].requests == 6);
    REQUIRE(slos[5].attained);
    REQUIRE_FALSE(slos[6].attained);  // 40% is not below 40%
    REQUIRE(slos[6].observed_share == 0.4);
    REQUIRE(slos[7].attained);  // 28 s over 3 and 2 s over 1
    REQUIRE(slos[7].observed == 7'500ms);
    REQUIRE_FALSE(slos[8].attained);
    REQUIRE(slos[9].attained);
}

TEST_CASE("a percentile is decided by counting, whatever the width of a bin", "[metrics][recorder]") {
    // 20,000 requests of which 95% end one nanosecond before the limit.
    Recorder run = recorder({"p95 total < 2s", "p95 total < 1999999999ns"});
    for (int i = 0; i < 20'000; ++i) {
        RequestRecord record = completed({.decode = i % 20 == 0 ? 3 : 2});
        if (i % 20 != 0) {
            record.delivered -= 1ns;
            record.parts[static_cast<std::size_t>(LatencyPart::kDecode)] -= 1ns;
        }
        run.request_ended(record);
    }
    const std::vector<SloResult> slos = run.summarise().slos;
    REQUIRE(slos[0].attained);
    REQUIRE(*slos[0].observed < 2s);
    REQUIRE_FALSE(slos[1].attained);
    REQUIRE(*slos[1].observed >= 1'999'999'999ns);
}

TEST_CASE("all classes together are their union", "[metrics][recorder]") {
    Recorder run = recorder();
    for (int i = 1; i <= 8'000; ++i) {
        RequestRecord record = completed({.decode = i});
        run.request_ended(record);
        record.parts[static_cast<std::size_t>(LatencyPart::kDecode)] += 1s;
        record.delivered += 1s;
        run.request_ended(of_batch(record));
    }
    const Summary summary = run.summarise();
    REQUIRE(summary.classes[0].total.p50 == 4'000s);
    REQUIRE(summary.all.total.requests == 16'000);
    REQUIRE(summary.all.total.mean == 4'001s);
    REQUIRE(summary.all.total.max == 8'001s);
    REQUIRE(to_seconds(*summary.all.total.p50) == Approx(4'000).epsilon(0.004));
}

TEST_CASE("parts that do not add up to the total are our own bug", "[metrics][recorder]") {
    Recorder run = recorder();
    RequestRecord record = completed({.decode = 3});
    record.delivered += 1ns;
    REQUIRE_THROWS_AS(run.request_ended(record), InternalError);
}

TEST_CASE("a request of a class that nobody declared is our own bug", "[metrics][recorder]") {
    Recorder run = recorder();
    RequestRecord record = completed({.decode = 3});
    record.class_id = ClassId{2};
    REQUIRE_THROWS_AS(run.request_ended(record), InternalError);
}

}  // namespace
}  // namespace spillway
