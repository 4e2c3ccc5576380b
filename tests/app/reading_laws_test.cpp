// Laws of clients that read slowly, over whole runs: the same requests with one thing changed.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/run/run_scenario.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

class Records final : public RequestObserver {
public:
    void request_ended(const RequestRecord& request) override { by_origin.emplace(request.origin, request); }
    std::map<std::uint64_t, RequestRecord> by_origin;
};

struct Reading {
    std::string service;  ///< members of the service, each after a comma
    std::string pool = R"("concurrency": 200)";
    std::string of_class = R"("name": "chat")";
};

/// 600 requests for Llama-3.1-8B on one H100, about 2 at a time where clients read at once.
std::map<std::uint64_t, RequestRecord> run(const Reading& reading) {
    const std::string text = fmt::format(
        R"({{"horizon": "400s", "warm_up": "0s", "classes": [{{{}}}],
        "traffic": [{{"source": "poisson", "rate": "1.5/s",
            "input_tokens": {{"uniform": {{"min": 100, "max": 900}}}},
            "output_tokens": {{"exponential": {{"mean": 200}}}}}}],
        "pools": [{{"name": "gpu", "gpu": "H100", "workers": {{"max": 1}}, {},
            "policy": {{"name": "fixed", "workers": 1}},
            "service": {{"model": "llm", "llm": "Llama-3.1-8B", "max_context": 8192{}}}}}]}})",
        reading.of_class, reading.pool, reading.service);
    Records records;
    Onlookers onlookers;
    onlookers.requests.push_back(&records);
    run_scenario(read_scenario(read_config_text(text, "test"), "."), onlookers);
    REQUIRE(records.by_origin.size() > 400);
    return std::move(records.by_origin);
}

Duration sum_of_parts(const RequestRecord& request) {
    Duration sum{0};
    for (const Duration part : request.parts) {
        CHECK(part >= 0ns);
        sum += part;
    }
    return sum;
}

/// Not those whose slots they waited for.
bool same_but_reading(const RequestRecord& a, const RequestRecord& b) {
    return std::equal(a.parts.begin(), a.parts.end() - 1, b.parts.begin()) && a.outcome == b.outcome;
}

}  // namespace

TEST_CASE("the parts of a slowly read answer add up", "[reading][laws]") {
    for (const auto& [origin, request] : run({R"(, "read_rate": "40/s", "send_time": "300us")"}))
        CHECK(sum_of_parts(request) == request.delivered - request.arrived);
}

TEST_CASE("a slower reader never has an answer earlier, and its wait is post", "[reading][laws]") {
    const auto at_once = run({""});
    const auto fast = run({R"(, "read_rate": "100/s")"});
    const auto slow = run({R"(, "read_rate": "50/s")"});
    std::size_t later = 0;
    for (const auto& [origin, request] : at_once) {
        CHECK(request.delivered <= fast.at(origin).delivered);
        CHECK(fast.at(origin).delivered <= slow.at(origin).delivered);
        CHECK(same_but_reading(request, fast.at(origin)));
        CHECK(same_but_reading(request, slow.at(origin)));
        later += slow.at(origin).delivered > fast.at(origin).delivered ? 1 : 0;
    }
    CHECK(later > 300);
}

TEST_CASE("a reader faster than the engine changes nothing but the time to send", "[reading][laws]") {
    const auto at_once = run({""});
    const auto sent = run({R"(, "read_rate": "5000/s", "send_time": "1ms")"});
    for (const auto& [origin, request] : at_once) {
        const RequestRecord& other = sent.at(origin);
        CHECK(other.part(LatencyPart::kPrefill) == request.part(LatencyPart::kPrefill) + 1ms);
        CHECK(other.part(LatencyPart::kDecode) == request.part(LatencyPart::kDecode));
        CHECK(other.part(LatencyPart::kPost) == 0ns);
        CHECK(other.delivered == request.delivered + 1ms);
    }
}

TEST_CASE("a slow reader keeps its slot, so that others wait for it", "[reading][laws]") {
    const auto served = run({R"(, "read_rate": "200/s")", R"("concurrency": 1)"});
    std::vector<RequestRecord> in_turn;
    for (const auto& [origin, request] : served) in_turn.push_back(request);
    const auto begin = [](const RequestRecord& request) {
        return request.arrived + request.part(LatencyPart::kQueue);
    };
    std::sort(in_turn.begin(), in_turn.end(),
              [&](const RequestRecord& a, const RequestRecord& b) { return begin(a) < begin(b); });
    std::size_t waited = 0;
    for (std::size_t i = 1; i < in_turn.size(); ++i) {
        CHECK(begin(in_turn[i]) >= in_turn[i - 1].delivered);
        waited += in_turn[i].arrived < in_turn[i - 1].delivered ? 1 : 0;
    }
    CHECK(waited > 100);
}

TEST_CASE("who gives up while reading has failed, and its slot is free", "[reading][laws]") {
    const Reading reading{R"(, "read_rate": "20/s")", R"("concurrency": 200)",
                          R"("name": "chat", "timeout": "8s")"};
    std::size_t timed_out = 0;
    for (const auto& [origin, request] : run(reading)) {
        timed_out += request.outcome == Outcome::kTimedOut ? 1 : 0;
        CHECK(request.delivered - request.arrived <= 8s);
    }
    CHECK(timed_out > 100);
}

TEST_CASE("classes that do not stream do not read along", "[reading][laws]") {
    const std::string whole = R"("name": "chat", "streaming": false)";
    const auto at_once = run({"", R"("concurrency": 200)", whole});
    const auto slow = run({R"(, "read_rate": "20/s", "send_time": "1ms")", R"("concurrency": 200)", whole});
    for (const auto& [origin, request] : at_once) CHECK(slow.at(origin).parts == request.parts);
}

TEST_CASE("both ways of stepping read alike", "[reading][laws]") {
    const std::string pace = R"(, "read_rate": "60/s", "send_time": "2ms")";
    const auto runs = run({pace});
    const auto steps = run({pace + R"(, "stepping": "every-iteration")"});
    for (const auto& [origin, request] : runs) {
        CHECK(steps.at(origin).parts == request.parts);
        CHECK(steps.at(origin).delivered == request.delivered);
    }
}

TEST_CASE("a client that hardly reads is an error", "[reading]") {
    CHECK_THROWS_AS(run({R"(, "read_rate": "0/s")"}), InputError);
    CHECK_THROWS_AS(run({R"(, "send_time": "2000s")"}), InputError);
}

}  // namespace spillway::tests
