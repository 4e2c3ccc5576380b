#include "models/cold_start/phase_model.hpp"

#include "models/cold_start/parse_startup.hpp"
#include "sim/core/check.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/start_log.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

using Lines = std::vector<std::string>;

Lines story(const char* json, SimTime begin = SimTime{0s}) {
    const auto model = make_startup(config(json), context());
    StartLog log(*model);
    log.begin(0, begin);
    log.run();
    return log.lines();
}

constexpr const char* kSeries = R"([{"phase": "acquire", "time": "8s"},
                                    {"phase": "pull", "time": "20s"},
                                    {"phase": "weights", "time": "4500ms"}])";

// The weights do not need the image: they load beside the pull, into the node's memory.
constexpr const char* kDiamond = R"([{"phase": "acquire", "time": "8s"},
                                     {"phase": "pull", "time": "20s"},
                                     {"phase": "weights", "time": "30s", "after": ["acquire"]},
                                     {"phase": "container", "time": "3s", "after": ["pull"]},
                                     {"phase": "warm-up", "time": "2s", "after": ["container", "weights"]}])";

}  // namespace

TEST_CASE("phases written without \"after\" follow each other", "[models][phase_model]") {
    CHECK(story(kSeries) == Lines{"0s:0 acquire", "8s:0 pull", "28s:0 weights",
                                  "32.5s:0 ready acquire=8s pull=20s weights=4.5s"});
}

TEST_CASE("a critical path is counted from the start's own beginning", "[models][phase_model]") {
    CHECK(story(kSeries, SimTime{100s}).back() == "132.5s:0 ready acquire=8s pull=20s weights=4.5s");
}

TEST_CASE("of two parallel branches the slower one is the critical path", "[models][phase_model]") {
    CHECK(story(kDiamond) == Lines{"0s:0 acquire", "8s:0 pull", "28s:0 container", "31s:0 weights",
                                   "38s:0 warm-up", "40s:0 ready acquire=8s weights=30s warm-up=2s"});
}

TEST_CASE("the worker's state is the earliest kind that runs", "[models][phase_model]") {
    CHECK(story(R"([{"phase": "weights", "time": "30s"}, {"phase": "pull", "time": "20s", "after": []}])") ==
          Lines{"0s:0 pull", "20s:0 weights", "30s:0 ready weights=30s"});
}

TEST_CASE("two phases of one kind under their own names can run side by side", "[models][phase_model]") {
    CHECK(story(R"([{"phase": "pull", "name": "image", "time": "20s"},
                    {"phase": "pull", "name": "adapter", "time": "25s", "after": []},
                    {"phase": "container", "time": "1s", "after": ["image", "adapter"]}])") ==
          Lines{"0s:0 pull", "25s:0 container", "26s:0 ready pull=25s container=1s"});
}

TEST_CASE("phases without time are passed at once and leave no trace", "[models][phase_model]") {
    CHECK(story(R"([{"phase": "acquire", "time": "0s"}, {"phase": "pull", "time": "5s"},
                    {"phase": "container", "time": "0s"}, {"phase": "weights", "time": "2s"},
                    {"phase": "warm-up", "time": "0s"}])") ==
          Lines{"0s:0 pull", "5s:0 weights", "7s:0 ready pull=5s weights=2s"});
}

TEST_CASE("a start without time is ready through advance at the moment it begins", "[models][phase_model]") {
    const auto model = make_startup(config(R"([{"phase": "container", "time": "0s"}])"), context());
    StartLog log(*model);
    log.begin(0, SimTime{7s});
    CHECK(log.lines() == Lines{"7s:0 container"});
    REQUIRE(model->next_change() == SimTime{7s});
    log.run();
    CHECK(log.lines().back() == "7s:0 ready");
}

TEST_CASE("a node at hand takes no time to acquire, one on its way the rest of it", "[models][phase_model]") {
    const auto model = make_startup(config(kSeries), context());
    StartLog log(*model);
    log.begin({StartId{0}, 0, true, SimTime{-5s}}, SimTime{0s});
    log.begin({StartId{1}, 1, true, SimTime{3s}}, SimTime{0s});
    log.run();
    CHECK(log.lines() == Lines{"0s:0 pull", "0s:1 acquire", "3s:1 pull", "20s:0 weights", "23s:1 weights",
                               "24.5s:0 ready pull=20s weights=4.5s",
                               "27.5s:1 ready acquire=3s pull=20s weights=4.5s"});
}

TEST_CASE("starts that change at one instant are told in the order they began", "[models][phase_model]") {
    const auto model = make_startup(config(R"([{"phase": "pull", "time": "5s"}])"), context());
    StartLog log(*model);
    for (const std::uint32_t start : {7U, 2U, 5U}) log.begin(start, SimTime{1s});
    log.run();
    CHECK(Lines(log.lines().begin() + 3, log.lines().end()) ==
          Lines{"6s:7 ready pull=5s", "6s:2 ready pull=5s", "6s:5 ready pull=5s"});
}

TEST_CASE("a start that began earlier is told first, whatever phase it is in", "[models][phase_model]") {
    const auto model = make_startup(
        config(R"([{"phase": "pull", "time": "5s"}, {"phase": "weights", "time": "5s"}])"), context());
    StartLog log(*model);
    log.begin(0, SimTime{0s});
    log.run(SimTime{5s});
    log.begin(1, SimTime{5s});
    log.run(SimTime{10s});
    CHECK(Lines(log.lines().end() - 2, log.lines().end()) ==
          Lines{"10s:0 ready pull=5s weights=5s", "10s:1 weights"});
}

TEST_CASE("a cancelled start is never heard of again, and its number is free", "[models][phase_model]") {
    const auto model = make_startup(config(kSeries), context());
    StartLog log(*model);
    log.begin(0, SimTime{0s});
    log.begin(1, SimTime{1s});
    log.run(SimTime{10s});
    model->cancel(StartId{0}, SimTime{});
    CHECK(model->next_change() == SimTime{29s});
    log.begin(0, SimTime{20s});
    log.run();
    const Lines told(log.lines().begin() + 4, log.lines().end());
    CHECK(told == Lines{"20s:0 acquire", "28s:0 pull", "29s:1 weights",
                        "33.5s:1 ready acquire=8s pull=20s weights=4.5s", "48s:0 weights",
                        "52.5s:0 ready acquire=8s pull=20s weights=4.5s"});
    CHECK_FALSE(model->next_change().has_value());
}

TEST_CASE("cancelling what is not under way is our own bug", "[models][phase_model]") {
    const auto model = make_startup(config(kSeries), context());
    CHECK_THROWS_AS(model->cancel(StartId{0}, SimTime{}), InternalError);
    StartLog log(*model);
    log.begin(0, SimTime{0s});
    log.run();
    CHECK_THROWS_AS(model->cancel(StartId{0}, SimTime{}), InternalError);
}

TEST_CASE("a start may begin while another is being told that it is ready", "[models][phase_model]") {
    const auto model = make_startup(config(R"([{"phase": "container", "time": "0s"}])"), context());
    class Chain final : public StartListener {
    public:
        explicit Chain(StartupModel& model) : model_(model) {}
        void start_reached(StartId, StartPhase) override {}
        void start_failed(StartId) override {}
        void start_ready(StartId start, const std::vector<StartStretch>&) override {
            ++ready;
            if (ready < 5)
                model_.begin({StartId{start.value + 100}, ready, false, {}}, SimTime{0s}, *this);
        }
        std::uint64_t ready = 0;

    private:
        StartupModel& model_;
    } chain(*model);
    model->begin({StartId{0}, 0, false, {}}, SimTime{0s}, chain);
    model->advance(SimTime{0s}, chain);
    CHECK(chain.ready == 5);
}

TEST_CASE("a failing start fails where it would have been ready", "[models][phase_model][failure]") {
    CHECK(story(R"({"phases": [{"phase": "pull", "time": "5s"}, {"phase": "weights", "time": "4s"}],
                    "failure": {"probability": 1}})") == Lines{"0s:0 pull", "5s:0 weights", "9s:0 failed"});
}

TEST_CASE("a failing start may break off early, or hang until a time-out", "[models][phase_model][failure]") {
    CHECK(story(R"({"phases": [{"phase": "pull", "time": "5s"}, {"phase": "weights", "time": "4s"}],
                    "failure": {"probability": 1, "after": "6s"}})") ==
          Lines{"0s:0 pull", "5s:0 weights", "6s:0 failed"});
    CHECK(story(R"({"phases": [{"phase": "pull", "time": "5s"}, {"phase": "weights", "time": "4s"}],
                    "failure": {"probability": 1, "after": "7m"}})") ==
          Lines{"0s:0 pull", "5s:0 weights", "7m:0 failed"});
    CHECK(
        story(
            R"({"phases": [{"phase": "pull", "time": "5s"}], "failure": {"probability": 1, "after": "5s"}})") ==
        Lines{"0s:0 pull", "5s:0 failed"});
}

TEST_CASE("the stated share of starts fails, each for its own number", "[models][phase_model][failure]") {
    const auto model = make_startup(
        config(R"({"phases": [{"phase": "pull", "time": "1s"}], "failure": {"probability": "20%"}})"),
        context());
    StartLog log(*model);
    for (std::uint32_t start = 0; start < 4000; ++start) log.begin(start, SimTime{0s});
    log.run();
    const auto failed = std::count_if(log.lines().begin(), log.lines().end(),
                                      [](const std::string& line) { return line.ends_with("failed"); });
    // 4000 draws at 20%: standard deviation 25.3, so five of them; fixed seed.
    CHECK(std::abs(failed - 800) < 127);
}

TEST_CASE("a start's draws depend on its number alone", "[models][phase_model][luck]") {
    const char* json = R"([{"phase": "pull", "time": {"lognormal": {"mean": "20s", "cv": 0.5}}},
                           {"phase": "weights", "time": {"gamma": {"mean": "5s", "cv": 0.3}}}])";
    const auto ready_at = [&](std::uint64_t nth, const ModelContext& of, const char* phases) {
        const auto model = make_startup(config(phases), of);
        StartLog log(*model);
        log.begin({StartId{0}, nth, false, {}}, SimTime{0s});
        log.run();
        return log.ready_at().value();
    };
    CHECK(ready_at(3, context(), json) == ready_at(3, context(), json));
    CHECK(ready_at(3, context(), json) != ready_at(4, context(), json));
    CHECK(ready_at(3, context(), json) != ready_at(3, context(1), json));
    CHECK(ready_at(3, context(), json) != ready_at(3, context(0, "other"), json));

    // Each phase has a stream of its own: one more phase in front moves none of the others.
    const std::string longer =
        R"([{"phase": "acquire", "time": {"exponential": {"mean": "0s"}}},)" + std::string(json + 1);
    CHECK(ready_at(3, context(), json) == ready_at(3, context(), longer.c_str()));
}

TEST_CASE("the mean of a start is exact in series and for constants", "[models][phase_model]") {
    CHECK(make_startup(config(R"([{"phase": "pull", "time": {"lognormal": {"mean": "20s", "cv": 0.5}}},
                                  {"phase": "weights", "time": {"exponential": {"mean": "5s"}}}])"),
                       context())
              ->mean_seconds() == Approx(25).epsilon(1e-12));
    CHECK(make_startup(config(kDiamond), context())->mean_seconds() == Approx(40).epsilon(1e-12));
}

TEST_CASE("the mean of parallel random phases is that of their maximum", "[models][phase_model]") {
    const auto model = make_startup(config(R"([{"phase": "pull", "time": {"exponential": {"mean": "10s"}}},
                                               {"phase": "weights", "time": {"exponential": {"mean": "10s"}}, "after": []}])"),
                                    context());
    // The larger of two exponentials of mean 10 has mean 15 and standard deviation 11.2: 0.17 for 4096 draws,
    // of which the bound is five; fixed seed.
    CHECK(std::abs(model->mean_seconds() - 15) < 0.88);
    CHECK(model->mean_seconds() == model->mean_seconds());
}
