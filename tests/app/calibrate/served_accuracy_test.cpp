#include "app/calibrate/accuracy_report.hpp"
#include "app/calibrate/overhead_problem.hpp"
#include "app/calibrate/served_tables.hpp"
#include "app/calibrate/validation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/skip.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("configurations left out of the fit are predicted within the bounds set for it",
          "[app][served_accuracy]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the measured serving runs are not there");
    const std::vector<ServedRun> runs = read_served_tables(*data / "serving" / "silicon_train.csv").dense;
    const OverheadProblem problem(runs);
    const RunFit fit(problem, runs);
    const RunNumbers used = fitted_runs(runs);
    const std::vector<double> full = fit_all(fit, used);
    const RunErrors errors = run_errors(runs, predict_left_out(fit, full, Split::kCurve), used);
    REQUIRE(errors.runs > 500);
    CHECK(errors.tpot.mean < 0.09);
    CHECK(errors.tpot.median < 0.06);
    CHECK(errors.ttft.mean < 0.28);
    CHECK(errors.ttft.median < 0.15);
}
