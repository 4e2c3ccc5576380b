// The cheapest fleet that meets the objectives.
#include "app/plan/plan.hpp"

#include <algorithm>

#include "app/io/json_file.hpp"
#include "app/run/parallel_for.hpp"
#include "app/study/inputs.hpp"
#include "sim/core/error.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

PlanRules quick() {
    PlanRules rules;
    rules.confirm = 10;
    return rules;
}

/// The winner by running every candidate often on the confirming draws, without a race.
std::string exhaustive(const ScenarioFile& file, const std::vector<Candidate>& candidates) {
    const std::vector<PlannedObjective> objectives = planned_objectives(file.scenario());
    std::string best;
    double least = 0;
    for (const Candidate& one : candidates) {
        const Scenario scenario =
            candidate_scenario({file, objectives, std::nullopt, nullptr}, one, TrafficPart::kConfirm);
        Replications runs;
        extend(runs, 10, [&](std::uint64_t replication) {
            return run_replication(scenario, race_metrics(objectives), {}, replication);
        });
        const double cost = estimate(runs.of(0)).mean;
        if (standing_of(objectives, runs, nullptr) == Standing::kHolds && (best.empty() || cost < least)) {
            best = one.label;
            least = cost;
        }
    }
    return best;
}

const char* const kGrid = R"("axes": [{"at": "pools[gpu].policy.idle_timeout", "values": ["5s", "30s", "3m"]},
                                      {"at": "pools[gpu].concurrency", "values": [1, 2, 4]}])";

const std::string& winner_of(const Plan& plan) {
    REQUIRE(plan.winner);
    return plan.contenders[plan.finalists[*plan.winner].contender].candidate.label;
}

}  // namespace

TEST_CASE("a race ends where exhaustive search does", "[app][plan]") {
    const StudyRig rig;
    for (const char* objective : {"p95 total < 30s", "p95 total < 16s", "mean total < 8s"}) {
        INFO(objective);
        const Study study = rig.study(kGrid);
        const ScenarioFile file = with_objectives(study.scenario, {objective});
        const Plan plan = make_plan(file, space_of(study), quick());
        CHECK(winner_of(plan) == exhaustive(file, space_of(study)));
    }
}

TEST_CASE("a plan does not depend on the threads", "[app][plan]") {
    const StudyRig rig;
    std::string first;
    for (const int threads : {1, 4}) {
        Plan plan;
        within_threads(threads,
                       [&] { plan = make_plan(rig.scenario(), default_space(rig.scenario()), quick()); });
        if (first.empty())
            first = plan_json(plan);
        CHECK(plan_json(plan) == first);
    }
}

TEST_CASE("what is out has a reason, and what nobody meets has no winner", "[app][plan]") {
    const StudyRig rig;
    const Plan plan = make_plan(with_objectives(rig.scenario(), {"p99 total < 1s"}),
                                default_space(rig.scenario()), quick());
    CHECK_FALSE(plan.winner);
    for (const Contender& one : plan.contenders) {
        if (one.state != RaceState::kIn)
            CHECK_FALSE(one.reason.empty());
    }
    CHECK_THAT(plan_text(plan), Catch::StartsWith("no fleet"));
    CHECK_THROWS_WITH(
        make_plan({read_config_text(StudyRig::scenario_text(R"(["p95 total < 60s"])", "[]"), "s.json"), {}},
                  {}, {}),
        Catch::Contains("no objective"));
}

TEST_CASE("a fleet without a price is no cheap one", "[app][plan]") {
    const StudyRig rig;
    const Study study = rig.study(R"("axes": [{"at": "pools[gpu].price", "values": ["$2/h", "$1/h"]}])");
    std::vector<Candidate> candidates = space_of(study);
    candidates.push_back({"free", {{"pools[gpu].price", ConfigNode("x"), "x"}}});
    const Plan plan = make_plan(study.scenario, candidates, quick());
    CHECK(winner_of(plan) == "price $1/h");
    CHECK(plan.contenders[2].state == RaceState::kRefused);
}

TEST_CASE("fixed fleets that are too small are infeasible, not cheap", "[app][plan]") {
    const StudyRig rig;
    const ScenarioFile file = with_objectives(rig.scenario(), {"p95 total < 14s"});
    const Plan plan = make_plan(file, default_space(file), quick());
    const auto fixed = std::find_if(plan.contenders.begin(), plan.contenders.end(), [](const Contender& one) {
        return one.candidate.label == "gpu: fixed 1";
    });
    REQUIRE(fixed != plan.contenders.end());
    CHECK(fixed->state == RaceState::kInfeasible);
    CHECK(winner_of(plan) != "gpu: fixed 1");
    CHECK(plan.finalists.size() == 5);
    CHECK(plan.share_cheapest > 0.5);
}

TEST_CASE("recorded traffic is tuned on its first half and confirmed on the second", "[app][plan]") {
    const StudyRig rig;
    std::string rows = "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 1200; ++i)
        rows += std::to_string(i < 600 ? 4 * i : 2400 + 2 * (i - 600)) + ",10,10\n";
    write_text(rig.folder / "day.csv", rows);
    const ConfigNode node =
        read_config_text(StudyRig::scenario_text(R"([{"source": "poisson", "rate": "0.3/s"}])",
                                                 R"([{"source": "csv", "file": "day.csv"}])"),
                         "s.json");
    Scenario scenario = ScenarioFile(node, rig.folder.path()).scenario();
    scenario.horizon.reset();
    const auto cut = cutting_point(scenario);
    REQUIRE(cut);
    CHECK(*cut == std::chrono::seconds{1799});
    Scenario tune = scenario;
    take_part(tune, TrafficPart::kTune, cut);
    Scenario confirm = scenario;
    take_part(confirm, TrafficPart::kConfirm, cut);
    CHECK(read_traffic(tune).requests == 450);
    CHECK(read_traffic(confirm).requests == 749);  // the last one lies beyond
    CHECK(confirm.wall_clock - tune.wall_clock == 1799);
    CHECK_FALSE(cutting_point(rig.scenario().scenario()));
}

TEST_CASE("two pools are also planned as a base and a buffer", "[app][plan]") {
    const StudyRig rig;
    std::string text = StudyRig::scenario_text();
    const std::size_t begin = text.find("\"pools\": [") + 10;
    const std::string pool = text.substr(begin, text.rfind(']') - begin);
    std::string second = pool;
    second.replace(second.find("\"gpu\""), 5, "\"own\"");
    second.replace(second.find("$2/h"), 4, "$1/h");
    text.insert(begin, second + ", ");
    text.insert(text.rfind('}'), R"(, "route": {"name": "single", "pool": "own"})");
    const std::vector<Candidate> candidates =
        default_space({read_config_text(text, "two.json"), rig.folder.path()});
    CHECK(std::any_of(candidates.begin(), candidates.end(),
                      [](const Candidate& one) { return one.label == "2 own with gpu for the rest"; }));
    CHECK(std::any_of(candidates.begin(), candidates.end(),
                      [](const Candidate& one) { return one.label == "own: fixed 3"; }));
}

}  // namespace spillway::tests
