#include "models/service/micro_batch.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kMicroBatchParams[] = {
    {"times",
     ParamKind::kObject,
     Presence::kRequired,
     {},
     "time of a batch by its size, linear in between, as in {\"1\": \"800ms\", \"8\": \"2.2s\"}"},
    default_param("window", ParamKind::kDuration, "0s",
                  "a batch that is not full waits this long for company"),
    optional_param("max_batch", ParamKind::kCount,
                   "requests at most in a batch; default: the table's largest"),
    kErrorParam,
};

class MicroBatchFactory final : public ServiceFactory {
public:
    explicit MicroBatchFactory(BatchRules rules) : rules_(std::move(rules)) {}

    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return std::make_unique<MicroBatchModel>(rules_);
    }
    std::optional<LeastService> least(const ServiceRequest& /*request*/, int concurrency) const override {
        const std::size_t limit = std::min(rules_.max_batch, static_cast<std::size_t>(concurrency));
        return LeastService{Duration::zero(), rules_.times.shortest(limit), rules_.times.longest(limit),
                            1 / rules_.times.best_rate(limit)};
    }
    double best_rate(const ObservedWork& /*work*/, int concurrency) const override {
        SPILLWAY_CHECK(concurrency > 0, "a worker without slots");
        return rules_.times.best_rate(std::min(rules_.max_batch, static_cast<std::size_t>(concurrency)));
    }

private:
    BatchRules rules_;
};

}  // namespace

SimTime MicroBatchModel::next_start() const {
    // A full batch waits for nothing but the one ahead of it.
    if (waiting_.size() >= rules_.max_batch)
        return free_at_;
    return std::max(waiting_.front().since + rules_.window, free_at_);
}

void MicroBatchModel::start_if_due(SimTime now) {
    if (waiting_.empty() || next_start() > now)
        return;
    const std::size_t size = std::min(waiting_.size(), rules_.max_batch);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(size);
    std::for_each(waiting_.begin(), end, [this](const Waiting& taken) { running_.push_back(taken.slot); });
    waiting_.erase(waiting_.begin(), end);
    started_ = now;
    free_at_ = now + rules_.times.of(size);
}

void MicroBatchModel::admit(const ServiceRequest& request, SimTime now) {
    waiting_.push_back({request.slot, now});
    // Only a full batch starts here: at the end of a window, others may still come at the same instant. A
    // batch whose end is this very instant has yet to be reported.
    if (waiting_.size() >= rules_.max_batch && running_.empty())
        start_if_due(now);
}

void MicroBatchModel::remove(RequestSlot slot, SimTime /*now*/) {
    const auto waiting = std::find_if(waiting_.begin(), waiting_.end(),
                                      [slot](const Waiting& held) { return held.slot == slot; });
    if (waiting != waiting_.end()) {
        waiting_.erase(waiting);
        return;
    }
    const auto running = std::find(running_.begin(), running_.end(), slot);
    SPILLWAY_CHECK(running != running_.end(), "a request that the engine does not hold was removed");
    running_.erase(running);
}

std::optional<SimTime> MicroBatchModel::next_change() {
    if (!running_.empty())
        return free_at_;
    if (!waiting_.empty())
        return next_start();
    return std::nullopt;
}

void MicroBatchModel::advance(SimTime now, std::vector<ServiceEnd>& ended) {
    if (!running_.empty() && free_at_ <= now) {
        SPILLWAY_CHECK(free_at_ == now, "the end of a batch was passed over");
        for (const RequestSlot slot : running_) ended.push_back({slot, started_, started_, now});
        running_.clear();
    }
    start_if_due(now);
}

std::span<const ParamSpec> micro_batch_service_params() { return kMicroBatchParams; }

std::unique_ptr<ServiceFactory> make_micro_batch_service(ParamReader& reader, const ModelContext& context) {
    BatchTimes times = parse_batch_times(*reader.node("times"));
    times.scale(context.service_error(read_error(reader)));
    const Duration window = reader.duration("window");
    const std::int64_t largest = static_cast<std::int64_t>(times.largest());
    const std::int64_t max_batch = reader.optional_integer("max_batch").value_or(largest);
    if (max_batch < 1 || max_batch > largest) {
        throw InputError(
            reader.where("max_batch"), "the table says nothing about a batch of " + std::to_string(max_batch),
            "max_batch may be 1 to " + std::to_string(largest) + ", or add that size to \"times\"");
    }
    return std::make_unique<MicroBatchFactory>(
        BatchRules{window, static_cast<std::size_t>(max_batch), std::move(times)});
}

}  // namespace spillway
