#include "app/backtest/served_log.hpp"

#include "app/backtest/log_replay.hpp"
#include "app/backtest/replay_window.hpp"
#include "app/io/json_file.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

ServedLog log_of(std::string_view text) {
    const ScratchDir folder;
    write_text(folder / "log.csv", text);
    return read_served_log((folder / "log.csv").string());
}

Scenario scenario_with(const std::string& members = "") {
    return read_scenario(read_config_text(R"({"warm_up": "0s", )" + members +
                                              R"("traffic": [{"source": "poisson", "rate": "1/s"}],
        "pools": [{"name": "p", "workers": {"max": 1}, "service": {"model": "fixed", "time": "1s"},
                   "policy": {"name": "fixed", "workers": 1}, "price": "$1/h"}]})",
                                          "s.json"),
                         {});
}

InvoiceFile dated_bill(const std::string& rows) {
    return read_invoice_text("description,amount,start,end\n" + rows, "bill.csv", 720h);
}

/// A request every hour of these days of July 2026.
std::string hourly_log(int first_day, int last_day) {
    std::string text = "sent_at,done_at,input_tokens,output_tokens\n";
    for (int day = first_day; day <= last_day; ++day) {
        for (int hour = 0; hour < 24; ++hour) {
            const std::string date = (day < 10 ? "2026-07-0" : "2026-07-") + std::to_string(day) +
                                     (hour < 10 ? "T0" : "T") + std::to_string(hour);
            text += date + ":10:00Z," + date + ":10:02Z,10,5\n";
        }
    }
    return text;
}

}  // namespace

TEST_CASE("a request log tells what it has columns for", "[backtest][log]") {
    const ServedLog whole = log_of(
        "class,sent_s,first_token_s,done_s,input_tokens,output_tokens,status,cold\n"
        "b,12.5,13,15.5,100,20,completed,1\na,10,,11,50,0,rejected,0\na,11,11.25,12,7,3,,\n");
    CHECK(whole.clock == LogClock::kOwn);
    CHECK(whole.tells_total);
    CHECK(whole.tells_ttft);
    CHECK(whole.tells_outcome);
    CHECK(whole.tells_cold);
    REQUIRE(whole.requests.size() == 3);
    CHECK(whole.requests[0].outcome == Outcome::kRejected);
    CHECK(whole.requests[0].total == 1s);
    CHECK(whole.requests[2].class_index == 0);
    CHECK(whole.requests[2].ttft == Duration{500ms});
    CHECK(whole.requests[2].total == 3s);
    CHECK(whole.requests[2].cold);
    const ServedLog bare = log_of("sent_s,input_tokens,output_tokens\n1,2,3\n");
    CHECK_FALSE(bare.tells_total);
    CHECK_FALSE(bare.tells_outcome);
    CHECK_FALSE(bare.tells_cold);
    CHECK(log_of("sent_s,input_tokens,output_tokens\n1780000000.123456789,2,3\n").clock == LogClock::kWall);
    const ServedLog dated =
        log_of("sent_at,total_s,input_tokens,output_tokens\n2026-07-01T00:00:01Z,2,2,3\n");
    CHECK(dated.clock == LogClock::kWall);
    CHECK(dated.requests[0].sent.at == SimTime{} + std::chrono::seconds{1'782'864'001});
}

TEST_CASE("rows of a log that contradict themselves are refused with their line", "[backtest][log][errors]") {
    const auto refused = [](std::string_view text, const std::string& part) {
        INFO(text);
        CHECK_THROWS_WITH(log_of(text), contains_text(part));
    };
    refused("sent_s,input_tokens\n1,2\n", "output_tokens");
    refused("sent_s,input_tokens,output_tokens\n", "no row");
    refused("sent_s,done_s,input_tokens,output_tokens\n5,4,1,1\n", "log.csv:2: column \"done_s\" is before");
    refused("sent_s,first_token_s,done_s,input_tokens,output_tokens\n5,7,6,1,1\n", "after the answer's end");
    refused("sent_s,done_s,input_tokens,output_tokens\n5,x,1,1\n", "not a number");
    refused("sent_s,input_tokens,output_tokens,status\n5,1,1,fine\n", "no outcome");
    refused("sent_s,input_tokens,output_tokens,cold\n5,1,1,maybe\n", "neither 0 nor 1");
    refused("sent_at,input_tokens,output_tokens\nyesterday,1,1\n", "is no date");
    refused("sent_s,input_tokens,output_tokens\n1,1,1\n999999999,1,1\n", "three years");
}

TEST_CASE("requests that failed are replayed with the mean answer of their class", "[backtest][log]") {
    ServedLog log = log_of(
        "class,sent_s,done_s,input_tokens,output_tokens,status\n"
        "a,1,2,5,10,completed\na,2,3,5,21,completed\nb,3,4,5,100,completed\na,4,5,5,,timed_out\n");
    fill_unknown_answers(log);
    CHECK(log.requests[3].sent.output_tokens == 16);
    CHECK(log.notes.size() == 1);
}

TEST_CASE("the window is the bill's period where both have dates", "[backtest][window]") {
    const InvoiceFile bill = dated_bill("GPU,1,2026-07-01,2026-07-02\nGPU,1,2026-07-02,2026-07-04\n");
    ReplayWindow window = replay_window(log_of(hourly_log(1, 3)), scenario_with(), &bill, {});
    CHECK(window.length == 72h);
    CHECK(window.wall == Duration{std::chrono::seconds{1'782'864'000}});
    CHECK(rows_inside(bill, {}, window).size() == 2);
    const Scenario replayed = replayed_scenario(scenario_with(), window);
    CHECK(replayed.wall_clock == 1'782'864'000);
    CHECK(windowed_log(log_of(hourly_log(1, 5)), window, replayed).left_out == 48);
}

TEST_CASE("a log that lacks a part of the bill's period is refused, unless that is said to be so",
          "[backtest][window]") {
    const InvoiceFile bill = dated_bill("GPU,1,2026-07-01,2026-07-02\nGPU,1,2026-07-02,2026-07-04\n");
    const ServedLog log = log_of(hourly_log(1, 2));
    CHECK_THROWS_WITH(replay_window(log, scenario_with(), &bill, {}), contains_text("last 24.8 h"));
    WindowWishes part;
    part.from = "2026-07-01";
    part.to = "2026-07-02";
    ReplayWindow first_day = replay_window(log, scenario_with(), &bill, part);
    CHECK(first_day.length == 24h);
    CHECK(rows_inside(bill, part, first_day).size() == 1);
    part.to = "2026-07-03T00:00";
    ReplayWindow cut = replay_window(log, scenario_with(), &bill, part);
    CHECK_THROWS_WITH(rows_inside(bill, part, cut), contains_text("bill.csv:3"));
    WindowWishes scaled;
    scaled.scale = true;
    const ReplayWindow more = replay_window(log, scenario_with(), &bill, scaled);
    CHECK(more.period == 72h);
    CHECK(more.length < 48h);
    CHECK(more.notes.front().starts_with("SCALED"));
}

TEST_CASE("without dates the window is what the log covers", "[backtest][window]") {
    const ServedLog log = log_of("sent_s,done_s,input_tokens,output_tokens\n100.5,101,1,1\n160.2,161,1,1\n");
    const ReplayWindow window = replay_window(log, scenario_with(), nullptr, {});
    CHECK(window.begin == Duration{100'500ms});
    CHECK(window.length == 60s);
    CHECK_FALSE(window.wall);
    WindowWishes wishes;
    wishes.from = "10s";
    wishes.to = "50s";
    CHECK(replay_window(log, scenario_with(), nullptr, wishes).begin == Duration{110'500ms});
    wishes.from = "2026-07-01";
    CHECK_THROWS_WITH(replay_window(log, scenario_with(), nullptr, wishes),
                      contains_text("the log has none"));
    wishes.from = "60s";
    CHECK_THROWS_WITH(replay_window(log, scenario_with(), nullptr, wishes), contains_text("leaves no time"));
    WindowWishes scale;
    scale.scale = true;
    CHECK_THROWS_WITH(replay_window(log, scenario_with(), nullptr, scale), contains_text("--period"));
}

TEST_CASE("a class that the scenario does not have is refused", "[backtest][log][errors]") {
    const ServedLog log = log_of("class,sent_s,input_tokens,output_tokens\nchat,1,1,1\n");
    const Scenario named = scenario_with(R"("classes": [{"name": "chats"}], )");
    const ReplayWindow window = replay_window(log, named, nullptr, {});
    CHECK_THROWS_WITH(windowed_log(log, window, named), contains_text("chats"));
    const ServedLog none = log_of("sent_s,input_tokens,output_tokens\n1,1,1\n");
    CHECK(windowed_log(none, window, named).arrivals.size() == 1);
    const Scenario two = scenario_with(R"("classes": [{"name": "a"}, {"name": "b"}], )");
    CHECK_THROWS_WITH(windowed_log(none, window, two), contains_text("column \"class\""));
}
