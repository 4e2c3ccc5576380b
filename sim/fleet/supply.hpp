#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// GPUs that may run out, shared by the pools that name it.
class Supply {
public:
    Supply(SupplySpec spec, std::span<const HostSpec> hosts);

    /// Where GPUs were found.
    struct Grant {
        std::optional<HostId> host;  ///< empty: the supply knows no hosts
    };
    /// Takes GPUs, of one host where there are hosts; empty when there are not so many. `warmth` says how
    /// much of a start a host would spare; `luck` in (0, 1) chooses where hosts are taken at random.
    std::optional<Grant> take(int gpus, const std::function<int(HostId)>& warmth, double luck);
    void give_back(int gpus, std::optional<HostId> host);
    bool places_at_random() const noexcept { return spec_.placement == Placement::kRandom; }
    bool waits_when_short() const noexcept { return spec_.wait_when_short; }

    /// Workers asked for that found no GPU, in the order of asking.
    std::deque<std::uint32_t>& waiting() noexcept { return waiting_; }

private:
    struct Host {
        HostId id;
        int free;
    };
    std::optional<std::size_t> choose(int gpus, const std::function<int(HostId)>& warmth, double luck) const;

    SupplySpec spec_;
    std::vector<Host> hosts_;  // in order of HostId
    int used_ = 0;
    std::deque<std::uint32_t> waiting_;
};

/// Hands out the lowest free number: the rank of a worker or instance among those of its pool.
class Ranks {
public:
    int take() {
        if (free_.empty())
            return next_++;
        std::pop_heap(free_.begin(), free_.end(), std::greater<>{});
        const int rank = free_.back();
        free_.pop_back();
        return rank;
    }
    void give_back(int rank) {
        free_.push_back(rank);
        std::push_heap(free_.begin(), free_.end(), std::greater<>{});
    }

private:
    std::vector<int> free_;  // a heap, the smallest first
    int next_ = 0;
};

/// One instance that a pool bought: `gpus` GPUs for workers that take some each.
struct Instance {
    int rank = 0;
    int gpus = 0;
    int gpus_used = 0;
    int workers = 0;
    SimTime begun;  ///< its first worker asked for it
    std::optional<SimTime> acquired;
    Duration gpu_time{0};                ///< of workers that have left
    std::vector<std::uint32_t> waiting;  ///< workers that wait for it to be acquired
    std::optional<HostId> host;          ///< that it is on, where that is known
};

/// The instances of one pool. A worker goes to the fullest instance with room; an instance ends with its last
/// worker.
class Instances {
public:
    /// The fullest open instance with room for `gpus`, oldest first among equals. Empty: buy one.
    std::optional<std::uint32_t> find_room(int gpus) const;
    std::uint32_t buy(int gpus, std::optional<HostId> host, SimTime now);
    void give_up(std::uint32_t number);
    Instance& operator[](std::uint32_t number) noexcept { return table_[number]; }

    /// The open instances, in order of number.
    std::vector<std::uint32_t> open() const;

private:
    std::vector<Instance> table_;
    std::vector<std::uint32_t> free_;
    Ranks ranks_;
};

}  // namespace spillway
