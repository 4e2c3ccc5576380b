#pragma once

#include <vector>

#include "sim/fleet/step_observer.hpp"

namespace spillway {

struct Pool;
struct Request;
struct Worker;

/// Passes on what happens to those who look at each step. Where nobody does, no pool knows of it and nothing
/// here is called. Fleet-internal.
class StepNews {
public:
    void observe(StepObserver& observer) { step_observers_.push_back(&observer); }
    void observe(ControlObserver& observer) { control_observers_.push_back(&observer); }
    bool is_heard() const noexcept { return !step_observers_.empty() || !control_observers_.empty(); }

    /// `origin` is that of the whole where the request is a stage.
    void request(RequestStepKind kind, const Request& request, std::uint64_t origin, const Pool& pool,
                 SimTime now);
    void ordered(StartCause cause, const Worker& worker, const Pool& pool, SimTime now);
    void phases(std::span<const PhaseTrace> phases, const Worker& worker, const Pool& pool, SimTime now);
    void worker(WorkerStepKind kind, const Worker& worker, const Pool& pool, SimTime now);
    void decided(const ScaleDecision& decision, Trigger why, int target, const Pool& pool, SimTime now);
    void sampled(const MetricWindow::Sample& sample, const Pool& pool, SimTime now);
    void load_held(const Pool& pool, SimTime until);
    void begins(const Pool& pool);

private:
    /// Valid until it is asked again.
    PoolNow now_in(const Pool& pool);
    WorkerStep step_of(WorkerStepKind kind, const Worker& worker, const Pool& pool, SimTime now);
    void tell(const WorkerStep& step);

    std::vector<StepObserver*> step_observers_;
    std::vector<ControlObserver*> control_observers_;
    std::vector<std::uint32_t> waiting_;
};

}  // namespace spillway
