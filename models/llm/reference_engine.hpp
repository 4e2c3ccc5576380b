#pragma once

#include "models/llm/engine_core.hpp"

namespace spillway {

/// Continuous batching, one iteration and one sequence at a time: what BatchEngine must equal to the tick,
/// and slow. An iteration that ends at tick T sees everything that arrived at or before T.
class ReferenceEngine final : public ServiceModel {
public:
    /// `setup` and `observer`, which may be null, outlive it.
    ReferenceEngine(const EngineSetup& setup, TokenObserver* observer) : core_(setup, observer) {}

    void admit(const ServiceRequest& request, SimTime now) override;
    void remove(RequestSlot slot, SimTime now) override;
    std::optional<SimTime> next_change() override;
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override;
    ServiceUsage take_usage(SimTime /*now*/) override { return core_.take_counts(0); }
    std::optional<EngineView> view(const ServiceRequest& request, SimTime /*now*/) override {
        return core_.view(request);
    }

    const KvMemory& memory() const noexcept { return core_.memory; }

private:
    SimTime next_moment() const;
    void begin_iteration();
    void plan_iteration();
    void end_iteration(std::vector<ServiceEnd>& ended);

    EngineCore core_;
    Ticks at_ = kBeforeTime;  // the boundary where the iteration under way began, or where the engine stands
    Ticks before_ = kBeforeTime;  // when the last iteration began
    std::optional<Ticks> end_;    // of the iteration under way
    StepPlan plan_;
    std::vector<std::uint32_t> done_;  // scratch
};

}  // namespace spillway
