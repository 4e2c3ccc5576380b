#include "app/calibrate/open_loop_run.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "app/calibrate/served_model.hpp"
#include "app/calibrate/served_runs.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

/// Answers each request 2 s after it came and remembers it: the first token after 1 s.
class Recorder final : public ServiceModel {
public:
    struct Seen {
        SimTime at;
        std::uint32_t input = 0;
        std::uint32_t output = 0;
        std::vector<std::uint64_t> blocks;
        RequestSlot slot;
    };

    void admit(const ServiceRequest& request, SimTime now) override {
        seen.push_back({now,
                        request.input_tokens,
                        request.output_tokens,
                        {request.prefix_blocks.begin(), request.prefix_blocks.end()},
                        request.slot});
    }
    void remove(RequestSlot, SimTime) override {}
    std::optional<SimTime> next_change() override {
        return answered_ == seen.size() ? std::nullopt : std::optional(seen[answered_].at + Duration{2s});
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        for (; answered_ < seen.size() && seen[answered_].at + Duration{2s} == now; ++answered_) {
            const Seen& one = seen[answered_];
            ended.push_back({one.slot, one.at, one.at + Duration{1s}, now});
        }
    }
    std::vector<Seen> seen;

private:
    std::size_t answered_ = 0;
};

OpenLoop short_loop() {
    OpenLoop loop;
    loop.requests = 1000;
    loop.seconds = 100;
    loop.input = 70;
    loop.output = 11;
    loop.prompts = 6;
    loop.groups = 3;
    loop.group_tokens = 33;
    return loop;
}

constexpr const char* kHeader =
    "exp_id,stage,model,hardware,tp,precision,duration_s,n_requests,isl_nominal,isl_measured_mean,"
    "system_prompt_len,osl,prompt_pool_groups,prompt_pool_per_group,max_num_batched_tokens,max_num_seqs,"
    "max_model_len,kv_gpu_blocks,ttft_mean_ms,itl_corrected_mean_ms,rate_rps\n";

std::vector<ServedRun> read(const std::string& rows) {
    const ScratchDir folder;
    write_text(folder / "open.csv", kHeader + rows);
    return read_open_loop_rows(folder / "open.csv").runs;
}

}  // namespace

TEST_CASE("an open loop's requests come in its time, whatever becomes of them", "[app][open_loop_run]") {
    Recorder engine;
    const ServedFigures figures = run_open_loop(engine, short_loop());
    CHECK(figures.ttft == Approx(1.0));
    CHECK(figures.e2e == Approx(2.0));
    CHECK(figures.tpot == Approx(0.1));
    REQUIRE(engine.seen.size() == 1000);
    CHECK(std::is_sorted(engine.seen.begin(), engine.seen.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; }));
    CHECK(engine.seen.back().at < SimTime{100s});
    CHECK(engine.seen.back().at > SimTime{99s});
    // Half of them in half of the time, within four standard deviations of a binomial count.
    const auto half = std::count_if(engine.seen.begin(), engine.seen.end(),
                                    [](const auto& one) { return one.at < SimTime{50s}; });
    CHECK(std::abs(static_cast<double>(half) - 500) < 4 * 15.8);
}

TEST_CASE("prompts are taken in turn, and those of a group begin alike", "[app][open_loop_run]") {
    Recorder engine;
    (void)run_open_loop(engine, short_loop());
    const auto& seen = engine.seen;
    // 70 tokens have four whole blocks of 16, and 33 of them two.
    REQUIRE(seen[0].blocks.size() == 4);
    CHECK(seen[0].blocks == seen[6].blocks);
    CHECK(seen[0].blocks != seen[1].blocks);
    CHECK(seen[0].blocks[1] == seen[3].blocks[1]);
    CHECK(seen[0].blocks[2] != seen[3].blocks[2]);
    CHECK(seen[0].blocks[0] != seen[1].blocks[0]);
}

TEST_CASE("a loop whose prompts were sent before begins when all of those are answered",
          "[app][open_loop_run]") {
    Recorder engine;
    OpenLoop loop = short_loop();
    loop.primed = true;
    const ServedFigures figures = run_open_loop(engine, loop);
    REQUIRE(engine.seen.size() == 1006);
    CHECK(engine.seen[5].output == 2);
    CHECK(engine.seen[5].at == SimTime{10s});
    CHECK(engine.seen[6].output == 11);
    CHECK(engine.seen[6].at > SimTime{12s});
    CHECK(figures.ttft == Approx(1.0));
}

TEST_CASE("an open-loop row is read with its stage and its engine's limits", "[app][open_loop_rows]") {
    const auto runs = read(
        "7,-1,meta-llama/Llama-3.1-70B-Instruct,H100,4,FP16,1200,5100,547,,100,248,10,10,2048,128,4096,30425,"
        "54,18,2.5/6\n"
        "7,1,meta-llama/Llama-3.1-70B-Instruct,A100,4,FP16,600,3600,547,551.6,100,248,10,10,2048,128,4096,"
        "30425,54.5,18.5,6\n");
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].llm == "Llama-3.1-70B");
    CHECK(runs[0].gpu == "A100-80GB");
    CHECK(runs[0].version == "vllm-0.15");
    CHECK(runs[0].input == 552);
    CHECK(runs[0].samples);
    CHECK(runs[0].tpot == Approx(0.0185));
    REQUIRE(runs[0].open);
    CHECK(runs[0].open->requests == 3600);
    CHECK(runs[0].open->prompts == 100);
    CHECK(runs[0].open->primed);
    CHECK(runs[0].open->kv_blocks == 30425);
    CHECK_THROWS_WITH(read("7,-1,Yi-34B,H100,2,FP16,1,1,1,,1,2,1,1,1,1,1,1,1,1,1\n"),
                      contains_text("no stage"));
    CHECK_THROWS_WITH(read("7,0,01-ai/Yi-34B,H100,2,FP4,1,1,1,,1,2,1,1,1,1,1,1,1,1,1\n"),
                      contains_text("FP4"));
}

TEST_CASE("an open loop's GPU is the catalogue's of that name, before any A100 is one of 80 GB",
          "[app][open_loop_rows]") {
    const auto gpu = [](const std::string& hardware) {
        return read("7,0,01-ai/Yi-34B," + hardware + ",2,FP16,1,1,1,,1,2,1,1,1,1,1,1,1,1,1\n").at(0).gpu;
    };
    CHECK(gpu("A100-40GB") == "A100-40GB");
    CHECK(gpu("A100-SXM") == "A100-80GB");
    CHECK(gpu("L40S") == "L40S");
}

namespace {

/// A stage that is read and can be served, with some cells replaced.
std::string stage(const std::map<std::string, std::string>& changed = {}) {
    const std::vector<std::pair<std::string, std::string>> cells{{"exp_id", "7"},
                                                                 {"stage", "0"},
                                                                 {"model", "Qwen3-14B"},
                                                                 {"hardware", "L40S"},
                                                                 {"tp", "2"},
                                                                 {"precision", "FP16"},
                                                                 {"duration_s", "600"},
                                                                 {"n_requests", "1200"},
                                                                 {"isl_nominal", "512"},
                                                                 {"isl_measured_mean", ""},
                                                                 {"system_prompt_len", "128"},
                                                                 {"osl", "200"},
                                                                 {"prompt_pool_groups", "10"},
                                                                 {"prompt_pool_per_group", "10"},
                                                                 {"max_num_batched_tokens", "2048"},
                                                                 {"max_num_seqs", "128"},
                                                                 {"max_model_len", "4096"},
                                                                 {"kv_gpu_blocks", "18000"},
                                                                 {"ttft_mean_ms", "60"},
                                                                 {"itl_corrected_mean_ms", "28"},
                                                                 {"rate_rps", "2"}};
    std::string text;
    for (const auto& [name, value] : cells) {
        const auto other = changed.find(name);
        text += (text.empty() ? "" : ",") + (other == changed.end() ? value : other->second);
    }
    return text + "\n";
}

}  // namespace

TEST_CASE("cells that no stage can have are refused by their column", "[app][open_loop_rows]") {
    CHECK(read(stage()).size() == 1);
    const std::vector<std::map<std::string, std::string>> wrong{{{"rate_rps", "nan"}},
                                                                {{"rate_rps", "-1"}},
                                                                {{"rate_rps", "9"}},
                                                                {{"isl_measured_mean", "nan"}},
                                                                {{"duration_s", "1e12"}},
                                                                {{"n_requests", "20000000"}},
                                                                {{"osl", "1"}},
                                                                {{"max_num_seqs", "4096"}},
                                                                {{"max_num_batched_tokens", "1000000"}},
                                                                {{"system_prompt_len", "600"}},
                                                                {{"prompt_pool_per_group", "99999999"}},
                                                                {{"stage", "0.5"}},
                                                                {{"itl_corrected_mean_ms", "1e-300"}}};
    for (const auto& changed : wrong) {
        INFO(changed.begin()->first << " " << changed.begin()->second);
        CHECK_THROWS_WITH(read(stage(changed)),
                          contains_text("open.csv:2: ") && contains_text(changed.begin()->first));
    }
    CHECK_THROWS_WITH(read(stage({{"max_num_batched_tokens", "64"}})), contains_text("max_num_seqs"));
    CHECK(read(stage({{"system_prompt_len", "0"}})).at(0).open->group_tokens == 0);
}

TEST_CASE("a stage that its engine could never serve is refused with what does not fit",
          "[app][open_loop_rows]") {
    const auto refused = [](const std::map<std::string, std::string>& changed, const std::string& part) {
        const auto runs = read(stage(changed));
        CHECK_THROWS_WITH(ServedModel(runs.at(0)), contains_text("open.csv:2: ") && contains_text(part));
    };
    refused({{"isl_nominal", "99999"}}, "the context of Qwen3-14B");
    refused({{"isl_measured_mean", "4000"}}, "max_model_len, 4096 tokens: by 104 too many");
    refused({{"max_model_len", "100"}}, "max_model_len");
    refused({{"osl", "5000"}}, "max_model_len");
    refused({{"kv_gpu_blocks", "10"}}, "the KV memory, 160 tokens");
}
