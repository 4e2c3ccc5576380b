// What the simulator wrote from known truth is learnt again, and used again.
#include <cmath>

#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

using namespace spillway::tests;

namespace {

using Json = nlohmann::json;

/// An endpoint that no catalogue knows, as a file that one would have learnt.
constexpr std::string_view kTruth = R"({"schema": "spillway.learned/1", "program": "by hand", "sources": [],
 "notes": [], "engine": {"llm": "acme/tiny-7b", "gpu": "", "gpus": 1, "weights": null, "scheduler": "vllm",
  "max_sequences": 256, "max_batched_tokens": 8192, "block_tokens": 16, "kv_blocks": 40000,
  "expert_share": 1, "seconds": {"step": 0.008, "experts": 0, "sequence": 0.0001, "kv_token": 4e-8,
   "prompt_step": 0.003, "prompt_token": 0.00005, "crowded_token": 0, "prompt_square": 0, "request": 0.01},
  "valid": {"sequences": [1, 64], "input_tokens": [10, 4000], "output_tokens": [2, 600]},
  "errors": {"ttft": 0, "tpot": 0, "of": "left out"}},
 "startup": {"phases": [{"phase": "container", "time": "3s"},
  {"phase": "weights", "time": {"lognormal": {"mean": "12s", "cv": 0.4}}}]},
 "patience": {"law": {"weibull": {"mean": "40s", "shape": 1.5}}}})";

/// A warm pool of two workers, at a load that varies.
constexpr std::string_view kWarm = R"({"name": "warm", "warm_up": "0s", "traffic": [{"source": "gamma",
  "cv": 2, "rate": "8/s", "count": 3000, "input_tokens": {"lognormal": {"mean": 900, "cv": 0.9}},
  "output_tokens": {"lognormal": {"mean": 200, "cv": 0.7}}}],
 "pools": [{"name": "p", "workers": {"max": 2}, "service": {"model": "learned", "file": "FILE"},
  "policy": {"name": "fixed", "workers": 2}, "concurrency": 256, "route": "least-loaded"}]})";

/// A pool that sleeps between its bursts, and clients who do not wait for ever.
constexpr std::string_view kCold = R"({"name": "cold", "warm_up": "0s",
 "classes": [{"name": "c", "learned_patience": "FILE"}],
 "traffic": [{"source": "gamma", "cv": 3, "rate": "0.25/s", "count": 4000,
  "input_tokens": {"lognormal": {"mean": 500, "cv": 0.8}},
  "output_tokens": {"lognormal": {"mean": 100, "cv": 0.7}}}],
 "pools": [{"name": "p", "workers": {"max": 2}, "service": {"model": "learned", "file": "FILE"},
  "startup": {"learned": "FILE"}, "policy": {"name": "scale-to-zero", "idle_timeout": "1s"},
  "concurrency": 64, "route": "least-loaded"}]})";

constexpr std::string_view kBench = R"({"model_id": "m", "num_prompts": 200, "completed": 200,
 "request_rate": "inf", "max_concurrency": 4, "total_input_tokens": 50000, "total_output_tokens": 10000,
 "mean_ttft_ms": 60, "mean_tpot_ms": 15})";

std::string with_file(std::string_view scenario, const std::string& file) {
    std::string text(scenario);
    for (std::size_t place = text.find("FILE"); place != std::string::npos; place = text.find("FILE", place))
        text.replace(place, 4, file);
    return text;
}

Json run_json(const User& user, const std::string& scenario, const std::string& options = "") {
    const ProcessResult result = user.runs("run " + scenario + " --json - " + options);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return Json::parse(result.out);
}

std::string learn(const User& user, const std::string& arguments) {
    const ProcessResult result = user.runs("learn " + arguments);
    INFO(result.err);
    REQUIRE(result.status == 0);
    return result.out;
}

double share_off(const Json& measured, const Json& predicted) {
    return std::abs(predicted.get<double>() / measured.get<double>() - 1);
}

}  // namespace

TEST_CASE("an engine of known coefficients is learnt from its log, and its scenario runs as before",
          "[cli][learn]") {
    const User user;
    user.writes("truth.json", kTruth);
    user.writes("truth_run.json", with_file(kWarm, "truth.json"));
    const Json truth = run_json(user, "truth_run.json", "--requests log.csv");
    const std::string report = learn(user, "log.csv --kv-blocks 40000 --out mine.json");
    CHECK_THAT(report, contains_text("holds for: 1 to"));
    CHECK_THAT(report, contains_text("not identifiable"));  // the square of prompts, of which there is none
    const Json engine = Json::parse(user.reads("mine.json"))["engine"];
    CHECK(engine["seconds"]["step"].get<double>() == Approx(0.008).epsilon(0.02));
    CHECK(engine["seconds"]["prompt_token"].get<double>() == Approx(0.00005).epsilon(0.05));
    CHECK(engine["seconds"]["sequence"].get<double>() == Approx(0.0001).epsilon(0.10));
    CHECK(engine["seconds"]["kv_token"].get<double>() == Approx(4e-8).epsilon(0.25));
    CHECK(engine["errors"]["of"] == "left out");
    CHECK(engine["errors"]["tpot"].get<double>() < 0.01);
    user.writes("mine_run.json", with_file(kWarm, "mine.json"));
    const Json mine = run_json(user, "mine_run.json");
    for (const char* figure : {"p50_s", "p95_s"}) {
        CHECK(share_off(truth["all"]["total"][figure], mine["all"]["total"][figure]) < 0.02);
        CHECK(share_off(truth["all"]["ttft"][figure], mine["all"]["ttft"][figure]) < 0.05);
    }
    CHECK_THAT(mine["pools"][0]["engine"]["beyond_measured"].dump(), contains_text("was learnt (mine.json)"));
}

TEST_CASE("both engines run a learnt service to the same result", "[cli][learn]") {
    const User user;
    user.writes("truth.json", kTruth);
    user.writes("runs.json", with_file(kWarm, "truth.json"));
    std::string each = with_file(kWarm, "truth.json\", \"stepping\": \"every-iteration");
    user.writes("each.json", each);
    CHECK(run_json(user, "runs.json")["all"]["total"] == run_json(user, "each.json")["all"]["total"]);
}

TEST_CASE("starts and patience of known laws are learnt from a log, and their scenario runs as before",
          "[cli][learn]") {
    const User user;
    user.writes("truth.json", kTruth);
    user.writes("truth_run.json", with_file(kCold, "truth.json"));
    const Json truth = run_json(user, "truth_run.json", "--requests log.csv");
    learn(user, "log.csv --kv-blocks 40000 --out mine.json");
    const Json learned = Json::parse(user.reads("mine.json"));
    INFO(learned["startup"].dump() << learned["patience"].dump());
    CHECK(learned["startup"]["phases"][0]["phase"] == "container");
    CHECK(learned["startup"]["phases"][0]["time"] == "3s");
    CHECK(learned["startup"]["evidence"]["weights"]["exact"].get<int>() > 100);
    CHECK(learned["startup"]["evidence"]["weights"]["distance"].get<double>() < 0.1);
    CHECK(learned["patience"]["evidence"]["exact"].get<int>() > 100);
    user.writes("mine_run.json", with_file(kCold, "mine.json"));
    const Json mine = run_json(user, "mine_run.json");
    for (const char* figure : {"p50_s", "p95_s"})
        CHECK(share_off(truth["all"]["total"][figure], mine["all"]["total"][figure]) < 0.10);
    const Json& abandoned = truth["all"]["requests"]["abandoned"];
    CHECK(share_off(abandoned, mine["all"]["requests"]["abandoned"]) < 0.30);
}

TEST_CASE("a learnt file without KV memory is refused with what would say it", "[cli][learn]") {
    const User user;
    std::string truth(kTruth);
    truth.replace(truth.find("40000"), 5, "null");
    user.writes("truth.json", truth);
    user.writes("run.json", with_file(kWarm, "truth.json"));
    require_refused(user, "run run.json", {"pools[0].service", "how much KV memory", "kv_blocks"});
    user.writes("told.json", with_file(kWarm, "truth.json\", \"kv_blocks\": 9000, \"x\": \""));
    require_refused(user, "run told.json", {"\"x\""});
    // A model that the catalogue knows says it, on a GPU, in a precision.
    truth.replace(truth.find("acme/tiny-7b"), 12, "Llama-3.1-8B");
    truth.replace(truth.find("\"gpu\": \"\""), 9, "\"gpu\": \"H100\"");
    truth.replace(truth.find("\"weights\": null"), 15, "\"weights\": \"bf16\"");
    user.writes("truth.json", truth);
    CHECK(run_json(user, "run.json")["pools"][0]["engine"]["kv_blocks"].get<int>() > 20'000);
}

TEST_CASE("an engine learnt on a GPU of one's own name has the memory of the run's own profile",
          "[cli][learn]") {
    const User user;
    user.writes("bench.json", kBench);
    const std::string facts = "bench.json --llm Llama-3.1-8B --precision bf16 --out mine.json --gpu ";
    CHECK_THAT(learn(user, facts + "H10"), contains_text("does not know the GPU \"H10\" (is it \"H100\"?)"));
    CHECK_THAT(learn(user, facts + "Mine"), contains_text("gpu_profiles"));
    user.writes("run.json", with_file(kWarm, "mine.json"));
    require_refused(user, "run run.json", {"pools[0].service", "\"Mine\"", "kv_blocks", "gpu_profiles"});
    std::string profile = read_text(source_dir() / "models/catalog/gpus/H100.json");
    profile.replace(profile.find("\"name\": \"H100\""), 14, "\"name\": \"Mine\"");
    profile.replace(profile.find("fitted_from_public_table"), 24, "measured");
    user.writes("profile.json", profile);
    std::string scenario = with_file(kWarm, "mine.json");
    user.writes("run.json", "{\"gpu_profiles\": [\"profile.json\"], " + scenario.substr(1));
    CHECK(run_json(user, "run.json")["pools"][0]["engine"]["kv_blocks"].get<int>() > 20'000);
}

TEST_CASE("options of an engine that was not learnt are named", "[cli][learn]") {
    const User user;
    user.writes("log.csv",
                "sent_s,first_token_s,done_s,input_tokens,output_tokens\n0,0,0,10,10\n1,1,1,10,10\n");
    CHECK_THAT(learn(user, "log.csv --out x.json --llm m --gpus 2"),
               contains_text("no engine was learnt, so that nothing uses --llm, --gpus"));
}

TEST_CASE("what scenarios and learn cannot do is refused with what would help", "[cli][learn]") {
    const User user;
    user.writes("truth.json", kTruth);
    user.writes("none.json", with_file(kWarm, "nowhere.json"));
    require_refused(user, "run none.json", {"pools[0].service.file", "nowhere.json", "spillway learn"});
    user.writes("damaged.json", kTruth.substr(0, 600));
    user.writes("run.json", with_file(kWarm, "damaged.json"));
    require_refused(user, "run run.json", {"damaged.json:"});
    user.writes("other.json", "{\"schema\": \"spillway.learned/9\"}");
    user.writes("run.json", with_file(kWarm, "other.json"));
    require_refused(user, "run run.json", {"other.json", "spillway.learned/1"});
    require_refused(user, "learn", {"names no file"});
    require_refused(user, "learn truth.json", {"--out"});
    require_refused(user, "learn truth.json --out x.json", {"truth.json", "none of the formats"});
    require_refused(user, "learn truth.json --format vlm-bench --out x.json", {"vllm-bench"});
    require_refused(user, "learn gone.json --out x.json", {"gone.json", "no such file"});
    require_refused(user, "learn truth.json --kv-blocks many --out x.json", {"--kv-blocks", "many"});
    for (const char* option : {"--gpus 1025", "--gpus 0", "--kv-blocks 100000001"})
        require_refused(user, "learn truth.json --out x.json " + std::string(option), {"is no count"});
    require_refused(user, "learn truth.json --precision fp9 --out x.json", {"--precision", "fp8"});
}

TEST_CASE("a file that tells no start and no patience says so, and a scenario that asks for them is refused",
          "[cli][learn]") {
    const User user;
    user.writes("truth.json", kTruth);
    user.writes("run.json", with_file(kWarm, "truth.json"));
    run_json(user, "run.json", "--requests log.csv");
    const std::string report = learn(user, "log.csv --kv-blocks 40000 --out mine.json");
    CHECK_THAT(report, contains_text("Start-up: none"));
    CHECK_THAT(report, contains_text("Patience: none"));
    user.writes("cold.json", with_file(kCold, "mine.json"));
    require_refused(user, "run cold.json", {"learned_patience", "mine.json has no patience", "hint"});
    CHECK_THAT(learn(user, "--help"), contains_text("vllm-metrics"));
}
