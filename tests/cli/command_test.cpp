#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

TEST_CASE("help is printed for the program and for each command", "[cli]") {
    const User user;
    for (const std::string command :
         {"--help", "run --help", "list --help", "trace --help", "trace inspect --help",
          "trace generate --help", "trace convert --help", "schema --help"}) {
        const ProcessResult result = user.runs(command);
        INFO(command);
        CHECK(result.status == 0);
        CHECK(result.err.empty());
        CHECK_THAT(result.out, contains_text("Usage: spillway"));
    }
    const ProcessResult all = user.runs("--help");
    for (const char* command : {"run", "list", "trace", "schema"})
        CHECK_THAT(all.out, contains_text(command));
    CHECK_THAT(user.runs("--version").out, contains_text("spillway "));
}

TEST_CASE("every option of the usage of run is named in its help", "[cli]") {
    const std::string help = User().runs("run --help").out;
    for (const char* option :
         {"--json", "--csv", "--requests", "--timeline", "--explain", "--folder", "--strict"}) {
        CHECK_THAT(help, contains_text(option));
    }
}

TEST_CASE("a wrong command, verb, topic or option is refused with the nearest one", "[cli]") {
    const User user;
    require_refused(user, "rum", {"rum", "\"run\""});
    require_refused(user, "trace inspct x.csv", {"inspct", "inspect"});
    require_refused(user, "list policy", {"policy", "policies"});
    require_refused(user, "run x.json --jason -", {"jason", "json"});
    require_refused(user, "run x.json --json", {"--json"});
    require_refused(user, "run x.json --json a --json b", {"--json", "twice"});
    require_refused(user, "trace inspect", {"one file"});
    require_refused(user, "schema price", {"price", "\"prices\""});
    require_refused(user, "schema scenario prices", {"one kind"});
}

TEST_CASE("list prints what there is, with parameters and defaults, alone and together", "[cli]") {
    const User user;
    const std::string all = user.runs("list").out;
    const std::vector<std::pair<std::string, std::vector<std::string>>> topics{
        {"policies",
         {"fixed", "scale-to-zero", "keep-warm", "schedule", "queue-depth", "spike-buffer", "[60s]"}},
        {"routes",
         {"warm-first", "least-loaded", "round-robin", "two-choices", "least-tokens", "prefix-affinity",
          "overflow"}},
        {"models", {"fixed", "token-rate", "micro-batch", "phases"}},
        {"readers", {"azure-llm", "mooncake", "burstgpt", "azure-functions", "csv", "poisson", "servegen"}},
        {"gpus", {"H100", "A100", "L40S", "L4"}},
        {"prices", {"runpod", "modal", "$"}},
        {"platforms", {"runpod-serverless", "knative"}},
    };
    for (const auto& [topic, words] : topics) {
        const ProcessResult result = user.runs("list " + topic);
        INFO(topic);
        CHECK(result.status == 0);
        for (const std::string& word : words) CHECK_THAT(result.out, contains_text(word));
        CHECK_THAT(all, contains_text(result.out));
    }
}

}  // namespace
}  // namespace spillway::tests
