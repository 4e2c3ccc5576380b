#include "app/calibrate/run_fit.hpp"

#include <cmath>

#include "app/calibrate/fitted_engines.hpp"
#include "app/calibrate/overhead_problem.hpp"
#include "app/calibrate/validation.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

std::vector<ServedRun> plain_runs() {
    std::vector<ServedRun> runs;
    for (const std::uint32_t clients : {1U, 4U, 16U}) {
        for (const int gpus : {1, 2, 4}) {
            ServedRun run;
            run.where = "a test";
            run.curve = std::to_string(gpus);
            run.llm = "Llama-3.1-8B";
            run.gpu = "H100";
            run.engine = "vllm";
            run.version = "vllm-2025-10";
            run.gpus = gpus;
            run.input = 1024;
            run.output = 64;
            run.clients = clients;
            run.ttft = run.tpot = 1;
            runs.push_back(run);
        }
    }
    return runs;
}

/// Measures the runs by an engine that spends `extra` more on each iteration than the priors say.
void measure(std::vector<ServedRun>& runs, double extra) {
    const OverheadProblem truth(runs);
    std::vector<double> values = RunFit(truth, runs).prior_means();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (truth.coefficients()[i].name == "vllm step")
            values[i] += extra;
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const ServedFigures figures = truth.predict(i, values);
        runs[i].ttft = figures.ttft;
        runs[i].tpot = figures.tpot;
    }
}

}  // namespace

TEST_CASE("runs made by known overheads are explained by those that a fit finds", "[app][run_fit]") {
    std::vector<ServedRun> runs = plain_runs();
    measure(runs, 2e-3);
    const OverheadProblem problem(runs);
    const std::vector<double> values = fit_all(RunFit(problem, runs), fitted_runs(runs));
    for (std::size_t i = 0; i < runs.size(); ++i)
        CHECK(std::abs(problem.predict(i, values).tpot / runs[i].tpot - 1) < 0.02);
    // Two milliseconds more than the prior: found but for what the priors hold back.
    const EngineOverheads found = problem.overheads().overheads_of("vllm", "vllm-2025-10", values);
    CHECK(found.step > 1.5e-3);
    CHECK(found.step < 3e-3);
}

TEST_CASE("a run's own measurement has no say in what is predicted of it", "[app][run_fit]") {
    std::vector<ServedRun> runs = plain_runs();
    for (std::size_t i = 0; i < runs.size(); i += 3) runs[i].llm = "Qwen3-8B";
    measure(runs, 1e-3);
    const auto predicted = [&runs] {
        const OverheadProblem problem(runs);
        const RunFit fit(problem, runs);
        return predict_left_out(fit, fit.prior_means(), Split::kModel)[0].tpot;
    };
    const double before = predicted();
    runs[0].tpot *= 3;
    CHECK(predicted() == before);
    runs[1].tpot *= 3;
    CHECK(predicted() != before);
}

TEST_CASE("vLLM's fp8 and nvfp4 products share a scale, those of other engines do not", "[app][run_fit]") {
    std::vector<ServedRun> runs = plain_runs();
    for (ServedRun& run : runs) {
        run.gpu = "B200";
        run.weights = Precision::kFp8;
    }
    const auto scales = [&runs](const std::string& engine, const std::string& version) {
        for (ServedRun& run : runs) {
            run.engine = engine;
            run.version = version;
        }
        const OverheadProblem problem(runs);
        std::vector<double> values = RunFit(problem, runs).prior_means();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (problem.coefficients()[i].name == engine + " quantised_scale")
                values[i] = std::log(0.9);
        }
        return problem.overheads().overheads_of(engine, version, values);
    };
    const EngineOverheads vllm = scales("vllm", "vllm-2025-10");
    CHECK(vllm.fp8_scale == Approx(0.9));
    CHECK(vllm.nvfp4_scale == Approx(0.9));
    const EngineOverheads other = scales("trtllm", "trtllm-2025-10");
    CHECK(other.fp8_scale == Approx(0.9));
    CHECK(other.nvfp4_scale == 1);
}

TEST_CASE("the catalogue's engines sort no distribution in runs that were greedy", "[app][run_fit]") {
    std::vector<ServedRun> runs = plain_runs();
    for (ServedRun& run : runs) run.version = "vllm-0.12";
    REQUIRE(find_engine("vllm-0.12", "test").overheads.vocabulary_entry > 0);
    const auto tpot = [&runs] { return predict_shipped(OverheadProblem(runs), runs).back().tpot; };
    const double greedy = tpot();
    runs.back().samples = true;
    CHECK(greedy < tpot());
}
