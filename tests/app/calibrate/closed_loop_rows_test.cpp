#include "app/calibrate/served_runs.hpp"

#include <map>
#include <utility>

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

ServedRows read_rows(const std::string& rows, const std::string& layout = ",,,") {
    const ScratchDir folder;
    write_text(folder / "runs.csv", kHeader + with_layout(rows, layout));
    return read_closed_loop_rows(folder / "runs.csv");
}

std::vector<ServedRun> read(const std::string& rows, const std::string& layout = ",,,") {
    return read_rows(rows, layout).runs;
}

/// A row that is read, with some cells replaced.
std::string row(const std::map<std::string, std::string>& changed = {}) {
    const std::vector<std::pair<std::string, std::string>> cells{{"curve_id", "a"},
                                                                 {"dense", "1"},
                                                                 {"model", "Qwen3-32B"},
                                                                 {"system", "h100_sxm"},
                                                                 {"backend", "vllm"},
                                                                 {"backend_version", "0.12.0"},
                                                                 {"gemm_quant", ""},
                                                                 {"mode", "agg"},
                                                                 {"isl", "1000"},
                                                                 {"osl", "100"},
                                                                 {"concurrency", "8"},
                                                                 {"batch_size", "8"},
                                                                 {"tp", "2"},
                                                                 {"ttft_ms", "100"},
                                                                 {"tpot_ms", "5"},
                                                                 {"source", "gap-analysis"}};
    std::string text;
    for (const auto& [name, value] : cells) {
        const auto other = changed.find(name);
        text += (text.empty() ? "" : ",") + (other == changed.end() ? value : other->second);
    }
    return text + "\n";
}

/// Of a mixture of experts on two GPUs.
std::string mixture_row(const std::string& tp) {
    return row({{"dense", "0"}, {"model", "gpt-oss-120b"}, {"tp", tp}});
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
    const auto cells = [](const std::string& model, const std::string& quantised, const std::string& ttft) {
        return "a,1," + model + ",h100_sxm,vllm,0.12.0," + quantised + ",agg,1000,100,8,8,1," + ttft +
               ",5,gap-analysis\n";
    };
    CHECK_THROWS_WITH(read(cells("Llama-9", "fp8", "10")), contains_text("Llama-9"));
    CHECK_THROWS_WITH(read(cells("Qwen3-32B", "fp7", "10")), contains_text("fp7"));
    CHECK_THROWS_WITH(read(cells("Qwen3-32B", "fp8", "nan")), contains_text("ttft_ms"));
    CHECK_THROWS_WITH(read(cells("Qwen3-32B", "fp8", "0")), contains_text("above 0"));
    CHECK_THROWS_WITH(read(""), contains_text("no row"));
}

TEST_CASE("cells that no run can have are refused by their column", "[app][closed_loop_rows]") {
    CHECK(read(row()).size() == 1);
    const std::vector<std::map<std::string, std::string>> wrong{
        {{"backend", "tgi"}},    {{"backend", ""}},      {{"backend", "VLLM"}}, {{"osl", "1"}},
        {{"tpot_ms", "1e-300"}}, {{"ttft_ms", "1e12"}},  {{"dense", "2"}},      {{"concurrency", "8192"}},
        {{"tp", "0"}},           {{"gemm_quant", "fp7"}}};
    for (const auto& changed : wrong) {
        INFO(changed.begin()->first << " " << changed.begin()->second);
        CHECK_THROWS_WITH(read(row(changed)),
                          contains_text("runs.csv:2: ") && contains_text(changed.begin()->first));
    }
}

TEST_CASE("a mixture of experts marked dense is refused, and a dense model marked a mixture",
          "[app][closed_loop_rows]") {
    CHECK_THROWS_WITH(read(row({{"model", "gpt-oss-120b"}})), contains_text("kernels do not explain"));
    CHECK_THROWS_WITH(read(row({{"dense", "0"}})), contains_text("is a dense model"));
}

TEST_CASE("an engine's version is the catalogue's entry that it belongs to, else its own name",
          "[app][closed_loop_rows]") {
    const auto version = [](const std::string& backend, const std::string& written) {
        return read(row({{"backend", backend}, {"backend_version", written}})).at(0).version;
    };
    CHECK(version("vllm", "0.12.0") == "vllm-0.12");
    CHECK(version("vllm", "0.15.1") == "vllm-0.15");
    CHECK(version("vllm", "0.120") == "vllm-0.120");
    CHECK(version("vllm", "") == "vllm-2025-10");
    CHECK(version("sglang", "0.5.8.post1") == "sglang-0.5.1");
    CHECK(version("trtllm", "1.0.0rc3") == "trtllm-1.0rc3");
    CHECK_THROWS_WITH(version("vllm", "2023-eager"), contains_text("steps alone"));
}

TEST_CASE("rows that cannot be predicted are counted with the first reason", "[app][closed_loop_rows]") {
    const ServedRows rows =
        read_rows(row({{"mode", "disagg"}}) + row() + row({{"system", "l40s"}}) + row({{"mode", "foo"}}));
    CHECK(rows.runs.size() == 1);
    CHECK(rows.passed_over.count == 3);
    CHECK_THAT(rows.passed_over.first->what(), contains_text("runs.csv:2: column \"mode\" is \"disagg\""));
    CHECK_THROWS_WITH(read(row({{"system", "l40s"}})), contains_text("h200_sxm"));
}

TEST_CASE("a table whose columns or cells do not fit its header is refused", "[app][closed_loop_rows]") {
    const auto read_text_of = [](const std::string& text) {
        const ScratchDir folder;
        write_text(folder / "runs.csv", text);
        return read_closed_loop_rows(folder / "runs.csv");
    };
    std::string header = kHeader;
    header.pop_back();
    std::string cells = with_layout(row(), ",,,");
    cells.pop_back();
    CHECK_THROWS_WITH(read_text_of(header + ",tp\n" + cells + ",4\n"),
                      contains_text("\"tp\" more than once"));
    CHECK_THROWS_WITH(read_text_of(header + "\n" + cells + ",7\n"), contains_text("more than the 19"));
    std::string misspelt = header;
    misspelt.replace(misspelt.find("tpot_ms"), 7, "tpot");
    CHECK_THROWS_WITH(read_text_of(misspelt + "\n" + cells + "\n"),
                      contains_text("lacks the column \"tpot_ms\""));
}

TEST_CASE("GPUs of a mixture are those of its experts, and of its attention the same",
          "[app][closed_loop_rows]") {
    const auto run = [](const std::string& tp, const std::string& layout) {
        return read(mixture_row(tp), layout).at(0);
    };
    CHECK(run("2", ",,,").gpus == 2);
    CHECK(run("2", ",,,").layout == "tp2");
    CHECK(run("2", ",,2,1").layout == "tp2");
    CHECK(run("2", ",,,8").gpus == 8);
    CHECK(run("1", ",,4,1").layout == "tp1 moe-tp4 ep1");
    CHECK_THROWS_WITH(run("3", ",7,5,11"), contains_text("21 GPUs"));
    CHECK_THROWS_WITH(run("4", ",,2,1"), contains_text("contradicts"));
    CHECK_THROWS_WITH(run("4", ",2,,"), contains_text("moe_tp"));
    CHECK_THROWS_WITH(read(row(), ",2,,"), contains_text("attn_dp"));
    CHECK_THROWS_WITH(read(row(), ",,4,1"), contains_text("moe_tp"));
}

TEST_CASE("a run that its engine could never serve is refused with what does not fit and by how much",
          "[app][served_model]") {
    const auto refused = [](const std::map<std::string, std::string>& changed, const std::string& part) {
        const auto runs = read(row(changed));
        CHECK_THROWS_WITH(ServedModel(runs.at(0)), contains_text("runs.csv:2: ") && contains_text(part));
    };
    refused({{"model", "Llama-3.1-8B"}, {"tp", "1"}, {"isl", "131073"}}, "131072 tokens: by 101 too many");
    refused({{"model", "Llama-3.1-8B"}, {"tp", "1"}, {"osl", "200000"}}, "the context of Llama-3.1-8B");
    refused({{"model", "Llama-3.1-70B"}, {"gemm_quant", "fp8"}, {"tp", "1"}, {"isl", "8192"}},
            "the KV memory");
}

TEST_CASE("answers that end late do not pass the model's context", "[app][served_model]") {
    const auto runs = read(row({{"isl", "40860"}}));
    const ServedModel model(runs.at(0));
    const ClosedLoop loop = std::get<ClosedLoop>(model.load());
    CHECK(loop.output.most == 100);
    CHECK(loop.output.least == 90);
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
             ",4,1,16");
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].mixture);
    CHECK(runs[0].llm == "DeepSeek-R1");
    CHECK(runs[0].gpu == "B300");
    CHECK(runs[0].gpus == 16);
    CHECK(runs[0].layout == "tp4 dp4 moe-tp1 ep16");
}
