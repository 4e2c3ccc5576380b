#pragma once

#include "app/calibrate/closed_loop_run.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/engine_rules.hpp"

namespace spillway {

/// A served run of a mixture of experts, ready to be simulated with any coefficients.
class MixtureModel {
public:
    /// KV memory is what the weights leave, two requests' at least (how GPUs share such a model is not known
    /// in full), and all that the clients can ask for where each token leaves little. Throws InputError at
    /// the run's place for a GPU or an engine that is unknown.
    explicit MixtureModel(const ServedRun& run);

    ServedFigures predict(const EmpiricalStep& step) const;

private:
    ClosedLoop loop_;
    EngineRules rules_;
    double expert_share_;
};

}  // namespace spillway
