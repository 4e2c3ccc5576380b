#include "traces/writer.hpp"

#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/traces/trace_files.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

struct WrittenTrace {
    std::uint64_t requests;
    std::string text;
};

WrittenTrace write(TraceFolder& folder, std::string_view json, const WriteOptions& options) {
    std::ostringstream out;
    const auto source = folder.rig.make(json);
    const std::uint64_t requests = write_trace(*source, options, out);
    return {requests, out.str()};
}

/// Reads both with rigs of their own, so that both get the ids of a run's only source.
void require_same(TraceFolder& folder, std::string_view one, std::string_view other) {
    SourceRig rigs[2];
    std::unique_ptr<RequestSource> sources[2];
    for (int i = 0; i < 2; ++i) {
        rigs[i].folder = folder.dir.path();
        rigs[i].wall_clock = folder.rig.wall_clock;
        sources[i] = rigs[i].make(i == 0 ? one : other);
    }
    while (sources[0]->next_time()) {
        Arrival a, b;
        sources[0]->pop(a);
        REQUIRE(sources[1]->next_time());
        sources[1]->pop(b);
        REQUIRE(a.at == b.at);
        REQUIRE(a.origin == b.origin);
        REQUIRE(a.input_tokens == b.input_tokens);
        REQUIRE(a.output_tokens == b.output_tokens);
        REQUIRE(a.max_tokens == b.max_tokens);
        REQUIRE(a.session == b.session);
        REQUIRE(a.service == b.service);
        REQUIRE(std::equal(a.prefix_blocks.begin(), a.prefix_blocks.end(), b.prefix_blocks.begin(),
                           b.prefix_blocks.end()));
    }
    REQUIRE_FALSE(sources[1]->next_time());
}

TEST_CASE("a trace written as CSV reads back exactly", "[traces][writer]") {
    TraceFolder folder;
    folder.write("a.csv",
                 "t_s,input_tokens,output_tokens,max_tokens,service_s,session\n"
                 "0,10,20,64,1.25,7\n"
                 "0.000000001,11,21,,,\n"
                 "86400.5,4294967295,0,,0.5,ann\n");
    constexpr std::string_view kOriginal = R"({"source": "csv", "file": "a.csv"})";
    const WrittenTrace written = write(folder, kOriginal, {});
    CHECK(written.requests == 3);
    CHECK_THAT(written.text,
               contains_text("t_s,input_tokens,output_tokens,max_tokens,service_s,session\n"
                             "0,10,20,64,1.25,7\n0.000000001,11,21,,,\n86400.5,4294967295,0,,0.5,"));
    folder.write("b.csv", written.text);
    require_same(folder, kOriginal, R"({"source": "csv", "file": "b.csv"})");
}

TEST_CASE("a generated trace written as CSV reads back exactly", "[traces][writer]") {
    TraceFolder folder;
    constexpr std::string_view kPoisson =
        R"({"source": "poisson", "rate": "50/s", "count": 2000, "input_tokens": 100,
        "output_tokens": {"lognormal": {"mean": 200, "cv": 1}}, "service": {"exponential": {"mean": "2s"}}})";
    folder.write("b.csv", write(folder, kPoisson, {}).text);
    require_same(folder, kPoisson, R"({"source": "csv", "file": "b.csv", "align": "as-written"})");
}

TEST_CASE("a trace written in Azure's form reads back to its 100 ns", "[traces][writer]") {
    TraceFolder folder;
    folder.rig.wall_clock = 1'700'158'546;
    folder.write("a.csv", "t_s,input_tokens,output_tokens\n0.6805900,374,44\n4.9951690,396,109\n");
    constexpr std::string_view kOriginal = R"({"source": "csv", "file": "a.csv", "align": "as-written"})";
    const WrittenTrace written =
        write(folder, kOriginal,
              {.format = TraceFormat::kAzureLlm, .wall_clock = folder.rig.wall_clock, .service = {}});
    CHECK(written.text ==
          "TIMESTAMP,ContextTokens,GeneratedTokens\n"
          "2023-11-16 18:15:46.6805900,374,44\n"
          "2023-11-16 18:15:50.9951690,396,109\n");
    folder.write("b.csv", written.text);
    require_same(folder, kOriginal, R"({"source": "azure-llm", "file": "b.csv", "align": "as-written"})");
}

TEST_CASE("a trace written in Mooncake's form reads back to its milliseconds", "[traces][writer]") {
    TraceFolder folder;
    folder.write("m.jsonl", R"({"timestamp":0,"input_length":6758,"output_length":500,"hash_ids":[0,1,2]})"
                            "\n"
                            R"({"timestamp":2999,"input_length":1,"output_length":2,"hash_ids":[]})"
                            "\n");
    constexpr std::string_view kOriginal = R"({"source": "mooncake", "file": "m.jsonl", "as_is": true})";
    const WrittenTrace written =
        write(folder, kOriginal, {.format = TraceFormat::kMooncake, .wall_clock = 0, .service = {}});
    CHECK(written.text == read_text(folder.dir / "m.jsonl"));
}

TEST_CASE("clients that wait for answers are written under the stated service time", "[traces][writer]") {
    TraceFolder folder;
    constexpr std::string_view kLoop =
        R"({"source": "closed-loop", "clients": 1, "think_time": "1s", "count": 3, "input_tokens": 1, "output_tokens": 1})";
    const WriteOptions options{
        .format = TraceFormat::kCsv, .wall_clock = 0, .service = ServiceAssumption{.seconds = 2}};
    CHECK_THAT(write(folder, kLoop, options).text, contains_text("\n0,1,1,,,\n3,1,1,,,\n6,1,1,,,\n"));
}

TEST_CASE("a request before time 0 cannot be written", "[traces][writer][errors]") {
    TraceFolder folder;
    folder.rig.begin = SimTime{-1s};
    folder.write("a.csv", "t_s,input_tokens,output_tokens\n0,1,2\n");
    CHECK_THROWS_AS(write(folder, R"({"source": "csv", "file": "a.csv"})", {}), InputError);
}

TEST_CASE("formats are known by name", "[traces][writer]") {
    CHECK(parse_trace_format("csv") == TraceFormat::kCsv);
    CHECK(parse_trace_format("azure-llm") == TraceFormat::kAzureLlm);
    CHECK(parse_trace_format("mooncake") == TraceFormat::kMooncake);
    CHECK_FALSE(parse_trace_format("parquet"));
}

}  // namespace
}  // namespace spillway::tests
