#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "app/why/metric_track.hpp"
#include "app/why/story.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/step_observer.hpp"

namespace spillway {

/// Follows every request from pool to worker, every start to the decision behind it, and every decision to
/// the figure that it looked at; hands over the story of each measured request as it ends. Memory is that of
/// what is open at once, whatever the length of the run.
class ChainTracer final : public StepObserver, public ControlObserver, public RequestObserver {
public:
    /// Called with each story in order of the requests' ends; keep a copy of what is worth it.
    using Listener = std::function<void(const RequestStory&)>;

    /// `priorities` by ClassId: higher ones are served first.
    ChainTracer(std::vector<int> priorities, Listener listener)
        : priorities_(std::move(priorities)), listener_(std::move(listener)) {}

    void request_stepped(const RequestStep& step) override;
    void worker_stepped(const WorkerStep& step) override;
    void control_begins(PoolId pool, const Wakes& wakes) override;
    void control_stepped(const ControlStep& step) override;
    void sampled(const SampleStep& step) override;
    void load_held(PoolId pool, int waiting, int in_flight, SimTime until) override;
    void request_ended(const RequestRecord& request) override;
    void stage_ended(const StageRecord& stage) override;

private:
    struct Open {
        RequestStory story;
        bool lost = false;  ///< the attempt that it tells of came to nothing: the next one begins anew
    };
    /// The story that a new attempt writes on.
    RequestStory& attempt(std::uint32_t request);
    void lose(Open& open) const;
    std::optional<RequestStory> take_ended();
    void came(RequestStory& story, const RequestStep& step) const;
    void took(RequestStory& story, const RequestStep& step) const;
    std::vector<std::uint32_t> ahead_of(ClassId class_id, const PoolNow& now) const;
    void order(const WorkerStep& step);
    void note_ready(const StartStory& start);
    std::optional<StartStory> relief_of(const RequestStory& story, PoolId pool) const;

    /// What is known of one pool.
    struct PoolTrace {
        MetricTrack metrics;
        std::optional<DecisionStory> look;    ///< being carried out, where it orders starts
        bool at_limit = false;                ///< the last look wanted more than the pool may have
        std::deque<StartStory> turned_ready;  ///< the last of them
    };

    std::vector<int> priorities_;
    Listener listener_;
    std::vector<PoolTrace> pools_;                               // by PoolId
    std::vector<std::optional<StartStory>> workers_;             // by WorkerId, that are alive
    std::unordered_map<std::uint32_t, Open> open_;               // by the fleet's number
    std::map<std::uint64_t, std::vector<RequestStory>> staged_;  // by origin: stages of what is open
    std::optional<std::uint32_t> ending_;
};

}  // namespace spillway
