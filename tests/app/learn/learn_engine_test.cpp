#include "app/learn/learn_engine.hpp"

#include <algorithm>

#include "app/learn/learned_text.hpp"
#include "app/learn/mean_run.hpp"
#include "app/learn/replay_engine.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr EmpiricalStep kTruth{0.006, 0, 0.00012, 3e-8, 0, 0.00004, 0, 0, 0.015};

MeanFigures load(double clients, double input, double output) {
    MeanFigures figures{"here", LoadKind::kClients, clients};
    figures.completed = 1000;
    figures.input = input;
    figures.output = output;
    figures.ttft = figures.tpot = 1;
    return figures;
}

/// What an engine of known coefficients would have given the load.
ObservedRun served(const MeanFigures& figures) {
    ObservedRun run = mean_run(figures);
    const LearnedEngine engine = engine_of_facts({}, {}, ranges_of(std::span(&run, 1)));
    const auto replayed =
        replay(run, replay_setup(replay_engine(engine, ranges_of(std::span(&run, 1))), kTruth));
    run.ttft = run.tpot = 0;
    for (const ReplayedRequest& one : replayed) {
        run.ttft += one.ttft / static_cast<double>(replayed.size());
        run.tpot += one.tpot / static_cast<double>(replayed.size());
    }
    return run;
}

const TermFinding& finding(const EngineFit& fit, std::string_view name) {
    return *std::find_if(fit.terms.begin(), fit.terms.end(),
                         [name](const TermFinding& term) { return term.name == name; });
}

}  // namespace

TEST_CASE("an engine is learnt from the means of some loads, and predicts another", "[learn][engine]") {
    Observed observed;
    for (const double clients : {1, 4, 16, 64}) {
        observed.runs.push_back(served(load(clients, 400, 150)));
        observed.runs.push_back(served(load(clients, 2500, 150)));
    }
    const EngineFinding found = learn_engine(observed, {});
    REQUIRE(found.fit);
    const EmpiricalStep& step = found.fit->engine.step;
    CHECK(step.step == Approx(kTruth.step).epsilon(0.03));
    CHECK(step.prompt_token == Approx(kTruth.prompt_token).epsilon(0.05));
    REQUIRE(found.fit->left_out);
    CHECK(found.fit->left_out->tpot < 0.03);
    CHECK(found.fit->left_out->ttft < 0.10);
    const ObservedRun other = served(load(32, 1200, 150));
    const ReplayEngine engine = replay_engine(found.fit->engine, ranges_of(std::span(&other, 1)));
    const auto replayed = replay(other, replay_setup(engine, step));
    double tpot = 0;
    for (const ReplayedRequest& one : replayed) tpot += one.tpot / static_cast<double>(replayed.size());
    CHECK(tpot == Approx(other.tpot).epsilon(0.03));
}

TEST_CASE("what runs of one kind cannot tell is said and is 0", "[learn][engine]") {
    Observed observed;
    observed.runs.push_back(served(load(8, 400, 150)));
    const EngineFinding found = learn_engine(observed, {});
    REQUIRE(found.fit);
    CHECK_THAT(finding(*found.fit, "sequence").why_not, contains_text("other numbers of clients would tell"));
    CHECK_THAT(finding(*found.fit, "prompt_step").why_not,
               contains_text("all prompts have about 400 tokens"));
    CHECK(found.fit->engine.step.sequence == 0);
    CHECK(found.fit->engine.step.step > 0);
    CHECK_FALSE(found.fit->left_out);
    CHECK(found.fit->engine.errors_of == "fitted");
    observed.runs = {served(load(1, 400, 150))};
    const EngineFinding alone = learn_engine(observed, {});
    CHECK_THAT(finding(*alone.fit, "sequence").why_not, contains_text("no two requests ran at once"));
}

TEST_CASE("without a served request there is no engine", "[learn][engine]") {
    const EngineFinding found = learn_engine({}, {});
    CHECK_FALSE(found.fit);
    CHECK_THAT(found.why_not, contains_text("no file says when tokens"));
}

TEST_CASE("no coefficient is beyond what files of learnt engines may have", "[learn][engine]") {
    Observed observed;
    MeanFigures figures = load(4, 400, 150);
    figures.ttft = 1e-6;
    figures.tpot = 1e-7;
    observed.runs.push_back(mean_run(figures));
    CHECK(learn_engine(observed, {}).fit->engine.step.step >= 2e-6);
    figures.ttft = 9e4;
    figures.tpot = 60;
    observed.runs = {mean_run(figures)};
    const EngineFinding slow = learn_engine(observed, {});
    for (const TermFinding& term : slow.fit->terms) CHECK(term.seconds <= 60);
}

TEST_CASE("of a long run the first 4,000 requests are replayed, and it says how many there were",
          "[learn][engine]") {
    Observed observed;
    ObservedRun run = served(load(4, 40, 5));
    const std::vector<ObservedRequest> some = run.requests;
    while (run.requests.size() <= 4000) run.requests.insert(run.requests.end(), some.begin(), some.end());
    observed.runs = {run};
    const EngineFinding found = learn_engine(observed, {});
    REQUIRE(found.fit);
    CHECK(found.fit->requests == 4000);
    CHECK(found.fit->requests_there == run.requests.size());
}

TEST_CASE("the text of numbers too small to read back is 0, and names that are no UTF-8 are written",
          "[learn][engine]") {
    Observed observed;
    observed.runs.push_back(served(load(8, 400, 150)));
    observed.sources.push_back({"q\xff.json", "vllm-bench", "", "", "m\xff"});
    Learned learned{learn_engine(observed, {}), {}, {}};
    learned.engine.fit->engine.step.kv_token = 1e-310;
    const LearnedFile file = read_learned_text(learned_text(observed, learned), "mine.json");
    CHECK(file.engine->step.kv_token == 0);
    CHECK_THAT(file.engine->llm, contains_text("m"));
}
