// Savings that change how a worker serves, what is asked of it and how it starts.
#include <algorithm>

#include "tests/app/advise/advise_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr const char* kTokens =
    R"("workers": {"max": 4}, "concurrency": 4, "policy": "scale-to-zero", "price": "$1/h",
       "service": {"model": "token-rate", "prefill_rate": "1000/s", "decode_rate": "50/s"})";
constexpr const char* kDrawnLengths =
    R"("horizon": "20m", "traffic": [{"source": "poisson", "rate": "0.2/s",
       "input_tokens": {"uniform": {"min": 1, "max": 1000}},
       "output_tokens": {"uniform": {"min": 1, "max": 400}}}])";
constexpr const char* kSessions =
    R"("horizon": "20m", "traffic": [{"source": "sessions", "rate": "0.05/s", "turns": 5, "think_time": "5s",
       "input_tokens": 100, "output_tokens": 100}])";

constexpr const char* kBusy =
    R"("horizon": "5m", "traffic": [{"source": "poisson", "rate": "4/s", "input_tokens": 500,
       "output_tokens": 200}])";

/// A language model on H100s; `service` are members after its name.
std::string served(const std::string& service, const std::string& more = {},
                   const std::string& traffic = kDrawnLengths) {
    return one_pool(R"("gpu": "H100", "gpus": {"per_worker": 2}, "workers": {"max": 4}, "concurrency": 8,
        "policy": {"name": "scale-to-zero", "idle_timeout": "30s"},
        "price": {"catalog": "runpod-serverless-flex/H100"},
        "startup": [{"phase": "weights", "bandwidth": "6GB/s"}],
        "service": {"model": "llm", "engine": "vllm", )" +
                        service + "}" + more,
                    traffic);
}

constexpr const char* kLlama70 = R"("llm": "Llama-3.1-70B", "precision": "fp8")";

const ConfigNode& member_of_pool(const SavingTry& changed, std::size_t pool, std::string_view outer,
                                 std::string_view inner) {
    return *changed.root.find("pools")->items()[pool].find(outer)->find(inner);
}

}  // namespace

TEST_CASE("batches of another size are tried, and larger ones take fewer worker hours", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = one_pool(
        R"("workers": {"max": 8}, "concurrency": 2, "policy": "scale-to-zero", "price": "$1/h",
           "service": {"model": "micro-batch", "max_batch": 1, "times": {"1": "4s", "2": "5s", "4": "7s"}})",
        R"("horizon": "1h", "traffic": [{"source": "poisson", "rate": "0.5/s"}])");
    const SavingProposal proposal = rig.propose("micro-batching", json);
    const SavingTry& four = setting(proposal, "batches of 1 -> 4, window 500ms");
    CHECK(four.root.find("pools")->items()[0].find("concurrency")->as_integer() == 8);
    CHECK(window_cost(rig.run(four)) < window_cost(rig.run(json)));
    CHECK_THAT(rig.propose("micro-batching", one_pool(kTokens, kDrawnLengths)).why_not,
               Catch::Contains("\"times\""));
}

TEST_CASE("more at once on a language model take fewer worker hours", "[app][advise]") {
    const AdviseRig rig;
    const SavingProposal proposal = rig.propose("concurrency", served(kLlama70, "", kBusy));
    CHECK(labels(proposal) == std::vector<std::string>{"8 -> 4", "8 -> 12", "8 -> 16", "8 -> 32"});
    CHECK(window_cost(rig.run(setting(proposal, "8 -> 4"))) >
          window_cost(rig.run(setting(proposal, "8 -> 32"))));
    CHECK_THAT(rig.propose("concurrency", one_pool(kTokens, kDrawnLengths)).why_not,
               Catch::Contains("would be free"));
}

TEST_CASE("a smaller model of the same family is tried, on fewer GPUs too", "[app][advise]") {
    const AdviseRig rig;
    const SavingProposal proposal = rig.propose("smaller-model", served(kLlama70));
    CHECK(labels(proposal) == std::vector<std::string>{"Llama-3.1-70B -> Llama-3.1-8B",
                                                       "Llama-3.1-70B -> Llama-3.1-8B on 1 GPU"});
    const double half = window_cost(rig.run(setting(proposal, "Llama-3.1-70B -> Llama-3.1-8B on 1 GPU")));
    CHECK(half < window_cost(rig.run(setting(proposal, "Llama-3.1-70B -> Llama-3.1-8B"))));
    CHECK_THAT(rig.propose("smaller-model", served(R"("llm": "Llama-3.1-8B")")).why_not,
               Catch::Contains("no smaller model"));
    CHECK_THAT(rig.propose("smaller-model", one_pool(kTokens, kDrawnLengths)).why_not,
               Catch::Contains("not a model"));
}

TEST_CASE("a quantised model has fewer bits, and decodes faster", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = served(R"("llm": "Llama-3.1-70B", "precision": "fp8")");
    const SavingProposal proposal = rig.propose("quantised-model", json);
    const SavingTry& int4 = setting(proposal, "fp8 -> int4");
    CHECK(member_of_pool(int4, 0, "service", "precision").as_text() == "int4");
    CHECK(rig.run(int4).summary.all.tpot.p50 < rig.run(json).summary.all.tpot.p50);
    const std::vector<std::string> all = labels(proposal);
    CHECK(std::find(all.begin(), all.end(), "fp8 -> bf16") == all.end());
    CHECK(std::find(all.begin(), all.end(), "fp8 -> int8") == all.end());
}

TEST_CASE("a cap on tokens never raises the tokens that are made", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = one_pool(kTokens, kDrawnLengths);
    const RunResult before = rig.run(json);
    std::uint64_t least = before.summary.all.requests.output_tokens;
    for (const std::uint32_t cap : {300U, 200U, 100U}) {
        AdviceSettings settings;
        settings.answer_cap = cap;
        const SavingProposal proposal = rig.propose("token-cap", json, settings);
        REQUIRE(proposal.tries.size() == 1);
        const RequestCounts after = rig.run(proposal.tries[0]).summary.all.requests;
        CHECK(after.completed == before.summary.all.requests.completed);
        CHECK(after.input_tokens == before.summary.all.requests.input_tokens);
        CHECK(after.output_tokens < least);
        CHECK(after.output_tokens <= cap * after.completed);
        least = after.output_tokens;
    }
    CHECK(labels(rig.propose("token-cap", json)).front() > "37");  // 95% of 1 to 400, uniform
    const std::string whole = one_pool(
        R"("workers": {"max": 4}, "price": "$1/h", "policy": "scale-to-zero",
           "service": {"model": "fixed", "time": "1s"})",
        kDrawnLengths);
    CHECK_THAT(rig.propose("token-cap", whole).why_not, Catch::Contains("no service takes longer"));
}

TEST_CASE("a summarised history leaves no prompt longer than its limit", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = one_pool(kTokens, kSessions);
    AdviceSettings settings;
    settings.prompt_cap = 300;
    const SavingProposal proposal = rig.propose("summarised-history", json, settings);
    CHECK(labels(proposal) == std::vector<std::string>{"beyond 300 tokens"});
    const RequestCounts before = rig.run(json).summary.all.requests;
    const RequestCounts after = rig.run(proposal.tries[0]).summary.all.requests;
    CHECK(after.input_tokens < before.input_tokens);
    CHECK(after.input_tokens <= 300 * after.completed);
    CHECK(rig.propose("summarised-history", json).tries.size() == 1);
    CHECK_THAT(rig.propose("summarised-history", one_pool(kTokens, kDrawnLengths)).why_not,
               Catch::Contains("\"sessions\""));
    CHECK(rig.propose("summarised-history", one_pool(kTokens, kDrawnLengths), settings).tries.size() == 1);
}

TEST_CASE("another GPU has its own price on the same platform", "[app][advise]") {
    const AdviseRig rig;
    const SavingProposal proposal =
        rig.propose("other-gpu", served(R"("llm": "Llama-3.1-8B", "precision": "fp8")"));
    const SavingTry& smaller = setting(proposal, "H100 -> L40S on 1 GPU");
    CHECK(member_of_pool(smaller, 0, "price", "catalog").as_text() == "runpod-serverless-flex/L40S");
    CHECK(smaller.root.find("pools")->items()[0].find("gpu")->as_text() == "L40S");
    CHECK(rig.run(smaller).priced);
    std::string own = served(kLlama70);
    own.replace(own.find(R"({"catalog": "runpod-serverless-flex/H100"})"), 42, R"("$4/h")");
    CHECK_THAT(rig.propose("other-gpu", own).why_not, Catch::Contains("\"catalog\""));
}

TEST_CASE("a snapshot and cached weights make starts shorter", "[app][advise]") {
    const AdviseRig rig;
    const std::string json = served(kLlama70);
    const auto starting = [](const RunResult& result) {
        return result.summary.all.parts[static_cast<std::size_t>(LatencyPart::kLoad)].mean;
    };
    const Duration before = starting(rig.run(json));
    const SavingProposal cached = rig.propose("weight-cache", json);
    CHECK(starting(rig.run(setting(cached, "serverlessllm from nvme-29.4gb/s"))) < before);
    const SavingProposal snapshot = rig.propose("snapshot", json);
    REQUIRE(snapshot.tries.size() == 1);
    CHECK(starting(rig.run(snapshot.tries[0])) != before);
    std::string restoring = json;
    const std::string phases = R"("startup": [{"phase": "weights", "bandwidth": "6GB/s"}])";
    restoring.replace(restoring.find(phases), phases.size(), R"("startup": {"preset": "runpod/flashboot"})");
    CHECK_THAT(rig.propose("snapshot", restoring).why_not, Catch::Contains("without a snapshot"));
    const std::string at_once = one_pool(kTokens, kDrawnLengths);
    CHECK_FALSE(rig.propose("snapshot", at_once).why_not.empty());
    CHECK_THAT(rig.propose("weight-cache", at_once).why_not, Catch::Contains("\"weights\""));
}

TEST_CASE("hosts that the scenario has keep the weights on their disks", "[app][advise]") {
    const AdviseRig rig;
    std::string json = served(kLlama70, R"(, "supply": "rack")");
    json.insert(
        json.rfind('}'),
        R"(, "supplies": [{"name": "rack"}], "hosts": [{"name": "node", "count": 2, "supply": "rack"}])");
    const SavingProposal proposal = rig.propose("weight-cache", json);
    const SavingTry& kept = setting(proposal, "kept by the hosts");
    CHECK(kept.root.find("hosts")->items()[0].find("weight_cache")->as_text() == "1TB");
    const auto load = [](const RunResult& result) {
        return result.summary.all.parts[static_cast<std::size_t>(LatencyPart::kLoad)].mean;
    };
    CHECK(load(rig.run(kept)) > load(rig.run(json)));  // 3.473 GB/s from the disk against 6 GB/s over the net
}

}  // namespace spillway::tests
