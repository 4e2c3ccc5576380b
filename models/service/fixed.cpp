#include "models/service/fixed.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "models/service/checkpoints.hpp"
#include "models/service/slot_model.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kCheckpointParams[] = {
    required_param("every", ParamKind::kDuration, "work between two saves"),
    default_param("takes", ParamKind::kDuration, "0s", "a save, during which the work stands still"),
    default_param("resume", ParamKind::kDuration, "0s", "reading a save on another worker"),
};

constexpr ParamSpec kFixedParams[] = {
    optional_param("time", ParamKind::kDurationLaw, "of a request on a worker"),
    default_param("from_trace", ParamKind::kFlag, "false",
                  "take each request's own time from the trace instead"),
    object_param("checkpoint", kCheckpointParams,
                 "long jobs: a request that goes back to the queue when its worker is lost (the pool's "
                 "on_worker_lost: requeue) goes on from its last save; without it, from the beginning"),
    kErrorParam,
};

struct ConstantTime {
    Duration time;
    SlotTimes operator()(const ServiceRequest&) const noexcept { return {Duration::zero(), time}; }
};

struct DrawnTime {
    Distribution law;
    StreamKey key;
    double factor;
    SlotTimes operator()(const ServiceRequest& request) const {
        RandomStream luck(key, request.origin, request.attempt);
        return {Duration::zero(), scaled(law.duration(luck.uniform()), factor)};
    }
};

struct MeasuredTime {
    std::string where;
    double factor;
    SlotTimes operator()(const ServiceRequest& request) const {
        if (!request.measured) {
            throw InputError(where,
                             "request " + std::to_string(request.origin) + " has no measured service time",
                             R"(the trace has no such column for it; give a "time" instead)");
        }
        return {Duration::zero(), scaled(*request.measured, factor)};
    }
};

/// The times of `Timing` for what is left of the work, with the saves between its stretches.
template <class Timing>
struct Checkpointed {
    Timing timing;
    Checkpoints checkpoints;
    SlotTimes operator()(const ServiceRequest& request) const {
        const Duration left = std::max(Duration::zero(), timing(request).last_token - request.kept);
        return {Duration::zero(), checkpoints.run_time(left, request.kept)};
    }
};

/// `mean_seconds` of the time itself; empty when only the run can tell.
template <class Timing>
class FixedFactory final : public ServiceFactory {
public:
    FixedFactory(Timing timing, std::optional<double> mean_seconds)
        : timing_(std::move(timing)), mean_seconds_(mean_seconds) {}

    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return std::make_unique<SlotModel<Timing>>(timing_);
    }
    Kept keeps(Duration kept, Duration elapsed) const override {
        if constexpr (requires { timing_.checkpoints; }) {
            return timing_.checkpoints.keeps(kept, elapsed);
        } else {
            return ServiceFactory::keeps(kept, elapsed);
        }
    }
    std::optional<LeastService> least(const ServiceRequest& request, int concurrency) const override {
        return least_of(bare_time(request), concurrency);
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        const double mean = mean_seconds_.value_or(work.mean_slot_seconds);
        return mean > 0 ? concurrency / mean : 0;
    }

private:
    /// Without the saves: they are what an interruption may move, never what it can spare.
    SlotTimes bare_time(const ServiceRequest& request) const {
        if constexpr (requires { timing_.checkpoints; }) {
            return timing_.timing(request);
        } else {
            return timing_(request);
        }
    }

    Timing timing_;
    std::optional<double> mean_seconds_;
};

template <class Timing>
std::unique_ptr<ServiceFactory> factory(Timing timing, std::optional<double> mean_seconds,
                                        const std::optional<Checkpoints>& checkpoints) {
    if (!checkpoints)
        return std::make_unique<FixedFactory<Timing>>(std::move(timing), mean_seconds);
    return std::make_unique<FixedFactory<Checkpointed<Timing>>>(
        Checkpointed<Timing>{std::move(timing), *checkpoints}, std::nullopt);
}

std::optional<Checkpoints> read_checkpoints(const ConfigNode* node) {
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kCheckpointParams);
    const Checkpoints checkpoints{reader.duration("every"), reader.duration("takes"),
                                  reader.duration("resume")};
    if (checkpoints.every == Duration::zero())
        throw InputError(reader.where("every"), "must be above 0");
    reader.finish();
    return checkpoints;
}

}  // namespace

std::span<const ParamSpec> fixed_service_params() { return kFixedParams; }

std::unique_ptr<ServiceFactory> make_fixed_service(ParamReader& reader, const ModelContext& context) {
    const ConfigNode* time = reader.node("time");
    const bool from_trace = reader.flag("from_trace");
    if (from_trace == (time != nullptr)) {
        throw InputError(reader.where(), "service \"fixed\" needs either a time or the trace's own",
                         R"(write "time": "2s" or "from_trace": true)");
    }
    const std::optional<Checkpoints> checkpoints = read_checkpoints(reader.node("checkpoint"));
    const double error = context.service_error(read_error(reader));
    if (from_trace)
        return factory(MeasuredTime{reader.where(), error}, std::nullopt, checkpoints);
    Distribution law = parse_distribution(*time, LawUnit::kSeconds);
    const double mean = law.mean() * error;
    if (law.is_constant())
        return factory(ConstantTime{scaled(law.duration(0.5), error)}, mean, checkpoints);
    return factory(DrawnTime{std::move(law), context.stream("service"), error}, mean, checkpoints);
}

}  // namespace spillway
