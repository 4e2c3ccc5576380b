#pragma once

#include <variant>

#include "app/calibrate/closed_loop_run.hpp"
#include "app/calibrate/open_loop_run.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/llm/deployment.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/llm/engine_rules.hpp"

namespace spillway {

/// What a run's load generator did.
ClosedLoop closed_loop_of(const ServedRun& run);
/// `rules` of its engine as a closed-loop run set them; its memory is still to be filled in.
EngineRules closed_loop_rules(const ServedRun& run, const ClosedLoop& loop, EngineRules rules);

/// A served run ready to be simulated with any overheads: what its engine was told, what its clients did, and
/// its kernels.
class ServedModel {
public:
    /// Throws InputError at the run's place when its model does not fit its GPUs.
    explicit ServedModel(const ServedRun& run);

    ServedFigures predict(const EngineOverheads& overheads) const;

    const EngineRules& rules() const noexcept { return rules_; }
    const std::variant<ClosedLoop, OpenLoop>& load() const noexcept { return load_; }

private:
    std::variant<ClosedLoop, OpenLoop> load_;
    EngineRules rules_;
    KernelTables kernels_;
};

}  // namespace spillway
