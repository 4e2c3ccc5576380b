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
#include "sim/fleet/world.hpp"

namespace spillway {

/// Hands out the lowest free number: the rank of a worker among those of its pool, the place of an instance
/// in its supply.
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

    /// How many numbers were ever in use: all below it.
    int ever() const noexcept { return next_; }

private:
    std::vector<int> free_;  // a heap, the smallest first
    int next_ = 0;
};

/// GPUs that may run out, shared by the pools that name it.
class Supply {
public:
    Supply(SupplySpec spec, std::span<const HostSpec> hosts);

    /// Where GPUs were found.
    struct Grant {
        std::optional<HostId> host;  ///< empty: the supply knows no hosts
        int place = 0;               ///< the lowest number that was free among the supply's instances
    };
    /// How much of a start a host would spare; empty: nothing can start there.
    using Warmth = std::function<std::optional<int>(HostId)>;
    /// Takes GPUs, of one host where there are hosts; empty when there are not so many. `luck` in (0, 1)
    /// chooses where hosts are taken at random.
    std::optional<Grant> take(int gpus, const Warmth& warmth, double luck);
    void give_back(int gpus, const Grant& grant);
    bool places_at_random() const noexcept { return spec_.placement == Placement::kRandom; }
    bool waits_when_short() const noexcept { return spec_.wait_when_short; }
    Market market() const noexcept { return spec_.spot ? Market::kSpot : Market::kOnDemand; }
    const SupplySpec& spec() const noexcept { return spec_; }
    /// Numbers of places that were ever given out.
    int places() const noexcept { return places_.ever(); }

    /// A host that is down takes no starts.
    void set_down(HostId host, bool down) { host_of(host).down = down; }
    bool is_down(HostId host) { return host_of(host).down; }

    /// When the next instance may be launched, by the provider's limit on launches.
    SimTime next_launch() const noexcept { return next_launch_; }
    void launched(SimTime now) noexcept {
        if (spec_.launch_interval)
            next_launch_ = now + *spec_.launch_interval;
    }

    /// Workers asked for that found no GPU, in the order of asking.
    std::deque<std::uint32_t>& waiting() noexcept { return waiting_; }

private:
    struct Host {
        HostId id;
        int free;
        bool down = false;
    };
    Host& host_of(HostId host);
    std::optional<std::size_t> choose(int gpus, const Warmth& warmth, double luck) const;

    SupplySpec spec_;
    std::vector<Host> hosts_;  // in order of HostId
    int used_ = 0;
    Ranks places_;
    SimTime next_launch_ = SimTime::min();
    std::deque<std::uint32_t> waiting_;
};

/// One instance that a pool bought: `gpus` GPUs for workers that take some each.
struct Instance {
    std::uint64_t serial = 0;  ///< tells it from others that have its number
    int gpus = 0;
    int gpus_used = 0;
    int workers = 0;
    SimTime begun;  ///< its first worker asked for it
    std::optional<SimTime> acquired;
    Duration gpu_time{0};                ///< of workers that have left
    std::vector<std::uint32_t> waiting;  ///< workers that wait for it to be acquired
    Supply::Grant grant;                 ///< where it is, in its supply
    bool ends = false;                   ///< it was told to go: no further worker is put on it
};

/// The instances of one pool. A worker goes to the fullest instance with room; an instance ends with its last
/// worker.
class Instances {
public:
    /// The fullest open instance with room for `gpus`, oldest first among equals. Empty: buy one.
    std::optional<std::uint32_t> find_room(int gpus) const;
    std::uint32_t buy(int gpus, const Supply::Grant& grant, SimTime now);
    void give_up(std::uint32_t number);
    Instance& operator[](std::uint32_t number) noexcept { return table_[number]; }
    const Instance& operator[](std::uint32_t number) const noexcept { return table_[number]; }

    /// The open instances, in order of number.
    std::vector<std::uint32_t> open() const;

private:
    std::vector<Instance> table_;
    std::vector<std::uint32_t> free_;
    std::uint64_t bought_ = 0;
};

}  // namespace spillway
