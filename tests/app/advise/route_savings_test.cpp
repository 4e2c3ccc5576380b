// Savings that send requests elsewhere: a light model first, an API, spot instances.
#include <algorithm>

#include "tests/app/advise/advise_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr const char* kTraffic =
    R"("horizon": "30m", "warm_up": "0s", "traffic": [{"source": "poisson", "rate": "0.5/s",
       "input_tokens": 500, "output_tokens": 100}])";
constexpr const char* kRates = R"({"model": "token-rate", "prefill_rate": "1000/s", "decode_rate": "50/s"})";

std::string light_and_heavy() {
    return R"({"requires": ["in-use"], "pools": [
      {"name": "large", "tags": ["in-use"], "concurrency": 8, "workers": {"max": 4}, "price": "$9/h",
       "policy": {"name": "scale-to-zero", "idle_timeout": "2s"}, "service": )" +
           std::string(kRates) + R"(},
      {"name": "small", "tags": ["light"], "concurrency": 8, "workers": {"max": 4}, "price": "$1/h",
       "policy": "scale-to-zero", "service": )" +
           kRates + "}], " + kTraffic + "}";
}

std::string with_api() {
    return R"({"requires": ["own"], "pools": [
      {"name": "gpu", "tags": ["own"], "workers": {"max": 4}, "price": "$4/h", "policy": "scale-to-zero",
       "service": )" +
           std::string(kRates) + R"(},
      {"name": "tokens", "kind": "api", "tags": ["api"],
       "price": {"tokens": {"input": "$0.10/Mtok", "output": "$0.40/Mtok"}}, "service": )" +
           kRates + "}], " + kTraffic + "}";
}

/// `deadline` is what makes the class one of batch.
std::string with_spot(const std::string& deadline) {
    return R"({"requires": ["own"], "classes": [{"name": "jobs")" + deadline + R"(}],
      "supplies": [{"name": "spot", "kind": "spot"}], "pools": [
      {"name": "gpu", "tags": ["own"], "workers": {"max": 4}, "price": "$4/h",
       "policy": {"name": "fixed", "workers": 2}, "service": )" +
           std::string(kRates) + R"(},
      {"name": "cheap", "tags": ["spot"], "supply": "spot", "workers": {"max": 4}, "price": "$1.60/h",
       "service": )" +
           kRates + "}], " + kTraffic + "}";
}

/// Requests that went through the stage of that name.
std::uint64_t completed_at(const RunResult& result, const std::string& stage) {
    const auto found = std::find_if(result.stages.begin(), result.stages.end(),
                                    [&](const StageResult& one) { return one.setup.name == stage; });
    REQUIRE(found != result.stages.end());
    return found->figures.completed;
}

}  // namespace

TEST_CASE("a light model leaves a share of the answers to the heavy one", "[app][advise]") {
    const AdviseRig rig;
    const SavingProposal proposal = rig.propose("light-to-heavy", light_and_heavy());
    CHECK(labels(proposal) == std::vector<std::string>{"small, then large for 20.0%"});
    const RunResult cascade = rig.run(proposal.tries[0]);
    const RunResult before = rig.run(light_and_heavy());
    CHECK(cascade.summary.all.requests.offered == before.summary.all.requests.offered);
    CHECK(completed_at(cascade, "light") == cascade.summary.all.requests.offered);
    const double heavy = static_cast<double>(completed_at(cascade, "heavy"));
    CHECK(heavy / static_cast<double>(cascade.summary.all.requests.offered) == Approx(0.2).margin(0.05));
    CHECK(window_cost(cascade) < window_cost(before));
}

TEST_CASE("a heavy pool of constant size keeps its share of the workers", "[app][advise]") {
    const AdviseRig rig;
    std::string json = light_and_heavy();
    const std::string policy = R"({"name": "scale-to-zero", "idle_timeout": "2s"})";
    json.replace(json.find(policy), policy.size(), R"({"name": "fixed", "workers": 4})");
    const SavingProposal proposal = rig.propose("light-to-heavy", json);
    CHECK(labels(proposal) == std::vector<std::string>{"small, then large for 20.0%, fixed 1 and 1",
                                                       "small, then large for 20.0%, fixed 2 and 1",
                                                       "small, then large for 20.0%, fixed 4 and 1"});
    CHECK(window_cost(rig.run(proposal.tries[1])) == Approx(0.5 * (2 * 1 + 1 * 9)));
}

TEST_CASE("a heavy model that no answer is left to costs nothing", "[app][advise]") {
    const AdviseRig rig;
    AdviceSettings settings;
    settings.escalated = 0;
    const SavingProposal proposal = rig.propose("light-to-heavy", light_and_heavy(), settings);
    REQUIRE(proposal.tries.size() == 1);
    const RunResult result = rig.run(proposal.tries[0]);
    REQUIRE(result.pools.size() == 2);
    CHECK(result.pools[1].setup.name == "large");
    CHECK(result.pools[1].bill->bill.total == Money{});
}

TEST_CASE("a stage of a flow gets a light one before it", "[app][advise]") {
    const AdviseRig rig;
    const ScenarioFile example = ScenarioFile::load(source_dir() / "examples/12_rag_pipeline/large.json");
    Scenario scenario = example.scenario();
    scenario.horizon = std::chrono::minutes{10};
    const SavingProposal proposal =
        saving_named("light-to-heavy").propose(advice_ground(example, scenario, {}));
    const SavingTry& changed = setting(proposal, "small, then large for 20.0%");
    const auto stages = changed.root.find("flows")->items()[0].find("stages")->items();
    REQUIRE(stages.size() == 4);
    CHECK(stages[2].find("name")->as_text() == "light-answer");
    CHECK(stages[2].find("pool")->as_text() == "small");
    CHECK(stages[3].find("share")->as_ratio() == 0.2);
    rig.run(changed);
    const ScenarioFile cascade = ScenarioFile::load(source_dir() / "examples/12_rag_pipeline/cascade.json");
    CHECK_THAT(saving_named("light-to-heavy").propose(advice_ground(cascade, scenario, {})).why_not,
               Catch::Contains("no stage that takes every request"));
}

TEST_CASE("an API costs its tokens and nothing else", "[app][advise]") {
    const AdviseRig rig;
    const SavingProposal proposal = rig.propose("token-api", with_api());
    const RunResult result = rig.run(setting(proposal, "tokens for all"));
    const RequestCounts& requests = result.summary.all.requests;
    CHECK(requests.completed == requests.offered);
    CHECK(window_cost(result) == Approx((0.10 * static_cast<double>(requests.input_tokens) +
                                         0.40 * static_cast<double>(requests.output_tokens)) /
                                        1e6));
    const RunResult both = rig.run(setting(proposal, "gpu, tokens for what waited 1s"));
    CHECK(both.summary.all.requests.overflowed > 0);
    CHECK(to_usd(both.pools[1].bill->bill.total) > 0);
}

TEST_CASE("without an API the row says what to add", "[app][advise]") {
    const AdviseRig rig;
    const std::string why = rig.propose("token-api", light_and_heavy()).why_not;
    CHECK_THAT(why, Catch::Contains(R"("kind": "api")") && Catch::Contains(R"("tokens")"));
}

TEST_CASE("spot instances without interruptions save the ratio of the prices", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = with_spot(R"(, "deadline": "1h")");
    const SavingProposal proposal = rig.propose("spot", json);
    const RunResult before = rig.run(json);
    const RunResult after = rig.run(setting(proposal, "batch on cheap"));
    CHECK(window_cost(after) == Approx(window_cost(before) * 1.6 / 4).margin(1e-9));
    CHECK(after.summary.all.total.p99 == before.summary.all.total.p99);
}

TEST_CASE("of classes only those with a deadline go to spot instances", "[app][advise]") {
    const AdviseRig rig;
    const std::string json =
        R"({"classes": [{"name": "people"}, {"name": "jobs", "deadline": "1h"}], "horizon": "30m",
      "traffic": [{"source": "poisson", "rate": "0.1/s", "class": "people"},
                  {"source": "poisson", "rate": "0.1/s", "class": "jobs"}],
      "pools": [{"name": "gpu", "gpu": ")";
    const auto on = [&](const std::string& gpu) {
        return json + gpu + R"(", "workers": {"max": 4}, "price": "$1/h", "policy": "scale-to-zero",
        "service": {"model": "fixed", "time": "2s"}}]})";
    };
    const SavingProposal proposal = rig.propose("spot", on("L4"));
    const SavingTry& changed = setting(proposal, "batch at the price of gcp-compute-spot/g2-standard-4");
    const ConfigNode& route = *changed.root.find("route");
    CHECK(route.find("classes")->find("jobs")->as_text() == "gpu-spot");
    CHECK(route.find("otherwise")->as_text() == "gpu");
    CHECK(changed.root.find("zones")->items().size() == 1);
    const RunResult result = rig.run(changed);
    CHECK(result.pools.size() == 2);
    CHECK(result.priced);
    CHECK_THAT(rig.propose("spot", on("L40S")).why_not, Catch::Contains("no spot price of \"L40S\""));
}

TEST_CASE("without a batch class a spot pool is tried with a fallback, or a deadline asked for",
          "[app][advise]") {
    const AdviseRig rig;
    CHECK(labels(rig.propose("spot", with_spot(""))).front() == "cheap first, gpu for what waited 2s");
    CHECK_THAT(rig.propose("spot", light_and_heavy()).why_not, Catch::Contains("\"deadline\""));
    std::string in_use = with_spot("");
    in_use.replace(in_use.find(R"("requires": ["own"], )"), 21, R"("requires": ["spot"], )");
    in_use.replace(in_use.find(R"("price": "$1.60/h",)"), 19,
                   R"("price": "$1.60/h", "policy": "scale-to-zero",)");
    CHECK(rig.propose("spot", in_use).why_not == "spot pool \"cheap\" is in use already");
}

}  // namespace spillway::tests
