#pragma once

#include <variant>

#include "app/calibrate/closed_loop_run.hpp"
#include "app/calibrate/open_loop_run.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/llm/deployment.hpp"
#include "models/llm/engine_profile.hpp"

namespace spillway {

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
