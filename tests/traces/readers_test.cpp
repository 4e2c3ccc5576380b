// What each reader makes of good files.
#include "tests/support/catch.hpp"
#include "tests/traces/trace_files.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

TEST_CASE("an Azure LLM trace starts at the first moment of traffic", "[traces][azure-llm]") {
    TraceFolder folder;
    folder.rig.begin = SimTime{-10s};
    folder.write("a.csv",
                 "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                 "2023-11-16 18:15:46.6805900,374,44\n"
                 "2023-11-16 18:15:50.9951690,396,109\n");
    const auto arrivals = folder.read(R"({"source": "azure-llm", "file": "a.csv"})");
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[0].at == SimTime{-10s});
    CHECK(arrivals[1].at == SimTime{-10s + 4'314'579us});
    CHECK(arrivals[1].input_tokens == 396);
    CHECK(arrivals[1].output_tokens == 109);
    CHECK(arrivals[0].origin == entity_id(1, 0));
    CHECK(arrivals[1].origin == entity_id(1, 1));
    CHECK_FALSE(arrivals[0].service);
}

TEST_CASE("the Azure LLM trace of 2024 has a zone on each date", "[traces][azure-llm]") {
    TraceFolder folder;
    folder.write("a.csv",
                 "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                 "2024-05-10 00:00:00.009930+00:00,2162,5\r\n"
                 "2024-05-10 00:00:00.017335+00:00,2399,6\r\n");
    const auto arrivals = folder.read(R"({"source": "azure-llm", "file": "a.csv"})");
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[1].at == SimTime{7405us});
    CHECK(arrivals[1].output_tokens == 6);
}

TEST_CASE("dates as written are placed by the scenario's wall clock, and rows outside the traffic left out",
          "[traces][azure-llm]") {
    TraceFolder folder;
    folder.rig.wall_clock = 1'700'158'546;  // 2023-11-16 18:15:46
    folder.rig.end = SimTime{20s};
    folder.write("a.csv",
                 "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                 "2023-11-16 18:15:40,1,1\n"
                 "2023-11-16 18:15:46,2,1\n"
                 "2023-11-16 18:16:05.5,3,1\n"
                 "2023-11-16 18:16:06,4,1\n");
    const auto arrivals = folder.read(R"({"source": "azure-llm", "file": "a.csv", "align": "as-written"})");
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[0].at == SimTime{0s});
    CHECK(arrivals[1].at == SimTime{19'500ms});
    CHECK(folder.rig.reads.counts()[0].filtered == 1);
}

TEST_CASE("dates as written keep the wall clock of their zone across its change", "[traces][csv]") {
    TraceFolder folder;
    folder.rig.wall_clock = 1'729'994'400;  // 2024-10-27 02:00 by the clock on the wall
    folder.write("a.csv", "when\n2024-10-27T02:00:00+02:00\n2024-10-27T02:00:00+01:00\n");
    const auto arrivals = folder.read(R"({"source": "csv", "file": "a.csv", "time_column": "when",
        "time_unit": "iso", "input_column": "none", "output_column": "none", "align": "as-written"})");
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[0].at == SimTime{0s});
    CHECK(arrivals[1].at == SimTime{1h});
}

TEST_CASE("a CSV of our own form needs no mapping", "[traces][csv]") {
    TraceFolder folder;
    folder.write("a.csv", "t_s,input_tokens,output_tokens\n0.5,10,20\n0.5,11,21\n2.25,12,22");
    const auto arrivals = folder.read(R"({"source": "csv", "file": "a.csv"})");
    REQUIRE(arrivals.size() == 3);
    CHECK(arrivals[0].at == SimTime{0s});
    CHECK(arrivals[1].at == SimTime{0s});
    CHECK(arrivals[2].at == SimTime{1750ms});
    CHECK(arrivals[2].output_tokens == 22);
    CHECK(folder.rig.reads.counts()[0].rows == 3);
}

TEST_CASE("numbers as written count from time 0", "[traces][csv]") {
    TraceFolder folder;
    folder.write("a.csv", "t_s,input_tokens,output_tokens\n0.5,10,20\n2.25,12,22\n");
    const auto arrivals = folder.read(R"({"source": "csv", "file": "a.csv", "align": "as-written"})");
    CHECK(seconds_of(arrivals) == std::vector{0.5, 2.25});
}

TEST_CASE("columns are found by the mapping, in any order, quoted or not", "[traces][csv]") {
    TraceFolder folder;
    folder.write("a.csv",
                 "\"note\",out,user id,at,in,limit,took\n"
                 "\"a, \"\"quoted\"\" note\",20,ann,1500,10,64,250\n"
                 "plain,\"21\",,2500,11,,\n"
                 ",22,ann,2600,12,64,,more,columns\n");
    const auto arrivals =
        folder.read(R"({"source": "csv", "file": "a.csv", "time_column": "at", "time_unit": "ms",
        "input_column": "in", "output_column": "out", "max_tokens_column": "limit", "service_column": "took",
        "service_unit": "us", "session_column": "user id"})");
    REQUIRE(arrivals.size() == 3);
    CHECK(arrivals[1].at == SimTime{1s});
    CHECK(arrivals[0].input_tokens == 10);
    CHECK(arrivals[1].output_tokens == 21);
    CHECK(arrivals[0].max_tokens == 64);
    CHECK(arrivals[1].max_tokens == 0);
    CHECK(arrivals[0].service == 250us);
    CHECK_FALSE(arrivals[1].service);
    CHECK(arrivals[0].session == arrivals[2].session);
    CHECK(arrivals[0].session != 0);
    CHECK(arrivals[1].session == 0);
}

TEST_CASE("the same session number in two files names two sessions", "[traces][csv]") {
    TraceFolder folder;
    folder.write("a.csv", "t_s,input_tokens,output_tokens,session\n0,1,1,7\n");
    const auto first = folder.read(R"({"source": "csv", "file": "a.csv"})");
    const auto second = folder.read(R"({"source": "csv", "file": "a.csv"})");
    CHECK(first[0].session != second[0].session);
    CHECK(first[0].origin != second[0].origin);
}

TEST_CASE("skip_bad_rows leaves bad rows out and counts them", "[traces][csv]") {
    TraceFolder folder;
    folder.write("a.csv", "t_s,input_tokens,output_tokens\n0,abc,1\n1,5,1\n\n2,-1,1\n3\n4,6,1\n");
    const auto arrivals = folder.read(R"({"source": "csv", "file": "a.csv", "skip_bad_rows": true})");
    CHECK(seconds_of(arrivals) == std::vector{0.0, 3.0});
    const ReadCount& count = folder.rig.reads.counts().at(0);
    CHECK(count.file == "a.csv");
    CHECK(count.rows == 5);
    CHECK(count.bad == 3);
}

TEST_CASE("a compressed trace is read as it is", "[traces][csv]") {
    TraceFolder folder;
    const std::string text = "t_s,input_tokens,output_tokens\n0,1,2\n1,3,4\n";
    folder.write("a.csv.gz", gzip_of(text));
    folder.write("a.csv.zst", zstd_of(text));
    CHECK(folder.read(R"({"source": "csv", "file": "a.csv.gz"})").size() == 2);
    CHECK(folder.read(R"({"source": "csv", "file": "a.csv.zst"})").size() == 2);
}

constexpr std::string_view kBurstGpt =
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
    "5,ChatGPT,472,18,490,Conversation log\n"
    "45,ChatGPT,1087,230,1317,Conversation log\n"
    "118,GPT-4,417,276,693,API log\n"
    "118,ChatGPT,50,0,50,Conversation log\n";

TEST_CASE("BurstGPT's failed requests are left out unless they are wanted", "[traces][burstgpt]") {
    TraceFolder folder;
    folder.write("b.csv", kBurstGpt);
    const auto kept = folder.read(R"({"source": "burstgpt", "file": "b.csv", "as_is": true})");
    CHECK(seconds_of(kept) == std::vector{0.0, 40.0, 113.0});
    CHECK(kept[1].input_tokens == 1087);
    CHECK(kept[1].output_tokens == 230);
    CHECK(folder.rig.reads.counts()[0].filtered == 1);
    CHECK(folder.read(R"({"source": "burstgpt", "file": "b.csv", "failed": "keep"})").size() == 4);
}

TEST_CASE("BurstGPT is filtered by model and by kind of log", "[traces][burstgpt]") {
    TraceFolder folder;
    folder.write("b.csv", kBurstGpt);
    CHECK(folder.read(R"({"source": "burstgpt", "file": "b.csv", "model": "GPT-4"})").size() == 1);
    CHECK(folder.read(R"({"source": "burstgpt", "file": "b.csv", "log_type": "Conversation log"})").size() ==
          2);
}

TEST_CASE("BurstGPT's newer files have sessions and measured times", "[traces][burstgpt]") {
    TraceFolder folder;
    folder.write(
        "b.csv",
        "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
        "5,s1,2.5,ChatGPT,472,18,490,Conversation log\n"
        "7,s1,,ChatGPT,100,18,118,Conversation log\n");
    const auto arrivals = folder.read(R"({"source": "burstgpt", "file": "b.csv", "as_is": true})");
    REQUIRE(arrivals.size() == 2);
    CHECK(arrivals[0].service == 2500ms);
    CHECK_FALSE(arrivals[1].service);
    CHECK(arrivals[0].session == arrivals[1].session);
    CHECK(arrivals[0].session != 0);
}

}  // namespace
}  // namespace spillway::tests
