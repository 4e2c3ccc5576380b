#include "sim/fleet/worker_index.hpp"

#include "sim/core/check.hpp"

namespace spillway {

void WorkerIndex::add(std::uint32_t worker) {
    ++ready_;
    if (worker >= places_.size())
        places_.resize(worker + 1);
    const int load = load_of(workers_[worker]);
    link(worker, load);
    show(worker, load);
}

void WorkerIndex::remove(std::uint32_t worker) {
    --ready_;
    unlink(worker, load_of(workers_[worker]));
    if (by_number_ == ByNumber::kYes)
        choosable_.erase(worker);
}

void WorkerIndex::expire(std::uint32_t worker) {
    SPILLWAY_CHECK(!places_[worker].expired && load_of(workers_[worker]) == 0,
                   "only a freshly idle worker expires");
    fresh_.remove(worker, links());
    places_[worker].expired = true;
    expired_.push_front(worker, links());
}

std::uint32_t WorkerIndex::least_busy() const noexcept {
    const std::optional<std::uint32_t> load = loads_.first_from(1);
    return load ? by_load_[*load].front() : kNoNode;
}

WorkerId WorkerIndex::warmest() const {
    if (concurrency_ > 1) {  // else none that is busy has room
        const std::optional<std::uint32_t> load = loads_.last_below(static_cast<std::uint32_t>(concurrency_));
        if (load)
            return {by_load_[*load].front()};
    }
    if (idle() > 0)
        return {warmest_idle()};
    return least_loaded();
}

WorkerId WorkerIndex::least_loaded() const {
    if (idle() > 0)
        return {warmest_idle()};
    const std::uint32_t worker = least_busy();
    SPILLWAY_CHECK(worker != kNoNode, "no worker to choose from");
    return {worker};
}

WorkerId WorkerIndex::next_in_turn() {
    std::optional<std::uint32_t> next = choosable_.first_from(last_in_turn_ + 1);
    if (!next)
        next = choosable_.first_from(0);
    SPILLWAY_CHECK(next.has_value(), "no worker to choose from");
    last_in_turn_ = *next;
    return {*next};
}

WorkerId WorkerIndex::nth(int n) const {
    SPILLWAY_CHECK(by_number_ == ByNumber::kYes && n >= 0 && n < count(), "no such worker to choose");
    return {choosable_.nth(static_cast<std::uint32_t>(n))};
}

std::optional<EngineView> WorkerIndex::engine(WorkerId worker, const RequestView& request) const {
    ServiceRequest asked;
    asked.origin = request.origin;
    asked.class_id = request.class_id;
    asked.input_tokens = request.input_tokens;
    asked.max_tokens = request.max_tokens;
    asked.prefix_blocks = request.prefix_blocks;
    return workers_[worker.value].service->view(asked, request.now);
}

}  // namespace spillway
