// The whole chain on this machine: probe, samples, fit, profile, simulation.
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/process.hpp"

using namespace spillway::tests;

namespace {

ProcessResult probe(const User& user, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{(program().parent_path() / "spillway-probe").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.end(), {"--folder", user.file("").string()});
    return run_process(command);
}

/// A processor as the whole fleet: a small language model in fp32.
constexpr const char* kCpuFleet = R"({
  "name": "cpu-fleet", "horizon": "10m", "warm_up": "0s", "allow_host_profiles": true,
  "traffic": [{"source": "poisson", "rate": "0.05/s", "input_tokens": 100, "output_tokens": 20}],
  "pools": [{"name": "cpu", "gpu": "host-cpu", "workers": {"max": 2},
    "service": {"model": "llm", "llm": "Qwen3-0.6B", "precision": "fp32", "max_context": 2048, "max_batched_tokens": 512, "max_sequences": 8},
    "startup": {"phases": [{"phase": "container", "measured": "start.process spawn"},
                           {"phase": "weights", "measured": "load warm buffered x1"}]},
    "policy": {"name": "fixed", "workers": 2}}]
})";

}  // namespace

TEST_CASE("this machine is measured, fitted and simulated", "[cli][probe]") {
    const User user;
    // A shared machine can be too noisy for a profile that anybody should use, and for a moment for any.
    ProcessResult fit{};
    for (int attempt = 0; attempt < 3; ++attempt) {
        const ProcessResult measured = probe(
            user, {"--backend", "host", "--effort", "quick", "--quiet", "--out", user.file("s.json").string(),
                   "--probes", "mem.copy,gemm,attn.decode,attn.prefill,ew,load,start.process"});
        INFO(measured.err);
        REQUIRE(measured.status == 0);
        fit = user.runs("calibrate fit s.json --accept all=test -o cpu.json");
        if (fit.status == 0)
            break;
    }
    INFO(fit.err);
    REQUIRE(fit.status == 0);
    CHECK_THAT(fit.out, contains_text("load warm buffered"));
    CHECK_THAT(user.reads("cpu.json"), contains_text("measured_host"));
    user.writes("fleet.json", kCpuFleet);
    const ProcessResult run = user.runs("run fleet.json --gpu-profile cpu.json");
    INFO(run.err);
    REQUIRE(run.status == 0);
    CHECK_THAT(run.out, contains_text("is a processor"));

    const ProcessResult same = user.runs("calibrate diff s.json s.json");
    CHECK(same.status == 0);
    CHECK_THAT(same.out, contains_text("same"));
    require_refused(user, "calibrate diff s.json cpu.json", {"two of a kind"});
}

TEST_CASE("a GPU is not measured where there is none: exit code 77 and one sentence", "[cli][probe]") {
    const User user;
    const ProcessResult result = probe(user, {"--list"});
    if (result.status == 0)
        SUCCEED("there is a GPU here");
    else
        CHECK(result.status == 77);
    if (result.status == 77) {
        CHECK(lines_of(result.err).size() == 1);
        CHECK_THAT(result.err, contains_text("spillway-probe: "));
        CHECK(result.out.empty());
    }
}

TEST_CASE("what the probe cannot do is refused with what would help", "[cli][probe]") {
    const User user;
    const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& part) {
        const ProcessResult result = probe(user, arguments);
        INFO(result.err);
        CHECK(result.status == 2);
        CHECK_THAT(result.err, contains_text(part));
    };
    const std::string out = user.file("s.json").string();
    refuses({"--backend", "rocm", "--out", out}, "host");
    refuses({"--backend", "host", "--effort", "quik", "--out", out}, "quick");
    refuses({"--backend", "host", "--probes", "gem", "--out", out}, "gemm");
    refuses({"--backend", "host", "--precision", "0", "--out", out}, "--precision");
    refuses({"--backend", "host"}, "--out");
    refuses({"--backend", "host", "s.json", "--out", out}, "takes no \"s.json\"");
}

TEST_CASE("the probes of a processor are listed with their points", "[cli][probe]") {
    const ProcessResult result = probe(User(), {"--backend", "host", "--list"});
    CHECK(result.status == 0);
    for (const char* name : {"gemm", "attn.decode", "attn.prefill", "load", "start.process"})
        CHECK_THAT(result.out, contains_text(name));
}
