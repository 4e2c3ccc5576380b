#include <filesystem>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway::tests;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string catalog_profile(const std::string& gpu) {
    return read_text(source_dir() / "models/catalog/gpus" / (gpu + ".json"));
}

std::string scenario(const std::string& gpu, const std::string& more = "") {
    return R"({"name": "own", "horizon": "10m", "warm_up": "0s", )" + more + R"(
      "traffic": [{"source": "poisson", "rate": "1/s", "input_tokens": 500, "output_tokens": 100}],
      "pools": [{"name": "p", "gpu": ")" +
           gpu + R"(", "workers": {"max": 1},
        "service": {"model": "llm", "llm": "Llama-3.1-8B"},
        "policy": {"name": "fixed", "workers": 1}}]})";
}

/// The answer's line of a run's output.
std::string answer(const ProcessResult& run) {
    INFO(run.err);
    REQUIRE(run.status == 0);
    return lines_of(run.out).front();
}

}  // namespace

TEST_CASE("a profile of one's own replaces the catalogue's of its name", "[cli][gpu_profile]") {
    const User user;
    user.writes("s.json", scenario("H100"));
    user.writes("same.json", catalog_profile("H100"));
    user.writes("slow.json", replaced(catalog_profile("H100"), "\"memory_efficiency\":0.891337",
                                      "\"memory_efficiency\":0.3"));
    const std::string catalog = answer(user.runs("run s.json"));
    CHECK(answer(user.runs("run s.json --gpu-profile same.json")) == catalog);
    CHECK(answer(user.runs("run s.json --gpu-profile slow.json")) != catalog);
    user.writes("own.json", scenario("H100", R"("gpu_profiles": ["slow.json"],)"));
    CHECK(answer(user.runs("run own.json")) == answer(user.runs("run s.json --gpu-profile slow.json")));
}

TEST_CASE("a GPU of one's own name is served from its profile", "[cli][gpu_profile]") {
    const User user;
    user.writes("mine.json",
                replaced(replaced(catalog_profile("H100"), "\"name\": \"H100\"", "\"name\": \"mine\""),
                         "fitted_from_public_table", "measured"));
    user.writes("s.json", scenario("mine"));
    const ProcessResult run = user.runs("run s.json --gpu-profile mine.json --checklist");
    INFO(run.err);
    REQUIRE(run.status == 0);
    CHECK_THAT(run.out, contains_text("profile of your own"));
    CHECK_THAT(run.out, contains_text("mine has 80"));
    require_refused(user, "run s.json", {"mine"});
}

TEST_CASE("a profile that no pool uses is refused when it was asked for", "[cli][gpu_profile]") {
    const User user;
    user.writes("s.json", scenario("H100"));
    user.writes("l40s.json", catalog_profile("L40S"));
    require_refused(user, "run s.json --gpu-profile l40s.json", {"l40s.json", "nothing is served from it"});
    user.writes("list.json", scenario("H100", R"("gpu_profiles": ["l40s.json"],)"));
    CHECK(user.runs("run list.json").status == 0);
}

TEST_CASE("a profile that a pool names and nothing is timed by is refused as well", "[cli][gpu_profile]") {
    const User user;
    user.writes("h100.json", catalog_profile("H100"));
    user.writes("fixed.json", replaced(scenario("H100"), R"({"model": "llm", "llm": "Llama-3.1-8B"})",
                                       R"({"model": "fixed", "time": "1s"})"));
    CHECK(user.runs("run fixed.json").status == 0);
    require_refused(user, "run fixed.json --gpu-profile h100.json",
                    {"h100.json", "nothing is served from it"});
}

TEST_CASE("a service that names its GPU itself is served from a profile of one's own", "[cli][gpu_profile]") {
    const User user;
    user.writes("mine.json", replaced(catalog_profile("H100"), "\"name\": \"H100\"", "\"name\": \"mine\""));
    user.writes("s.json", replaced(replaced(scenario("H100"), R"("gpu": "H100", )", ""),
                                   R"("llm": "Llama-3.1-8B")", R"("llm": "Llama-3.1-8B", "gpu": "mine")"));
    CHECK(user.runs("run s.json --gpu-profile mine.json").status == 0);
}

TEST_CASE("a processor's profile is served only where the scenario says so", "[cli][gpu_profile]") {
    const User user;
    user.writes("cpu.json", replaced(catalog_profile("H100"), "fitted_from_public_table", "measured_host"));
    user.writes("s.json", scenario("H100"));
    require_refused(user, "run s.json --gpu-profile cpu.json", {"processor", "allow_host_profiles"});
    user.writes("allowed.json", scenario("H100", R"("allow_host_profiles": true,)"));
    const ProcessResult run = user.runs("run allowed.json --gpu-profile cpu.json");
    CHECK(run.status == 0);
    CHECK_THAT(run.out, contains_text("is a processor"));
}

TEST_CASE("a profile file that is none is refused with its place", "[cli][gpu_profile]") {
    const User user;
    user.writes("s.json", scenario("H100"));
    user.writes("bad.json", "{}");
    user.writes("old.json", replaced(catalog_profile("H100"), "gpu_profile/3", "gpu_profile/1"));
    require_refused(user, "run s.json --gpu-profile none.json", {"none.json", "no such file"});
    require_refused(user, "run s.json --gpu-profile bad.json", {"bad.json", "schema"});
    require_refused(user, "run s.json --gpu-profile old.json", {"gpu_profile/1", "gpu_profile/3"});
}
