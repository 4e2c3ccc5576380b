#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/bit_set.hpp"
#include "sim/core/linked_list.hpp"
#include "sim/fleet/route_policy.hpp"
#include "sim/fleet/worker.hpp"

namespace spillway {

/// The ready workers of one pool by what they hold, so that every question a route asks and every change
/// takes (nearly) constant time, however large the fleet. Idle workers stand in two lists, both most recently
/// used first: those whose idle time-out is still running and, all of them older, the expired ones.
class WorkerIndex final : public WorkerChoices {
public:
    enum class Choose : std::uint8_t { kWithRoom, kAnyReady };
    /// Whether next_in_turn() and nth() can be asked: that costs a little at every change.
    enum class ByNumber : std::uint8_t { kNo, kYes };

    WorkerIndex(WorkerTable& workers, int concurrency, Choose choose, ByNumber by_number)
        : workers_(workers), concurrency_(concurrency), choose_(choose), by_number_(by_number) {}

    /// What a worker holds: requests on a slot and requests bound to it.
    static int load_of(const Worker& worker) noexcept {
        return worker.in_flight + static_cast<int>(worker.bound.size());
    }

    /// A ready worker comes in, or leaves for good.
    void add(std::uint32_t worker);
    void remove(std::uint32_t worker);
    /// What it holds changed. One that became idle starts a new idle time-out.
    void reload(std::uint32_t worker, int before, int after);

    /// Puts an idle worker, the next to expire, among the expired ones.
    void expire(std::uint32_t worker);
    /// The idle worker whose time-out ends next; kNoNode when none runs.
    std::uint32_t next_to_expire() const noexcept { return fresh_.back(); }
    /// kNoNode when none is idle.
    std::uint32_t longest_idle() const noexcept { return expired_.empty() ? fresh_.back() : expired_.back(); }
    /// The busy worker that holds fewest requests; kNoNode when none is busy.
    std::uint32_t least_busy() const noexcept;

    int expired() const noexcept { return static_cast<int>(expired_.size()); }
    int idle() const noexcept { return static_cast<int>(fresh_.size() + expired_.size()); }
    int ready() const noexcept { return ready_; }
    int busy() const noexcept { return ready_ - idle(); }
    bool has_room() const noexcept { return ready_ > full_; }

    int count() const override { return choose_ == Choose::kAnyReady ? ready_ : ready_ - full_; }
    WorkerId warmest() const override;
    WorkerId least_loaded() const override;
    WorkerId next_in_turn() override;
    WorkerId nth(int n) const override;
    int load(WorkerId worker) const override { return load_of(workers_[worker.value]); }
    std::optional<EngineView> engine(WorkerId worker, const RequestView& request) const override;

private:
    /// Where a ready worker stands: in one of the two idle lists, or among the busy ones of its load.
    struct Place {
        ListLinks links;
        bool expired = false;
    };
    auto links() noexcept {
        return [places = places_.data()](std::uint32_t n) -> ListLinks& { return places[n].links; };
    }
    bool choosable(int load) const noexcept { return choose_ == Choose::kAnyReady || load < concurrency_; }
    void show(std::uint32_t worker, int load);
    void link(std::uint32_t worker, int load);
    void unlink(std::uint32_t worker, int load);
    std::uint32_t warmest_idle() const noexcept { return fresh_.empty() ? expired_.front() : fresh_.front(); }

    WorkerTable& workers_;
    int concurrency_;
    Choose choose_;
    ByNumber by_number_;
    std::vector<Place> places_;  // by worker; side by side, because a change touches those of neighbours
    LinkedList fresh_;
    LinkedList expired_;
    std::vector<LinkedList> by_load_;  // busy workers, most recently changed first; [0] stays empty
    BitSet loads_;                     // the loads that some busy worker has
    BitSet choosable_;                 // workers that a route may choose, where it asks by number
    int ready_ = 0;
    int full_ = 0;
    std::uint32_t last_in_turn_ = 0;
};

inline void WorkerIndex::link(std::uint32_t worker, int load) {
    if (load >= concurrency_)
        ++full_;
    if (load == 0) {
        places_[worker].expired = false;
        fresh_.push_front(worker, links());
        return;
    }
    const auto bucket = static_cast<std::uint32_t>(load);
    if (bucket >= by_load_.size())
        by_load_.resize(bucket + 1);
    if (by_load_[bucket].empty())
        loads_.insert(bucket);
    by_load_[bucket].push_front(worker, links());
}

inline void WorkerIndex::unlink(std::uint32_t worker, int load) {
    if (load >= concurrency_)
        --full_;
    if (load == 0) {
        (places_[worker].expired ? expired_ : fresh_).remove(worker, links());
        return;
    }
    const auto bucket = static_cast<std::uint32_t>(load);
    by_load_[bucket].remove(worker, links());
    if (by_load_[bucket].empty())
        loads_.erase(bucket);
}

inline void WorkerIndex::reload(std::uint32_t worker, int before, int after) {
    unlink(worker, before);
    link(worker, after);
    if (choosable(before) != choosable(after))
        show(worker, after);
}

/// Makes the worker one that a route may choose by its number, or none of these.
inline void WorkerIndex::show(std::uint32_t worker, int load) {
    if (by_number_ == ByNumber::kNo)
        return;
    if (choosable(load)) {
        choosable_.insert(worker);
    } else {
        choosable_.erase(worker);
    }
}

}  // namespace spillway
