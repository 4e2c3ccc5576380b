#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/skip.hpp"

using namespace spillway::tests;

TEST_CASE("published tables become samples, and samples a profile with its errors", "[cli][calibrate]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the published kernel tables are not there");
    const User user;
    const std::string tables = (*data / "kernels").string();
    const ProcessResult import = user.runs("calibrate import " + tables + " --gpu A100-80GB --out s.json");
    REQUIRE(import.status == 0);
    CHECK_THAT(import.out, contains_text("not in the tables: gemm fp8"));
    // One section is worse than allowed, so that a plain fit writes nothing.
    require_refused(user, "calibrate fit s.json --out p.json",
                    {"no profile is written", "element-wise", "--accept"});
    const ProcessResult fit = user.runs("calibrate fit s.json --accept element-wise=known --out p.json");
    REQUIRE(fit.status == 0);
    CHECK_THAT(fit.out, contains_text("gemm bf16"));
    CHECK_THAT(fit.out, contains_text("worst:"));
    CHECK_THAT(user.reads("p.json"), contains_text("spillway.gpu_profile/3"));
    CHECK_THAT(user.reads("p.json"), contains_text("known"));
}

TEST_CASE("what calibrate cannot do is refused with what would help", "[cli][calibrate]") {
    const User user;
    user.writes("s.json", "{\"schema\": \"spillway.samples/9\"}");
    require_refused(user, "calibrate", {"names no verb"});
    require_refused(user, "calibrate fti s.json", {"fit"});
    require_refused(user, "calibrate import . --out s.json", {"--gpu", "is missing"});
    require_refused(user, "calibrate import . --gpu H10 --out t.json", {"H100"});
    require_refused(user, "calibrate fit s.json --out p.json", {"s.json: schema", "spillway.samples/9"});
    require_refused(user, "calibrate fit s.json --accept x --out p.json", {"--accept"});
    require_refused(user, "calibrate fit none.json --out p.json", {"none.json"});
}

TEST_CASE("served runs that cannot be predicted are refused before any fit begins", "[cli][calibrate]") {
    const User user;
    const std::string header =
        "curve_id,dense,model,system,backend,backend_version,gemm_quant,mode,isl,osl,concurrency,batch_size,"
        "tp,attn_dp,moe_tp,moe_ep,ttft_ms,tpot_ms,source\n";
    const auto writes = [&](const std::string& isl, const std::string& clients) {
        user.writes("r.csv", header + "a,1,Llama-3.1-8B,h100_sxm,vllm,0.12.0,,agg," + isl + ",256," +
                                 clients + ",16,1,,,,95,8.9,gap-analysis\n");
    };
    writes("131073", "16");
    require_refused(user, "calibrate validate r.csv --shipped", {"r.csv:2", "131072 tokens", "hint"});
    require_refused(user, "calibrate overheads r.csv --out e.json", {"r.csv:2", "131072 tokens"});
    writes("16", "8192");
    require_refused(user, "calibrate validate r.csv --shipped", {"r.csv:2", "concurrency", "2048"});
    require_refused(user, "calibrate overheads r.csv --out e.json", {"r.csv:2", "concurrency"});
    writes("1024", "16");
    require_refused(user, "calibrate validate r.csv --shipped --split curve", {"--split", "--shipped"});
    require_refused(user, "calibrate empirical r.csv --out e.json", {"r.csv", "mixture"});
}

TEST_CASE("the rows of a table that are no runs are counted with the first", "[cli][calibrate]") {
    const User user;
    const std::string run =
        "a,1,Llama-3.1-8B,h100_sxm,vllm,0.12.0,,agg,128,16,2,2,1,,,,95,8.9,gap-analysis\n";
    std::string other = run;
    other.replace(other.find("h100_sxm"), 8, "l40s");
    user.writes("r.csv",
                "curve_id,dense,model,system,backend,backend_version,gemm_quant,mode,isl,osl,concurrency,"
                "batch_size,tp,attn_dp,moe_tp,moe_ep,ttft_ms,tpot_ms,source\n" +
                    run + other + other);
    const ProcessResult result = user.runs("calibrate validate r.csv --shipped");
    REQUIRE(result.status == 0);
    CHECK_THAT(result.out, contains_text("of 1 measured run"));
    CHECK_THAT(result.out, contains_text("2 rows passed over; the first, r.csv:3: column \"system\""));
}

TEST_CASE("overheads keep the entries that the runs say nothing of, and name the runs' file",
          "[cli][calibrate]") {
    const User user;
    user.writes("mine.csv",
                "curve_id,dense,model,system,backend,backend_version,gemm_quant,mode,isl,osl,concurrency,"
                "batch_size,tp,attn_dp,moe_tp,moe_ep,ttft_ms,tpot_ms,source\n"
                "a,1,Llama-3.1-8B,h100_sxm,vllm,0.12.0,,agg,128,16,2,2,1,,,,95,8.9,gap-analysis\n");
    const ProcessResult result = user.runs("calibrate overheads mine.csv --origin \"own H100\" --out e.json");
    REQUIRE(result.status == 0);
    CHECK_THAT(result.out, contains_text("vllm-0.12: fitted to 1 closed-loop run of mine.csv (own H100)"));
    CHECK_THAT(result.out, contains_text("sglang: as in the catalogue"));
    const std::string written = user.reads("e.json");
    for (const char* kept : {"\"sglang\"", "\"trtllm\"", "\"vllm-2025-10\"", "\"vllm-0.15\""})
        CHECK_THAT(written, contains_text(kept));
}
