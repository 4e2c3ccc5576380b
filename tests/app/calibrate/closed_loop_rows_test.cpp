#include "app/calibrate/served_runs.hpp"

#include "app/calibrate/served_model.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr const char* kHeader =
    "curve_id,dense,model,system,backend,backend_version,gemm_quant,mode,isl,osl,concurrency,batch_size,tp,"
    "ttft_ms,tpot_ms,source,attn_dp,moe_tp,moe_ep\n";

/// Cells of a dense model's row that are empty.
std::string with_layout(std::string rows, const std::string& layout) {
    for (std::size_t at = 0; (at = rows.find('\n', at)) != std::string::npos; at += layout.size() + 1)
        rows.insert(at, layout);
    return rows;
}

std::vector<ServedRun> read(const std::string& rows, const std::string& layout = ",,,") {
    const ScratchDir folder;
    write_text(folder / "runs.csv", kHeader + with_layout(rows, layout));
    return read_closed_loop_rows(folder / "runs.csv");
}

}  // namespace

TEST_CASE("a served run is read with its engine's version and its source", "[app][closed_loop_rows]") {
    const auto runs = read(
        "a,1,meta-llama/Llama-3.1-70B,h200_sxm,vllm,,fp8,agg,1024,8192,16,16,4,120.5,9.25,2026-04-06.csv\n"
        "b,0,openai/gpt-oss-120b,h200_sxm,vllm,,fp8,agg,1024,8192,,16,4,1,1,2026-04-06.csv\n"
        "c,1,Qwen/Qwen3-32B,gb200,trtllm,1.3,nvfp4,agg,1024,8192,16,16,4,1,1,gap\n"
        "d,1,Qwen/Qwen3-32B,h100_sxm,trtllm,1.0.0rc3,fp8,agg,2048,256,,8,2,100,10,gap-analysis\n");
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].llm == "Llama-3.1-70B");
    CHECK(runs[0].gpu == "H200");
    CHECK(runs[0].version == "vllm-2025-10");
    CHECK(runs[0].source == ServedSource::kInferenceMax);
    CHECK(runs[0].weights == Precision::kFp8);
    CHECK(runs[0].clients == 16);
    CHECK(runs[0].ttft == Approx(0.1205));
    CHECK(runs[1].version == "trtllm-1.0rc3");
    CHECK(runs[1].source == ServedSource::kGapAnalysis);
    CHECK(runs[1].clients == 8);
    CHECK(runs[1].e2e() == Approx(0.1 + 255 * 0.01));
}

TEST_CASE("the three groups named in advance are set apart", "[app][closed_loop_rows]") {
    const auto runs = read(
        "a,1,Llama-3.1-8B,h200_sxm,vllm,0.12.0,fp8,agg,1000,100,8,8,1,10,5,gap-analysis\n"
        "b,1,Llama-3.1-8B,h200_sxm,sglang,0.5.6.post2,fp8_block,agg,1000,100,8,8,1,10,5,gap-analysis\n"
        "c,1,Qwen3-32B,h100_sxm,vllm,0.12.0,fp8,agg,1000,100,8,8,1,10,5,gap-analysis\n"
        "d,1,Qwen3-32B,h100_sxm,vllm,0.12.0,,agg,1000,100,8,8,2,10,5,gap-analysis\n");
    REQUIRE(runs.size() == 4);
    CHECK(runs[0].apart);
    CHECK(runs[1].apart);
    CHECK(runs[2].apart);
    CHECK_FALSE(runs[3].apart);
}

TEST_CASE("served runs that cannot be read are refused with their place", "[app][closed_loop_rows]") {
    const auto row = [](const std::string& model, const std::string& quantised, const std::string& ttft) {
        return "a,1," + model + ",h100_sxm,vllm,0.12.0," + quantised + ",agg,1000,100,8,8,1," + ttft +
               ",5,gap-analysis\n";
    };
    CHECK_THROWS_WITH(read(row("Llama-9", "fp8", "10")), contains_text("Llama-9"));
    CHECK_THROWS_WITH(read(row("Qwen3-32B", "fp7", "10")), contains_text("fp7"));
    CHECK_THROWS_WITH(read(row("Qwen3-32B", "fp8", "nan")), contains_text("ttft_ms"));
    CHECK_THROWS_WITH(read(row("Qwen3-32B", "fp8", "0")), contains_text("above 0"));
    CHECK_THROWS_WITH(read(""), contains_text("no run of"));
}

TEST_CASE("each source's load generator is followed", "[app][served_model]") {
    const auto runs = read(
        "a,1,Llama-3.1-70B,h200_sxm,vllm,,fp8,agg,1000,500,16,16,4,120,9,2026-04-06.csv\n"
        "b,1,Qwen3-32B,h100_sxm,vllm,0.12.0,,agg,1000,500,8,8,2,10,5,gap-analysis\n"
        "c,1,Qwen3-32B,h100_sxm,sglang,0.5.1,,agg,1000,500,8,8,2,10,5,gap-analysis\n");
    const ClosedLoop drawn = std::get<ClosedLoop>(ServedModel(runs[0]).load());
    CHECK(drawn.requests == 160);
    CHECK(drawn.input.least == 800);
    CHECK(drawn.output.least == 400);
    CHECK(drawn.output.most == 500);
    const ClosedLoop near = std::get<ClosedLoop>(ServedModel(runs[1]).load());
    CHECK(near.input.least == 1000);
    CHECK(near.output.least == 490);
    CHECK(near.output.most == 510);
    CHECK(std::get<ClosedLoop>(ServedModel(runs[2]).load()).output.least == 500);
}

TEST_CASE("a mixture of experts is read with how its GPUs share it", "[app][closed_loop_rows]") {
    const auto runs =
        read("a,0,nvidia/DeepSeek-R1-NVFP4,b300_sxm,trtllm,1.3,nvfp4,agg,1000,500,16,16,4,120,9,x.csv\n",
             ",2,1,16");
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].mixture);
    CHECK(runs[0].llm == "DeepSeek-R1");
    CHECK(runs[0].gpu == "B300");
    CHECK(runs[0].gpus == 16);
    CHECK(runs[0].layout == "tp4 dp2 moe-tp1 ep16");
}
