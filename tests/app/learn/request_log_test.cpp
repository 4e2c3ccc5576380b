#include "tests/app/learn/import_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::string_view kLog =
    "sent_s,started_s,first_token_s,done_s,worker,input_tokens,output_tokens,status,container_s,weights_s\n"
    "100.0,110.0,110.5,112.5,a,500,21,completed,4,6\n"
    "103.0,110.0,110.6,111.6,a,300,11,completed,,\n"
    "104.0,,,109.0,,200,0,abandoned,,\n"
    "120.0,120.0,120.2,121.2,a,100,11,completed,,\n";

/// Of `spillway run --requests`: one request caused a start, one came during it, one waited before it.
constexpr std::string_view kSimulated =
    "request,class,outcome,reason,attempts,input_tokens,output_tokens,pool,worker,arrived_s,total_s,ttft_s,"
    "lost_s,queue_s,cold_start_s,load_s,prefill_s,decode_s,post_s,engine_queue_s,gateway_s,cold,exposed,"
    "overflowed\n"
    "1,c,completed,,1,10,5,p,0,0,11,10.5,0,0.1,3,7,0.4,0.5,0,0.1,0,1,1,0\n"
    "2,c,completed,,1,10,5,p,0,5,6,5.5,0,0.1,0,5,0.4,0.5,0,0.1,0,1,1,0\n"
    "3,c,completed,,1,10,5,p,1,20,13,12.5,0,2.1,3,7,0.4,0.5,0,0.1,0,1,1,0\n"
    "4,c,abandoned,gone,1,10,0,,,24,4,,0,4,0,0,0,0,0,0,0,0,1,0\n"
    "5,c,completed,,1,10,5,p,2,25,9,8.5,0,0.1,2,6,0.4,0.5,0,0.1,0,1,1,0\n";

}  // namespace

TEST_CASE("a request log has runs, starts and waits", "[learn][log]") {
    const Observed observed = observed_in(kLog);
    const ObservedRun& run = observed.runs.at(0);
    REQUIRE(run.requests.size() == 3);
    CHECK(*run.requests[0].at == Approx(10));
    CHECK(run.requests[0].ttft == Approx(0.5));
    CHECK(run.requests[0].total == Approx(2.5));
    REQUIRE(observed.starts.size() == 1);
    REQUIRE(observed.starts[0].phases.size() == 2);
    CHECK(observed.starts[0].phases[0].kind == StartPhase::kContainer);
    CHECK(observed.starts[0].phases[1].seconds == 6);
    REQUIRE(observed.waits.size() == 4);
    CHECK(observed.waits[2].gave_up);
    CHECK(observed.waits[2].seconds == Approx(5));
}

TEST_CASE("a start counts once, whole where its first request caused it or waited before it",
          "[learn][log]") {
    const Observed observed = observed_in(kSimulated);
    REQUIRE(observed.starts.size() == 3);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(observed.starts[i].phases.at(0).seconds == 3);
        CHECK_FALSE(observed.starts[i].phases[0].at_least);
        CHECK(observed.starts[i].phases.at(1).seconds == 7);
    }
    // Request 5 came while others waited, and saw a part of a start that it need not have caused.
    CHECK(observed.starts[2].phases.at(0).at_least);
    CHECK_FALSE(observed.starts[2].phases.at(1).at_least);
}

TEST_CASE("without phases a start is what its worker's first request waited", "[learn][log]") {
    std::string log = "sent_s,started_s,first_token_s,done_s,worker,input_tokens,output_tokens\n";
    for (int worker = 0; worker < 3; ++worker) {
        const std::string name = ",w" + std::to_string(worker) + ",100,11\n";
        const double from = 1.77e9 + 100 * worker;
        for (const double sent : {0.0, 30.0, 40.0}) {
            const double started = sent == 0 ? 12.0 : sent;
            for (const double time : {from + sent, from + started, from + started + 0.5, from + started + 1})
                log += (log.back() == '\n' ? "" : ",") + std::to_string(time);
            log += name;
        }
    }
    const Observed observed = observed_in(log);
    REQUIRE(observed.starts.size() == 3);
    CHECK(observed.starts[0].phases.at(0).seconds == Approx(12));
    CHECK_FALSE(observed.starts[2].phases[0].at_least);
    CHECK_THAT(observed.notes.at(0), contains_text("no phases of starts"));
}

TEST_CASE("rows of a request log that contradict themselves are refused with their line",
          "[learn][log][errors]") {
    require_refused_file(changed(kLog, "110.5,112.5", "99.0,112.5"), {":2", "first_token_s", "started_s"});
    require_refused_file(changed(kLog, "100.0,110.0,", "100.0,,99.0,112.5,x,1,2,completed,,\n100.0,110.0,"),
                         {":2", "first_token_s", "sent_s"});
    require_refused_file(changed(kLog, "112.5", "110.4"), {":2", "done_s", "first_token_s"});
    require_refused_file(changed(kLog, "100.0,110.0", "-100.0,110.0"), {":2", "negative"});
    require_refused_file(changed(kLog, "110.5", "NaN"), {":2", "first_token_s", "not a number"});
    require_refused_file(changed(kLog, "a,500,21", "a,500,0"), {":2", "output_tokens"});
    require_refused_file(changed(kLog, "abandoned", "sulking"), {":4", "status", "no outcome"});
    require_refused_file(changed(kLog, "first_token_s", "first"), {"lacks the column \"first_token_s\""});
    require_refused_file(kLog.substr(0, kLog.find('\n') + 1), {"no request that completed"});
    require_refused_file(changed(kSimulated, "p,1,20", "q,1,20"), {"2 pools: p, q", "--pool"});
}

TEST_CASE("rows of a request log beyond all requests are refused with their line", "[learn][log][errors]") {
    require_refused_file(changed(kLog, "120.0,120.0,120.2,121.2", "1e12,1e12,1e12,1e12"),
                         {":5", "after the first request"});
    require_refused_file(changed(kLog, "110.5,112.5", "1e9,1e10"), {":2", "the request took 1e+10 s"});
    require_refused_file(changed(kLog, ",4,6", ",4,1e300"), {":2", "weights_s", "longer than any request"});
    require_refused_file(changed(kLog, "500,21", "100000000,21"), {":2", "100000021 tokens"});
    require_refused_file(changed(kSimulated, "p,0,0,11", "p,0,0,1e9"), {":2", "total_s"});
}

TEST_CASE("of an even number of waits the median lies between the middle two", "[learn][log]") {
    // Waits of 0, 1, 3 and 9 s: five times 2 is longer than 9, and five times 1 would not be.
    std::string log = "sent_s,started_s,first_token_s,done_s,worker,input_tokens,output_tokens\n";
    for (const char* row : {"0,9,10,11,a", "20,20,21,22,a", "30,31,32,33,a", "40,43,44,45,a"})
        log += std::string(row) + ",100,11\n";
    CHECK(observed_in(log).starts.empty());
    CHECK(observed_in(changed(log, "0,9,10,11", "0,10.5,11,12")).starts.size() == 1);
}

TEST_CASE("a pool is refused where no file has pools", "[learn][log][errors]") {
    const ScratchDir folder;
    const std::string file = (folder / "bench.json").string();
    write_text(file, R"({"num_prompts": 1, "model_id": "m", "completed": 1})");
    CHECK_THROWS_WITH(import_files({file}, std::nullopt, {{"nope"}}),
                      contains_text("no file is a request log"));
}
