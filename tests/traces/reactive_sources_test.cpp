// Sources that wait for answers, driven by a small server with a scripted answer time.
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/traces/source_rig.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

struct Answered {
    Arrival request;
    ClientAnswer answer;
};

/// What becomes of a request.
struct Verdict {
    Duration after{};
    Outcome outcome = Outcome::kCompleted;
};
using Serve = std::function<Verdict(const Arrival&)>;

/// Plays a source against a server that answers each request by `serve`; returns the requests as they came,
/// with their answers. `most_open` becomes the highest number of requests open at once.
std::vector<Answered> play(RequestSource& source, const Serve& serve, std::size_t* most_open = nullptr) {
    std::vector<Answered> all;
    std::multimap<SimTime, std::size_t> open;  // by the time of the answer
    while (true) {
        const std::optional<SimTime> next = source.next_time();
        if (!open.empty() && (!next || open.begin()->first <= *next)) {
            const ClientAnswer answer = all[open.begin()->second].answer;
            open.erase(open.begin());
            source.answered(answer);
            continue;
        }
        if (!next)
            return all;
        Arrival arrival;
        source.pop(arrival);
        REQUIRE(arrival.at == *next);
        const Verdict verdict = serve(arrival);
        const SimTime at = arrival.at + verdict.after;
        open.emplace(at, all.size());
        all.push_back({arrival, ClientAnswer{arrival.origin, arrival.session, arrival.turn, arrival.class_id,
                                             verdict.outcome, at, arrival.output_tokens}});
        if (most_open != nullptr)
            *most_open = std::max(*most_open, open.size());
    }
}

std::vector<Answered> play(const std::string& json, const Serve& serve) {
    SourceRig rig;
    const auto source = rig.make(json);
    return play(*source, serve);
}

Verdict after_two_seconds(const Arrival&) { return {2s, Outcome::kCompleted}; }

std::map<std::uint64_t, std::vector<Answered>> by_session(const std::vector<Answered>& all) {
    std::map<std::uint64_t, std::vector<Answered>> sessions;
    for (const Answered& each : all) sessions[each.request.session].push_back(each);
    return sessions;
}

const std::string kSessions =
    R"({"source": "sessions", "rate": "0.5/s", "turns": {"uniform": {"min": 1, "max": 6}},
    "think_time": {"exponential": {"mean": "5s"}}, "input_tokens": {"uniform": {"min": 10, "max": 100}},
    "output_tokens": {"uniform": {"min": 50, "max": 300}}, "system_tokens": 400, "duration": "4000s")";

TEST_CASE("a session's next turn comes after the answer, never before", "[traces][sessions]") {
    const auto all = play(kSessions + "}", after_two_seconds);
    REQUIRE(all.size() > 3000);
    for (const auto& [session, turns] : by_session(all)) {
        REQUIRE(session != 0);
        for (std::size_t i = 0; i < turns.size(); ++i) {
            REQUIRE(turns[i].request.turn == i);
            if (i > 0)
                REQUIRE(turns[i].request.at >= turns[i - 1].answer.at);
        }
    }
}

TEST_CASE("a session's prompt is all that was said before and the new text", "[traces][sessions]") {
    for (const auto& [session, turns] : by_session(play(kSessions + "}", after_two_seconds))) {
        std::uint32_t history = 400;
        for (const Answered& each : turns) {
            const std::uint32_t text = each.request.input_tokens - history;
            REQUIRE(text >= 10);
            REQUIRE(text <= 100);
            history = each.request.input_tokens + each.answer.output_tokens;
        }
    }
}

TEST_CASE("sessions go on where their prompts and answers are capped", "[traces][sessions]") {
    const auto whole = play(kSessions + "}", after_two_seconds);
    const auto capped =
        play(kSessions + R"(, "max_input_tokens": 600, "max_output_tokens": 100})", after_two_seconds);
    REQUIRE(capped.size() == whole.size());
    std::size_t cut = 0;
    for (const Answered& each : capped) {
        REQUIRE(each.request.input_tokens <= 600);
        REQUIRE(each.answer.output_tokens <= 100);
        cut += each.request.input_tokens == 600 ? 1 : 0;
    }
    CHECK(cut > 0);
}

TEST_CASE("a session's prompt begins with the blocks of its earlier ones", "[traces][sessions]") {
    std::map<std::uint64_t, std::vector<std::uint64_t>> sessions;
    std::set<std::uint64_t> seen;
    std::vector<std::uint64_t> system;  // 400 tokens of it: 25 blocks
    play(kSessions + R"(, "block_tokens": 16})", [&](const Arrival& arrival) {
        const std::vector<std::uint64_t> blocks(arrival.prefix_blocks.begin(), arrival.prefix_blocks.end());
        REQUIRE(blocks.size() == arrival.input_tokens / 16);
        std::vector<std::uint64_t>& before = sessions[arrival.session];
        REQUIRE(std::equal(before.begin(), before.end(), blocks.begin()));
        if (system.empty())
            system.assign(blocks.begin(), blocks.begin() + 25);
        REQUIRE(std::equal(system.begin(), system.end(), blocks.begin()));
        const auto fresh =
            blocks.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(before.size(), 25));
        for (auto block = fresh; block != blocks.end(); ++block) REQUIRE(seen.insert(*block).second);
        before = blocks;
        return after_two_seconds(arrival);
    });
    CHECK(sessions.size() > 10);
    CHECK(seen.size() > 100);
    CHECK(arrivals_of(
              R"({"source": "sessions", "rate": "1/s", "turns": 1, "think_time": "1s", "block_tokens": 0,
                          "count": 1})")
              .front()
              .prefix_blocks.empty());
}

TEST_CASE("sessions start at their rate and have the stated number of turns", "[traces][sessions]") {
    const auto sessions = by_session(play(kSessions + "}", after_two_seconds));
    const double count = static_cast<double>(sessions.size());
    CHECK(std::abs(count - 2000) < 4 * std::sqrt(2000.0));
    double turns = 0;
    for (const auto& [session, each] : sessions) turns += static_cast<double>(each.size());
    // Uniform on 1..6, rounded: mean 3.5 and deviation below 1.5; the few that the end cuts off lower it a
    // little.
    CHECK(std::abs(turns / count - 3.5) < 4 * 1.5 / std::sqrt(count) + 0.02);
}

TEST_CASE("what a session asks does not depend on how fast it is answered", "[traces][sessions]") {
    const auto fast = by_session(play(kSessions + "}", after_two_seconds));
    const auto slow = by_session(play(kSessions + "}", [](const Arrival&) { return Verdict{9s}; }));
    REQUIRE(fast.size() == slow.size());
    for (const auto& [session, turns] : fast) {
        const auto& others = slow.at(session);
        for (std::size_t i = 0; i < std::min(turns.size(), others.size()); ++i) {
            REQUIRE(turns[i].request.origin == others[i].request.origin);
            REQUIRE(turns[i].request.input_tokens == others[i].request.input_tokens);
            REQUIRE(turns[i].request.output_tokens == others[i].request.output_tokens);
        }
    }
}

Verdict second_turn_fails(const Arrival& arrival) {
    return {1s, arrival.turn == 1 ? Outcome::kFailed : Outcome::kCompleted};
}

TEST_CASE("a failed turn ends the session", "[traces][sessions]") {
    for (const Answered& each : play(kSessions + "}", second_turn_fails)) REQUIRE(each.request.turn <= 1);
}

TEST_CASE("a session may ask a failed turn again, as a request of its own", "[traces][sessions]") {
    int asked = 0;
    const auto every_third_try = [&asked](const Arrival&) {
        return Verdict{1s, ++asked % 3 == 0 ? Outcome::kCompleted : Outcome::kTimedOut};
    };
    std::set<std::uint64_t> origins;
    const auto all = play(kSessions + R"(, "on_failure": "ask-again"})", every_third_try);
    for (const Answered& each : all) origins.insert(each.request.origin);
    CHECK(origins.size() == all.size());
    for (const auto& [session, turns] : by_session(all)) {
        for (std::size_t i = 1; i < turns.size(); ++i) {
            const bool failed = turns[i - 1].answer.outcome != Outcome::kCompleted;
            REQUIRE(turns[i].request.turn == turns[i - 1].request.turn + (failed ? 0 : 1));
            if (failed)
                REQUIRE(turns[i].request.input_tokens == turns[i - 1].request.input_tokens);
        }
    }
}

TEST_CASE("a session ends before a further turn whose prompt is too long", "[traces][sessions]") {
    const auto all = play(kSessions + R"(, "max_context": 900})", after_two_seconds);
    bool later_turns = false;
    for (const Answered& each : all) {
        REQUIRE(each.request.input_tokens <= 900);
        later_turns = later_turns || each.request.turn > 0;
    }
    CHECK(later_turns);
}

TEST_CASE("a closed loop keeps all its clients in flight", "[traces][closed-loop]") {
    SourceRig rig;
    const auto source = rig.make(R"({"source": "closed-loop", "clients": 7, "duration": "100s"})");
    std::size_t most_open = 0;
    const auto all = play(*source, after_two_seconds, &most_open);
    CHECK(most_open == 7);
    CHECK(all.size() == 350);
    for (std::size_t i = 7; i < all.size(); ++i) {
        CHECK(all[i].request.at == all[i - 7].answer.at);
        CHECK(all[i].request.origin != all[i - 7].request.origin);
    }
}

TEST_CASE("closed-loop clients think, begin along the ramp and pause after a failure",
          "[traces][closed-loop]") {
    const auto all = play(R"({"source": "closed-loop", "clients": 4, "think_time": "3s", "ramp": "8s",
                             "failure_pause": "10s", "duration": "60s"})",
                          second_turn_fails);
    std::map<std::uint64_t, std::vector<SimTime>> clients;
    for (const Answered& each : all) clients[each.request.origin >> 28].push_back(each.request.at);
    REQUIRE(clients.size() == 4);
    Duration start{0};
    for (const auto& [client, times] : clients) {
        CHECK(times.front() == SimTime{start});
        for (std::size_t i = 1; i < times.size(); ++i) CHECK(times[i] - times[i - 1] == 4s);
        start += 2s;
    }
    const auto refused =
        play(R"({"source": "closed-loop", "clients": 1, "duration": "9s"})", [](const Arrival&) {
            return Verdict{0s, Outcome::kRejected};
        });
    CHECK(refused.size() == 9);  // a second apart, not for ever at one instant
}

TEST_CASE("a source that waits for answers stops at its count", "[traces][closed-loop][sessions]") {
    CHECK(play(R"({"source": "closed-loop", "clients": 4, "count": 30})", after_two_seconds).size() == 30);
    CHECK(play(R"({"source": "sessions", "rate": "1/s", "turns": 3, "think_time": "1s", "count": 30})",
               after_two_seconds)
              .size() == 30);
}

}  // namespace
}  // namespace spillway::tests
