#include "app/deploy/yaml_file.hpp"
#include "app/io/json_file.hpp"
#include "sim/core/error.hpp"
#include "tests/app/deploy/deploy_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

std::string with_general_policy(const std::string& policy) {
    return scenario_of(R"("concurrency": 4, "workers": {"max": 9}, "policy": )" + policy);
}

}  // namespace

TEST_CASE("a fixed pool is a minimum and a maximum in every form", "[app][deploy]") {
    const std::string fixed = with_general_policy(R"({"name": "fixed", "workers": 3})");
    for (const DeployForm& form : deploy_forms()) {
        INFO(form.name);
        const DeployText text = export_scenario(fixed, form.name);
        const ConfigNode pool = pool_of(import_text(text.text, form.name));
        CHECK(said(pool, "workers.max") == "3");
        CHECK((said(pool, "workers.min") == "3" || said(pool, "policy.workers") == "3"));
    }
}

TEST_CASE("idle time-outs go to the platforms that have them, and to no other", "[app][deploy]") {
    const std::string warm = with_general_policy(
        R"({"name": "keep-warm", "min": 2, "buffer": 1, "idle_timeout": "90s", "check_period": "2s"})");
    const DeployText modal = export_scenario(warm, "modal");
    CHECK_THAT(modal.text, Catch::Contains("min_containers=2,") && Catch::Contains("buffer_containers=1,") &&
                               Catch::Contains("scaledown_window=90,") && Catch::Contains("max_inputs=4"));
    REQUIRE(modal.unsaid.size() == 2);
    CHECK_THAT(modal.unsaid.front(), Catch::Contains("Modal's own rule is near it"));
    CHECK(modal.unsaid.back() == "policy.check_period 2s");
    CHECK_THAT(modal.text, Catch::Contains("# Not expressible: policy.check_period 2s\n"));
    const DeployText runpod = export_scenario(warm, "runpod");
    CHECK_THAT(runpod.text, Catch::Contains("\"workersMin\": 2") && Catch::Contains("\"idleTimeout\": 90") &&
                                Catch::Contains("\"QUEUE_DELAY\""));
    CHECK(any_holds(runpod.unsaid, "policy.buffer 1"));
    CHECK(any_holds(runpod.unsaid, "concurrency 4"));
    for (const char* form : {"knative", "keda", "hpa", "skyserve", "terraform"}) {
        CHECK_THROWS_WITH(export_scenario(warm, form),
                          Catch::Contains("cannot express the policy \"keep-warm\"") &&
                              Catch::Contains("these can: runpod, modal"));
    }
    CHECK_THROWS_WITH(export_scenario(with_general_policy(R"({"name": "forecast"})"), "modal"),
                      Catch::Contains("no form can"));
}

TEST_CASE("a policy of one platform goes to no other", "[app][deploy]") {
    const std::string keda = scenario_of(
        R"("concurrency": 4, "platform": "kubernetes-keda", "workers": {"max": 9}, "policy": {"name": "keda"})");
    CHECK_NOTHROW(export_scenario(keda, "keda"));
    CHECK_THROWS_WITH(export_scenario(keda, "modal"), Catch::Contains("these can: keda"));
}

TEST_CASE("Kubernetes' autoscaler is one that KEDA makes, which never goes to zero", "[app][deploy]") {
    const DeployText text = export_scenario(
        scenario_of(R"("concurrency": 4, "workers": {"max": 9}, "policy": {"name": "kubernetes-hpa"})"),
        "keda");
    CHECK_THAT(text.text, Catch::Contains("minReplicaCount: 1\n") && Catch::Contains("maxReplicaCount: 9\n"));
}

TEST_CASE("settings that a form has no word for are named, those of the platform itself are not",
          "[app][deploy]") {
    const DeployText plain = export_scenario(
        scenario_of(R"("platform": "knative", "concurrency": 4, "workers": {"max": 9})"), "knative");
    CHECK(plain.unsaid.empty());
    const DeployText own = export_scenario(
        scenario_of(
            R"("platform": "knative", "concurrency": 4, "workers": {"max": 9}, "queue": {"max_length": 5},
            "policy": {"name": "knative-kpa", "max_scale_up_rate": 10, "target_utilization": "70%",
                       "scale_to_zero_grace_period": "30s", "lag": "2s"})"),
        "knative");
    CHECK(own.unsaid ==
          std::vector<std::string>{"queue.max_length 5", "policy.max_scale_up_rate 10", "policy.lag 2s"});
    const DeployText away = export_scenario(
        scenario_of(R"("platform": "runpod-serverless", "policy": {"name": "fixed", "workers": 2})"),
        "modal");
    CHECK(any_holds(away.unsaid, "platform runpod-serverless"));
}

TEST_CASE("a pool in a fleet of several is exported with its part in the policy", "[app][deploy]") {
    std::string scenario = scenario_of(R"("name": "base", "concurrency": 4, "workers": {"max": 9})");
    std::string second = scenario.substr(scenario.find("{\"name\": \"base\""));
    second = second.substr(0, second.size() - 2);
    second.replace(second.find("\"base\""), 6, "\"burst\"");
    scenario = scenario.substr(0, scenario.size() - 2) + ", " + second +
               R"(], "policy": {"name": "spike-buffer", "base": "base", "buffer": "burst", "base_workers": 3,
                  "idle_timeout": "45s"}})";
    CHECK_THROWS_WITH(export_scenario(scenario, "modal"), Catch::Contains("several pools: base, burst"));
    const ScenarioFile file(read_config_text(scenario, "day.json"), {});
    const DeployText base = export_pool(file, deploy_form("hpa", ""), "base");
    CHECK_THAT(base.text, Catch::Contains("minReplicas: 3\n") && Catch::Contains("maxReplicas: 3\n"));
    const DeployText burst = export_pool(file, deploy_form("modal", ""), "burst");
    CHECK_THAT(burst.text, Catch::Contains("scaledown_window=45,"));
    CHECK(any_holds(burst.unsaid, "your gateway's"));
    CHECK_THROWS_WITH(export_pool(file, deploy_form("modal", ""), "brst"), Catch::Contains("burst"));
}

TEST_CASE("a scenario that cannot be run is refused, not written", "[app][deploy]") {
    CHECK_THROWS_AS(export_scenario(R"({"traffic": [], "pools": [{"workers": {"max": 1}}]})", "modal"),
                    InputError);
    CHECK_THROWS_AS(
        export_scenario(scenario_of(R"("platform": "modal", "workers": {"min": 3, "max": 2})"), "modal"),
        InputError);
}

TEST_CASE("what is written parses as what it claims to be", "[app][deploy]") {
    const auto of = [](const std::string& members, std::string_view form) {
        return export_scenario(scenario_of(members + R"(, "concurrency": 4, "workers": {"max": 9})"), form)
            .text;
    };
    CHECK(read_config_text(of(R"("platform": "runpod-serverless")", "runpod"), "f").members().size() > 8);
    CHECK(read_yaml(of(R"("platform": "knative")", "knative"), "f").size() == 1);
    CHECK(read_yaml(of(R"("platform": "kubernetes-keda")", "keda"), "f").size() == 2);
    CHECK(read_yaml(of(R"("platform": "kubernetes-hpa")", "hpa"), "f").size() == 2);
    CHECK(read_yaml(of(R"("platform": "skyserve", "policy": {"name": "skyserve",
        "target_qps_per_replica": "24/min"})",
                       "skyserve"),
                    "f")
              .size() == 1);
}

}  // namespace spillway::tests
