#include "sim/metrics/requests_writer.hpp"

#include <sstream>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "sim/metrics/csv_text.hpp"
#include "tests/metrics/records.hpp"
#include "tests/support/catch.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using tests::completed;
using tests::missed;

const std::vector<MeasuredClass> kClasses{{"interactive", Delivery::kStreamed}, {"a, b", Delivery::kWhole}};
const std::vector<std::string> kPools{"serverless", "=cmd()"};

std::string seconds(Duration duration) {
    std::array<char, kMaxSecondsText> text;
    return {text.data(), write_seconds(text.data(), duration)};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    return cells;
}

TEST_CASE("seconds are written exactly", "[metrics][requests]") {
    REQUIRE(seconds(0ns) == "0");
    REQUIRE(seconds(1ns) == "0.000000001");
    REQUIRE(seconds(1500ms) == "1.5");
    REQUIRE(seconds(12s) == "12");
    REQUIRE(seconds(100'000'000'000'000'010ns) == "100000000.00000001");
    REQUIRE(seconds(-250ms) == "-0.25");
    REQUIRE(seconds(Duration::max()) == "9223372036.854775807");
    REQUIRE(seconds(Duration::min()) == "-9223372036.854775808");
}

TEST_CASE("text in a field is quoted where needed and is never a formula", "[metrics][requests]") {
    REQUIRE(csv_field("plain text") == "plain text");
    REQUIRE(csv_field("") == "");
    REQUIRE(csv_field("a,b") == "\"a,b\"");
    REQUIRE(csv_field("say \"no\"") == "\"say \"\"no\"\"\"");
    REQUIRE(csv_field("two\nlines") == "\"two\nlines\"");
    REQUIRE(csv_field("=1+2") == "'=1+2");
    REQUIRE(csv_field("@SUM(A1,A2)") == "\"'@SUM(A1,A2)\"");
    REQUIRE(csv_field("-1") == "'-1");
}

TEST_CASE("a request is one row with every part", "[metrics][requests]") {
    std::ostringstream out;
    RequestsWriter writer(out, "requests.csv", kClasses, kPools);
    RequestRecord record =
        completed({.lost = 1, .queue = 2, .cold_start = 3, .load = 4, .prefill = 5, .decode = 6});
    record.origin = 42;
    record.attempts = 2;
    record.input_tokens = 10;
    record.output_tokens = 20;
    record.worker = WorkerId{7};
    record.engine_queue = 250ms;
    record.exposed = true;
    record.requeues = 3;
    writer.request_ended(record);
    record.class_id = ClassId{1};
    record.pool = PoolId{1};
    writer.request_ended(record);
    writer.request_ended(missed(Outcome::kTimedOut, "waited, in vain", 1500ms));
    RequestRecord early = record;
    early.measured = false;
    writer.request_ended(early);
    writer.finish();
    REQUIRE(
        lines_of(out.str()) ==
        std::vector<std::string>{
            "request,class,outcome,reason,attempts,input_tokens,output_tokens,pool,worker,arrived_s,total_s,"
            "ttft_s,lost_s,queue_s,cold_start_s,load_s,prefill_s,decode_s,post_s,engine_queue_s,gateway_s,"
            "cold,exposed,overflowed,requeues",
            "42,interactive,completed,,2,10,20,serverless,7,0,21,15,1,2,3,4,5,6,0,0.25,0,1,1,0,3",
            "42,\"a, b\",completed,,2,10,20,'=cmd(),7,0,21,21,1,2,3,4,5,6,0,0.25,0,1,1,0,3",
            "0,interactive,timed_out,\"waited, in vain\",1,0,0,,,0,1.5,,0,1.5,0,0,0,0,0,0,0,0,0,0,0",
        });
}

TEST_CASE("read back, the parts of every row add up to its total", "[metrics][requests]") {
    std::ostringstream out;
    RequestsWriter writer(out, "requests.csv", kClasses, kPools);
    std::uint64_t state = 1;
    for (int i = 0; i < 5'000; ++i) {  // several buffers full
        RequestRecord record = completed({});
        for (Duration& part : record.parts) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            part = Duration{static_cast<std::int64_t>(state >> 30)} * (i % 5);
            record.delivered += part;
        }
        writer.request_ended(record);
    }
    writer.finish();
    const std::vector<std::string> lines = lines_of(out.str());
    REQUIRE(lines.size() == 5'001);
    const std::vector<std::string> names = cells_of(lines[0]);
    for (std::size_t row = 1; row < lines.size(); ++row) {
        const std::vector<std::string> cells = cells_of(lines[row]);
        REQUIRE(cells.size() == names.size());
        Duration sum{0};
        for (std::size_t i = 12; i < 19; ++i) sum += parse_duration(cells[i] + "s").value();
        REQUIRE(sum == parse_duration(cells[10] + "s").value());
    }
}

TEST_CASE("a stream that takes no more ends the run with the file's name", "[metrics][requests]") {
    std::ostringstream out;
    RequestsWriter writer(out, "requests.csv", kClasses, kPools);
    out.setstate(std::ios::badbit);
    const auto fill = [&] {
        for (int i = 0; i < 5'000; ++i) writer.request_ended(completed({.decode = 1}));
    };
    REQUIRE_THROWS_AS(fill(), InputError);
    REQUIRE_THROWS_WITH(writer.finish(), tests::contains_text("requests.csv: cannot write the requests"));
}

TEST_CASE("a name longer than the buffer is written whole", "[metrics][requests]") {
    std::ostringstream out;
    const std::vector<MeasuredClass> classes{{std::string(100'000, 'x'), Delivery::kStreamed}};
    RequestsWriter writer(out, "requests.csv", classes, kPools);
    writer.request_ended(completed({.decode = 1}));
    writer.finish();
    const std::vector<std::string> cells = cells_of(lines_of(out.str()).at(1));
    REQUIRE(cells.at(0) == "0");
    REQUIRE(cells.at(1) == classes[0].name);
    REQUIRE(cells.at(2) == "completed");
}

}  // namespace
}  // namespace spillway
