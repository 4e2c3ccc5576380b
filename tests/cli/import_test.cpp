// Platforms' own configuration files, as a user writes and reads them.
#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// A pool of workers that start for what comes and stop when idle.
constexpr std::string_view kDay = R"({"name": "day", "horizon": "20m", "slo": ["p95 total < 60s"],
 "traffic": [{"source": "poisson", "rate": "0.05/s", "input_tokens": 100, "output_tokens": 20}],
 "pools": [{"name": "chat", "gpu": "L4", "concurrency": 2, "workers": {"max": 3}, "price": "$1/h",
  "service": {"model": "fixed", "time": "2s"}, "startup": [{"phase": "container", "time": "10s"}],
  "policy": {"name": "scale-to-zero", "idle_timeout": "30s"}}]})";

constexpr std::string_view kPlatformForms[][2] = {
    {"runpod-serverless", "runpod"}, {"modal", "modal"},        {"knative", "knative"},
    {"kubernetes-keda", "keda"},     {"kubernetes-hpa", "hpa"}, {"cloud-run-gpu", "terraform"},
};

std::string on_platform(std::string_view platform) {
    std::string text(kDay);
    const std::string_view policy = R"("policy": {"name": "scale-to-zero", "idle_timeout": "30s"})";
    text.replace(text.find(policy), policy.size(), "\"platform\": \"" + std::string(platform) + "\"");
    return text;
}

ProcessResult succeeds(const User& user, const std::string& arguments) {
    ProcessResult result = user.runs(arguments);
    INFO(arguments << "\n" << result.err);
    REQUIRE(result.status == 0);
    return result;
}

}  // namespace

TEST_CASE("what export writes, import reads, and the scenario runs and says the same", "[cli][deploy]") {
    const User user;
    for (const auto& [platform, form] : kPlatformForms) {
        INFO(form);
        user.writes("day.json", on_platform(platform));
        const std::string name(form);
        succeeds(user, "export day.json --to " + name + " --output there");
        succeeds(user, "import there --output back.json");  // recognised by its content
        succeeds(user, "run back.json --json run.json");
        CHECK(nlohmann::json::parse(user.reads("run.json")).at("pools").at(0).at("name") == "chat");
        succeeds(user, "export back.json --to " + name + " --output again");
        succeeds(user, "import again --from " + name + " --output twice.json");
        CHECK(user.reads("back.json") == user.reads("twice.json"));
    }
}

TEST_CASE("an imported scenario is one by the schema", "[cli][deploy]") {
    const User user;
    succeeds(user, "schema --output schema.json");
    for (const auto& [platform, form] : kPlatformForms) {
        user.writes("day.json", on_platform(platform));
        succeeds(user, "export day.json --to " + std::string(form) + " --output there");
        succeeds(user, "import there --output back.json");
        user.writes("check.py",
                    "import json, jsonschema\njsonschema.validate(json.load(open('back.json')), "
                    "json.load(open('schema.json')))\n");
        const ProcessResult result =
            run_process({"sh", "-c", "cd '" + user.file(".").string() + "' && python3 check.py"});
        INFO(form << "\n" << result.err);
        CHECK(result.status == 0);
    }
}

TEST_CASE("Modal's decorators compile", "[cli][deploy]") {
    const User user;
    user.writes("day.json", kDay);
    succeeds(user, "export day.json --to modal --output app.py");
    const ProcessResult result =
        run_process({"python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())",
                     user.file("app.py").string()});
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK(run_process({"python3", "-m", "py_compile", user.file("app.py").string()}).status == 0);
}

TEST_CASE("plan writes its winner in several forms, as export writes the winner's scenario",
          "[cli][deploy][plan]") {
    const User user;
    user.writes("day.json", kDay);
    const std::string plan = "plan day.json --confirm 4 --finalists 2 --scenario best.json ";
    const ProcessResult text = succeeds(user, plan + "--emit modal:app.py --emit runpod:endpoint.json");
    CHECK_THAT(text.out, Catch::StartsWith("chat: scale to zero"));
    CHECK_THAT(text.err,
               Catch::Contains("modal: replace cls.image") && Catch::Contains("runpod: not expressible"));
    CHECK(succeeds(user, "export best.json --to modal").out == user.reads("app.py"));
    CHECK(succeeds(user, "export best.json --to runpod").out == user.reads("endpoint.json"));
    CHECK(succeeds(user, plan + "--threads 1 --emit modal").out == user.reads("app.py"));
    CHECK(succeeds(user, plan + "--threads 2 --emit modal:-").out == user.reads("app.py"));
}

TEST_CASE("a plan that cannot be written is refused before it runs, where that is known",
          "[cli][deploy][plan]") {
    const User user;
    user.writes("day.json", kDay);
    require_refused(user, "plan day.json --emit kda", {"--emit", "keda"});
    require_refused(user, "plan day.json --emit modal:", {"--emit", "names no file"});
    require_refused(user, "plan day.json --emit modal --json -", {"--emit", "standard output"});
    require_refused(user, "plan day.json --emit modal --emit runpod", {"--emit", "standard output"});
    user.writes("there.json", on_platform("modal"));
    require_refused(user, "plan there.json --emit keda",
                    {"--emit", "KEDA can express no candidate", "kubernetes-keda"});
}

TEST_CASE("a winner that the form cannot express is named, after the plan's text", "[cli][deploy][plan]") {
    const User user;
    user.writes("day.json", kDay);
    const ProcessResult result = user.runs("plan day.json --confirm 4 --finalists 2 --emit hpa:hpa.yaml");
    CHECK(result.status == 2);
    CHECK_THAT(result.out, Catch::StartsWith("chat: scale to zero"));
    CHECK_THAT(result.err, Catch::Contains("--emit hpa: the winner is \"chat: scale to zero") &&
                               Catch::Contains("these can: runpod, modal"));
    CHECK(user.files() == std::vector<std::string>{"day.json"});
}

TEST_CASE("without a winner, no configuration is written", "[cli][deploy][plan]") {
    const User user;
    user.writes("day.json", kDay);
    const ProcessResult result =
        user.runs("plan day.json --slo 'p95 total < 1s' --confirm 4 --finalists 2 --emit modal:app.py");
    CHECK(result.status == 1);
    CHECK_THAT(result.err, Catch::Contains("--emit: no fleet holds"));
    CHECK(user.files() == std::vector<std::string>{"day.json"});
}

TEST_CASE("what export and import cannot do is told", "[cli][deploy]") {
    const User user;
    user.writes("day.json", kDay);
    require_refused(user, "export day.json", {"--to", "keda"});
    require_refused(user, "export --to keda", {"takes one scenario"});
    require_refused(user, "export day.json --to keda", {"scale-to-zero", "runpod, modal"});
    require_refused(user, "export day.json --to modal --pool caht", {"--pool", "chat"});
    require_refused(user, "import", {"takes one file"});
    require_refused(user, "import gone.yaml", {"gone.yaml", "no such file"});
    require_refused(user, "import day.json --from kda", {"--from", "keda"});
    user.writes("x.yaml", "hello: world\n");
    require_refused(user, "import x.yaml", {"x.yaml", "none of the forms", "--from"});
    require_refused(user, "import x.yaml --from keda", {"x.yaml", "nothing that KEDA scales"});
    user.writes("bad.yaml", "kind: ScaledObject\nspec:\n  triggers: [\n");
    require_refused(user, "import bad.yaml", {"bad.yaml:", "is not YAML"});
    user.writes("bad.tf", "resource \"google_cloud_run_v2_service\" \"x\" {\n  name = \"x\"\n");
    require_refused(user, "import bad.tf", {"bad.tf:1:", "is not closed"});
    user.writes("bad.py", "import modal\n@app.cls(min_containers=1\nclass X: pass\n");
    require_refused(user, "import bad.py", {"bad.py:2:", "is not closed"});
}

}  // namespace spillway::tests
