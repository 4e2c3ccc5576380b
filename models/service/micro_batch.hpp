#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/model_context.hpp"
#include "models/service/batch_times.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// When batches form and how long they take.
struct BatchRules {
    Duration window{0};
    std::size_t max_batch = 1;  ///< at least 1, at most times.largest()
    BatchTimes times;
};

/// An engine that runs one batch at a time. A batch starts when max_batch requests wait, or when `window` has
/// passed since the first of them came, and never before the batch ahead has ended; whoever comes meanwhile
/// waits. All requests of a batch end together.
///
/// A running batch keeps its time when requests are removed from it: the device computes for all of them.
/// Should all be removed, the next batch still waits for its end.
class MicroBatchModel final : public ServiceModel {
public:
    /// `rules` belongs to the factory and outlives the engine.
    explicit MicroBatchModel(const BatchRules& rules) noexcept : rules_(rules) {}

    void admit(const ServiceRequest& request, SimTime now) override;
    void remove(RequestSlot slot, SimTime now) override;
    std::optional<SimTime> next_change() override;
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override;

private:
    struct Waiting {
        RequestSlot slot;
        SimTime since;
    };

    SimTime next_start() const;
    void start_if_due(SimTime now);

    const BatchRules& rules_;
    std::vector<Waiting> waiting_;      // in order of admission
    std::vector<RequestSlot> running_;  // of the batch under way, without removed ones
    SimTime started_;
    SimTime free_at_ = SimTime::min();  // end of the batch under way or of the last one
};

std::span<const ParamSpec> micro_batch_service_params();

/// Throws InputError for a table that lacks a batch of 1 or of max_batch, or has a time that is not above 0.
std::unique_ptr<ServiceFactory> make_micro_batch_service(ParamReader& reader, const ModelContext& context);

}  // namespace spillway
