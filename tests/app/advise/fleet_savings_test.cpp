// Savings that change how many workers there are: money moves as idle time does.
#include "app/io/json_file.hpp"
#include "app/scenario/scenario.hpp"
#include "tests/app/advise/advise_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr const char* kFixedPool =
    R"("workers": {"max": 4}, "service": {"model": "fixed", "time": "2s"}, "price": "$3.60/h", "policy": )";

/// Twenty requests, five minutes apart, in two hours.
std::string quiet_hours(const AdviseRig& rig, const std::string& policy) {
    write_text(rig.folder / "quiet.csv", even_arrivals(20, 300));
    return one_pool(kFixedPool + policy,
                    R"("horizon": "2h", "traffic": [{"source": "csv", "file": "quiet.csv"}])");
}

/// Two pools of which only the first has traffic; the second is always on.
std::string silent_second(const AdviseRig& rig) {
    write_text(rig.folder / "quiet.csv", even_arrivals(20, 300));
    return R"({"horizon": "2h", "warm_up": "0s", "traffic": [{"source": "csv", "file": "quiet.csv"}],
      "route": {"name": "single", "pool": "gpu"}, "pools": [
      {"name": "gpu", "workers": {"max": 2}, "service": {"model": "fixed", "time": "2s"}, "price": "$1/h",
       "policy": "scale-to-zero"},
      {"name": "silent", "workers": {"min": 1, "max": 2}, "service": {"model": "fixed", "time": "2s"},
       "price": "$2/h", "policy": {"name": "fixed", "workers": 2}}]})";
}

}  // namespace

TEST_CASE("a pool that scales to zero costs nothing on a silent trace", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = silent_second(rig);
    const RunResult before = rig.run(json);
    CHECK(to_usd(before.pools[1].bill->bill.total) == Approx(2 * 2 * 2.0));
    const SavingProposal proposal = rig.propose("scale-to-zero", json);
    const RunResult after = rig.run(setting(proposal, "silent: stop after 15s"));
    CHECK(after.pools[1].bill->bill.total == Money{});
    CHECK(after.pools[0].bill->bill.total == before.pools[0].bill->bill.total);
}

TEST_CASE("what scales to zero already is told so", "[app][advise]") {
    const AdviseRig rig;
    const SavingProposal proposal = rig.propose("scale-to-zero", quiet_hours(rig, R"("scale-to-zero")"));
    CHECK(proposal.tries.empty());
    CHECK(proposal.why_not == "every pool of workers scales to zero already");
}

TEST_CASE("an idle time-out shorter by 45 s saves 45 s of each idle spell", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = quiet_hours(rig, R"({"name": "scale-to-zero", "idle_timeout": "60s"})");
    const SavingProposal proposal = rig.propose("idle-timeout", json);
    CHECK(labels(proposal) == std::vector<std::string>{"60s -> 5s", "60s -> 15s", "60s -> 30s", "60s -> 2m",
                                                       "60s -> 5m", "60s -> 15m"});
    const double saved = window_cost(rig.run(json)) - window_cost(rig.run(setting(proposal, "60s -> 15s")));
    CHECK(saved == Approx(20 * 45 * 3.6 / 3600).margin(1e-9));
    const double dearer = window_cost(rig.run(setting(proposal, "60s -> 2m"))) - window_cost(rig.run(json));
    CHECK(dearer == Approx(20 * 60 * 3.6 / 3600).margin(1e-9));
}

TEST_CASE("an idle time-out is found wherever it is said", "[app][advise]") {
    const AdviseRig rig;
    write_text(rig.folder / "quiet.csv", even_arrivals(20, 300));
    const auto scenario = [](const std::string& pool, const std::string& rest) {
        return one_pool(
            R"("workers": {"max": 4}, "service": {"model": "fixed", "time": "2s"}, "price": "$1/h")" + pool,
            R"("traffic": [{"source": "csv", "file": "quiet.csv"}])" + rest);
    };
    const std::string pool_wise =
        R"(, "policy": {"name": "pool-wise", "pools": {"gpu": {"name": "keep-warm", "idle_timeout": "45s"}}})";
    CHECK(labels(rig.propose("idle-timeout", scenario("", pool_wise))).front() == "45s -> 5s");
    CHECK(labels(rig.propose("idle-timeout", scenario(R"(, "policy": "scale-to-zero")", ""))).front() ==
          "60s -> 5s");
    CHECK(labels(rig.propose("idle-timeout", scenario(R"(, "policy": {"name": "baseten"})", ""))).front() ==
          "900s -> 5s");
    CHECK(rig.propose("idle-timeout", scenario(R"(, "policy": {"name": "fixed", "workers": 1})", ""))
              .why_not.starts_with("no pool stops workers"));
}

TEST_CASE("a floor of one worker that serves all costs its hours", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = quiet_hours(rig, R"({"name": "scale-to-zero", "idle_timeout": "60s"})");
    const RunResult kept =
        rig.run(setting(rig.propose("keep-warm", json), "1 kept, the rest stop after 15s"));
    CHECK(window_cost(kept) == Approx(2 * 3.6).margin(1e-9));
    CHECK(kept.summary.all.requests.cold == 0);
}

TEST_CASE("a floor takes the place of a constant number, and spares of other spares", "[app][advise]") {
    const AdviseRig rig;
    const std::string fixed = quiet_hours(rig, R"({"name": "fixed", "workers": 3})");
    const SavingProposal fewer = rig.propose("keep-warm", fixed);
    CHECK(labels(fewer).size() == 2 * 3);
    CHECK(window_cost(rig.run(setting(fewer, "2 kept, the rest stop after 60s"))) ==
          Approx(window_cost(rig.run(fixed)) * 2 / 3));
    const std::string spare =
        quiet_hours(rig, R"({"name": "keep-warm", "min": 1, "buffer": 1, "idle_timeout": "60s"})");
    CHECK(window_cost(rig.run(setting(rig.propose("keep-warm", spare), "1 -> 0 spare"))) <
          window_cost(rig.run(spare)));
}

TEST_CASE("a spike buffer takes what the base does not", "[app][advise]") {
    const AdviseRig rig;
    write_text(rig.folder / "quiet.csv", even_arrivals(20, 300));
    const std::string json = R"({"horizon": "2h", "warm_up": "0s", "requires": ["serverless"],
      "traffic": [{"source": "csv", "file": "quiet.csv"}], "pools": [
      {"name": "flex", "tags": ["serverless"], "workers": {"max": 4},
       "service": {"model": "fixed", "time": "2s"}, "price": "$4/h", "policy": "scale-to-zero"},
      {"name": "own", "tags": ["on-demand"], "workers": {"max": 4},
       "service": {"model": "fixed", "time": "2s"}, "price": "$1.50/h"}]})";
    const SavingProposal proposal = rig.propose("spike-buffer", json);
    const RunResult result = rig.run(setting(proposal, "1 x own, flex for the rest"));
    CHECK(window_cost(result) == Approx(2 * 1.5).margin(1e-9));  // one worker of the base serves all of it
    setting(proposal, "1 x flex, own for the rest");
}

TEST_CASE("a spike buffer's base is bought at the cheapest price where the scenario has none",
          "[app][advise]") {
    const AdviseRig rig;
    write_text(rig.folder / "quiet.csv", even_arrivals(20, 300));
    const auto json = [](const std::string& gpu) {
        return one_pool(R"("workers": {"max": 4}, "service": {"model": "fixed", "time": "2s"},
            "price": {"catalog": "runpod-serverless-flex/L4"}, "policy": "scale-to-zero")" +
                            gpu,
                        R"("traffic": [{"source": "csv", "file": "quiet.csv"}])");
    };
    const SavingProposal proposal = rig.propose("spike-buffer", json(R"(, "gpu": "L4")"));
    const ScenarioFile changed(setting(proposal, "1 x gpu-base, gpu for the rest").root, rig.folder.path());
    CHECK(changed.scenario().pools.size() == 2);
    CHECK(changed.node().find("pools")->items()[0].find("price")->find("catalog")->as_text() ==
          "gcp-compute/g2-standard-4");
    CHECK_THAT(rig.propose("spike-buffer", json("")).why_not, Catch::Contains("a second way to buy"));
}

TEST_CASE("a price is of the GPU's form that was measured before it is of another", "[app][advise]") {
    AdvisedPool pool;
    pool.whole = read_config_text(R"({"gpu": "H100"})", "pool");
    const PriceBook book = PriceBook::built_in();
    const PriceBook::Entry* price = find_gpu_price(book, pool, Offer::kOnDemand);
    REQUIRE(price != nullptr);
    CHECK(price->name == "runpod-pod/H100-SXM");  // the PCIe form costs less
    pool.whole = read_config_text(R"({"gpu": "H100", "gpus": {"per_worker": 8}})", "pool");
    REQUIRE(find_gpu_price(book, pool, Offer::kOnDemand) != nullptr);
    CHECK(find_gpu_price(book, pool, Offer::kApi) == nullptr);
}

TEST_CASE("a spike buffer that is there has bases of other sizes", "[app][advise]") {
    const AdviseRig rig;
    const ScenarioFile example =
        ScenarioFile::load(source_dir() / "examples/02_four_policies/spike_buffer.json");
    Scenario scenario = example.scenario();
    scenario.horizon = std::chrono::hours{6};
    const AdviceGround ground = advice_ground(example, scenario, {});
    CHECK(labels(saving_named("spike-buffer").propose(ground)) == std::vector<std::string>{"base of 1 -> 2"});
    const SavingProposal zero = saving_named("scale-to-zero").propose(ground);
    setting(zero, "on-demand: stop after 60s");
}

}  // namespace spillway::tests
