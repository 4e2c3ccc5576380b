#include "app/calibrate/empirical_fit.hpp"

#include <string_view>
#include <utility>

#include "app/calibrate/empirical_text.hpp"
#include "app/calibrate/mixture_problem.hpp"
#include "app/calibrate/step_fit.hpp"
#include "app/calibrate/validation.hpp"

namespace spillway {
namespace {

constexpr std::string_view kSources =
    "closed-loop runs of github.com/ai-dynamo/aiconfigurator@095f58a silicon_sample.csv and steps of "
    "github.com/Mutinifni/splitwise-sim@8f99e7d perf_model.csv, their training parts; errors are medians: of "
    "mixtures on the fitted runs, of steps left out";

}  // namespace

EmpiricalCatalog fit_empirical_catalog(const ServedTables& tables) {
    const MixtureProblem problem(tables.mixtures);
    const std::vector<double> values =
        fit_all(RunFit(problem, tables.mixtures), fitted_runs(tables.mixtures));
    EmpiricalCatalog catalog{mixture_deployments(problem, tables.mixtures, values), problem.effects(values),
                             std::string(kSources)};
    for (EmpiricalDeployment& one : step_deployments(tables.steps))
        catalog.deployments.push_back(std::move(one));
    return catalog;
}

}  // namespace spillway
