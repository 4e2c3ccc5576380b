#include "app/calibrate/accuracy_report.hpp"
#include "app/calibrate/empirical_text.hpp"
#include "app/calibrate/fitted_engines.hpp"
#include "app/calibrate/overhead_problem.hpp"
#include "app/calibrate/served_tables.hpp"
#include "app/calibrate/validation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/skip.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// Without TensorRT-LLM, whose runs are more than half of all: its fit alone would take a minute.
std::vector<ServedRun> fast_runs(const std::filesystem::path& folder) {
    std::vector<ServedRun> runs = read_served_tables(folder / "silicon_train.csv").dense;
    std::erase_if(runs, [](const ServedRun& run) { return run.engine == "trtllm" || run.apart; });
    return runs;
}

}  // namespace

TEST_CASE("configurations left out of the fit are predicted within the bounds set for it",
          "[app][served_accuracy]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the measured serving runs are not there");
    const std::vector<ServedRun> runs = fast_runs(*data / "serving");
    const OverheadProblem problem(runs);
    const RunFit fit(problem, runs);
    const RunNumbers used = fitted_runs(runs);
    const std::vector<double> full = fit_all(fit, used);
    const RunErrors errors = run_errors(runs, predict_left_out(fit, full, Split::kCurve), used);
    REQUIRE(errors.runs > 200);
    CHECK(errors.tpot.mean < 0.09);
    CHECK(errors.tpot.median < 0.06);
    CHECK(errors.ttft.mean < 0.28);
    CHECK(errors.ttft.median < 0.15);
}

TEST_CASE("the catalogue's engines are as near to the runs as their documentation says",
          "[app][served_accuracy]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the measured serving runs are not there");
    const ServedTables tables = read_served_tables(*data / "serving");
    const OverheadProblem dense(tables.dense);
    const RunErrors errors =
        run_errors(tables.dense, predict_shipped(dense, tables.dense), fitted_runs(tables.dense));
    CHECK(errors.runs == 610);
    CHECK(errors.tpot.median < 0.04);
    CHECK(errors.ttft.median < 0.12);
    const MixtureProblem mixtures(tables.mixtures);
    const RunErrors mixed =
        run_errors(tables.mixtures, predict_shipped(mixtures, tables.mixtures), fitted_runs(tables.mixtures));
    CHECK(mixed.runs == 1172);
    CHECK(mixed.tpot.median < 0.03);
    CHECK(tables.steps.size() == 98);
}
