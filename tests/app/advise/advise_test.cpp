// What would save money on a scenario's traffic, and how sure that is.
#include "app/advise/advise.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "app/io/json_file.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"
#include "tests/app/advise/advise_rig.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

AdviceRules rules_for(const std::vector<std::string>& only) {
    AdviceRules rules;
    rules.only = only;
    rules.confirm = 10;
    return rules;
}

const AdviceRow& row_of(const Advice& advice, std::string_view name) {
    const auto found = std::find_if(advice.rows.begin(), advice.rows.end(),
                                    [&](const AdviceRow& row) { return row.saving->name == name; });
    REQUIRE(found != advice.rows.end());
    return *found;
}

const std::vector<std::string> kThree{"idle-timeout", "keep-warm", "spot"};

}  // namespace

TEST_CASE("savings that hold come first, the most money first, and those that do not apply last",
          "[app][advise]") {
    const StudyRig rig;
    const Advice advice = spillway::advise(rig.scenario(), rules_for({}));
    CHECK(advice.rows.size() == savings().size());
    bool lacking = false;
    for (std::size_t i = 0; i < advice.rows.size(); ++i) {
        const AdviceRow& row = advice.rows[i];
        lacking = lacking || !row.setting;
        CHECK(row.setting.has_value() == !lacking);
        CHECK(row.why_not.empty() == row.setting.has_value());
        if (i == 0 || !row.setting || row.setting->standing != advice.rows[i - 1].setting->standing)
            continue;
        CHECK(row.setting->saved_usd.mean <= advice.rows[i - 1].setting->saved_usd.mean);
    }
    CHECK_THAT(advice_text(advice), Catch::StartsWith("Most money: "));
}

TEST_CASE("advice does not depend on the threads", "[app][advise]") {
    const StudyRig rig;
    std::string first;
    for (const int threads : {1, 4}) {
        Advice advice;
        within_threads(threads, [&] { advice = spillway::advise(rig.scenario(), rules_for(kThree)); });
        const std::string all = advice_text(advice) + advice_json(advice) + advice_csv(advice);
        if (first.empty())
            first = all;
        CHECK(all == first);
    }
}

TEST_CASE("a saving is the paired difference on traffic that it was not tuned on", "[app][advise]") {
    const StudyRig rig;
    const Advice advice = spillway::advise(rig.scenario(), rules_for({"idle-timeout"}));
    const AdvisedSetting& setting = *row_of(advice, "idle-timeout").setting;
    const Estimate base = estimate(advice.base.of(kCostReading));
    const Estimate head = estimate(setting.runs.of(kCostReading));
    CHECK(setting.saved_usd.mean == Approx(base.mean - head.mean));
    REQUIRE(setting.saved);
    CHECK(setting.saved->mean == Approx(1 - head.mean / base.mean));
    CHECK(setting.saved_usd.half_width < base.half_width + head.half_width);
    REQUIRE(setting.tuned);
    CHECK(setting.tuned->mean != setting.saved->mean);  // other draws
    CHECK(setting.tuned->mean == Approx(setting.saved->mean).margin(0.05));
}

TEST_CASE("a saving that misses says what it misses, and none is recommended", "[app][advise]") {
    const StudyRig rig;
    const ScenarioFile file = rig.scenario(R"(["p95 total < 60s"])", R"(["max total < 1s"])");
    const Advice advice = spillway::advise(file, rules_for({"idle-timeout"}));
    const AdviceRow& row = row_of(advice, "idle-timeout");
    REQUIRE(row.setting);
    CHECK(row.setting->standing == Standing::kMisses);
    CHECK_THAT(row.setting->reason, Catch::StartsWith("max total < 1s"));
    CHECK(advice.base_standing == Standing::kMisses);
    CHECK_THAT(advice_text(advice), Catch::StartsWith("Nothing of what was tried"));
}

TEST_CASE("without objectives, what is may not become a tenth slower", "[app][advise]") {
    const StudyRig rig;
    const Advice advice =
        spillway::advise(rig.scenario(R"("slo": ["p95 total < 60s"],)", ""), rules_for({"idle-timeout"}));
    CHECK_FALSE(advice.own_objectives);
    REQUIRE(advice.objectives.size() == 4);
    const double p95 = estimate(advice.base.of(1)).mean;
    CHECK(advice.objectives[0].limit == Approx(1.1 * p95));
    CHECK(advice.base_standing == Standing::kHolds);
    const AdvisedSetting& setting = *row_of(advice, "idle-timeout").setting;
    if (setting.standing == Standing::kHolds)
        CHECK(estimate(setting.runs.of(1)).mean < 1.1 * p95);
}

TEST_CASE("savings that hold are added up as long as the sum saves more and holds", "[app][advise]") {
    const AdviseRig rig;
    const ScenarioFile file = rig.file(one_pool(
        R"("workers": {"max": 6}, "concurrency": 4, "price": "$2/h",
           "service": {"model": "token-rate", "prefill_rate": "1000/s", "decode_rate": "50/s"},
           "startup": [{"phase": "weights", "bytes": "16GB", "bandwidth": "1GB/s"}],
           "policy": {"name": "scale-to-zero", "idle_timeout": "5m"})",
        R"("horizon": "1h", "slo": ["p95 total < 2m"], "traffic": [{"source": "poisson", "rate": "0.05/s",
           "input_tokens": 500, "output_tokens": {"exponential": {"mean": 300}}}])"));
    const Advice advice = spillway::advise(file, rules_for({"idle-timeout", "weight-cache", "token-cap"}));
    REQUIRE(advice.together);
    CHECK(advice.together->savings.size() > 1);
    CHECK(advice.together->savings.front() == advice.rows.front().saving);
    CHECK(advice.together->setting.standing == Standing::kHolds);
    CHECK(advice.together->setting.saved_usd.mean > advice.rows.front().setting->saved_usd.mean);
    double sum = 0;
    for (const Saving* saving : advice.together->savings)
        sum += row_of(advice, saving->name).setting->saved_usd.mean;
    // Savings do not add up: faster starts save more where more workers start.
    CHECK(advice.together->setting.saved_usd.mean > 1.1 * sum);
    CHECK_THAT(advice_text(advice), Catch::Contains("together: idle time-out"));
}

TEST_CASE("savings that miss alone are added up until they hold", "[app][advise]") {
    const AdviseRig rig;
    // A request every ten minutes: a start before each but the first, and a worker that idles five minutes.
    write_text(rig.folder / "slow.csv", even_arrivals(36, 600));
    const ScenarioFile file = rig.file(one_pool(
        R"("workers": {"max": 2}, "price": "$2/h", "service": {"model": "fixed", "time": "2s"},
           "startup": [{"phase": "weights", "bytes": "30GB", "bandwidth": "1GB/s"},
                       {"phase": "container", "time": "20s"}],
           "policy": {"name": "scale-to-zero", "idle_timeout": "5m"})",
        R"("slo": ["p95 total < 30s"], "traffic": [{"source": "csv", "file": "slow.csv"}])"));
    const Advice advice = spillway::advise(file, rules_for({"idle-timeout", "weight-cache"}));
    CHECK(advice.base_standing == Standing::kMisses);
    const AdvisedSetting& idle = *row_of(advice, "idle-timeout").setting;
    CHECK(idle.candidate.label == "5m -> 5s");
    CHECK(idle.standing == Standing::kMisses);  // as far as the scenario does, and cheaper
    const AdvisedSetting& cached = *row_of(advice, "weight-cache").setting;
    CHECK(cached.standing == Standing::kHolds);
    REQUIRE(advice.together);
    CHECK(advice.together->setting.standing == Standing::kHolds);
    CHECK(advice.together->setting.saved_usd.mean > cached.saved_usd.mean);
}

TEST_CASE("recorded traffic is tuned on its first half and confirmed on its second", "[app][advise]") {
    const StudyRig rig;
    std::string rows = "t_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 900; ++i) rows += std::to_string(2 * i) + ",10,10\n";
    write_text(rig.folder / "day.csv", rows);
    std::string text = StudyRig::scenario_text(R"([{"source": "poisson", "rate": "0.3/s"}])",
                                               R"([{"source": "csv", "file": "day.csv"}])");
    const Advice advice =
        spillway::advise({read_config_text(text, "s.json"), rig.folder.path()}, rules_for({"idle-timeout"}));
    CHECK_THAT(advice.split, Catch::StartsWith("tuned on the first 15.0 min of the traffic"));
}

TEST_CASE("without prices nothing is known to save money", "[app][advise]") {
    const StudyRig rig;
    CHECK_THROWS_WITH(spillway::advise(rig.scenario(R"(,
    "price": "$2/h")",
                                                    ""),
                                       rules_for(kThree)),
                      Catch::Contains("no price"));
}

TEST_CASE("names of savings differ, and each says what it assumes", "[app][advise]") {
    std::set<std::string_view> names;
    for (const Saving& saving : savings()) {
        CHECK(names.insert(saving.name).second);
        CHECK_FALSE(saving.title.empty());
        CHECK_FALSE(saving.assumes.empty());
    }
}

TEST_CASE("every saving applies to some example", "[app][advise]") {
    std::set<std::string_view> applied;
    for (const char* name : {"02_four_policies/keep_warm.json", "03_image_endpoint/all_serverless.json",
                             "04_chat_sessions/scale_to_zero.json", "07_api_or_gpus/gpus.json",
                             "12_rag_pipeline/large.json", "13_spot_with_fallback/on_demand.json"}) {
        const ScenarioFile file = ScenarioFile::load(source_dir() / "examples" / name);
        Scenario scenario = file.scenario();
        scenario.horizon = std::chrono::minutes{30};
        const AdviceGround ground = advice_ground(file, scenario, {});
        for (const Saving& saving : savings()) {
            const SavingProposal proposal = saving.propose(ground);
            INFO(name << ": " << saving.name);
            CHECK(proposal.tries.empty() == !proposal.why_not.empty());
            if (!proposal.tries.empty())
                applied.insert(saving.name);
        }
    }
    for (const Saving& saving : savings()) {
        INFO(saving.name);
        CHECK(applied.count(saving.name) == 1);
    }
}

}  // namespace spillway::tests
