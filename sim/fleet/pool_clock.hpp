#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/observer.hpp"
#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// Integrates a pool's counts over the measured window: what no single worker's clock can tell, because it
/// depends on how many are idle or on a worker at once. advance() before any count changes.
class PoolClock {
public:
    explicit PoolClock(PoolUsage& usage) : usage_(usage) {}

    void advance(SimTime now) noexcept {
        const Duration span = now - last_;
        if (span == Duration::zero())
            return;
        last_ = now;
        if (!open_) {
            if (closed_)
                usage_.drain_busy += SummedTime{span} * (busy_ + draining_);
            return;
        }
        usage_.slot_time += SummedTime{span} * in_flight_;
        if (idle_ > 0)
            integrate_idle(span);
        if (at_limit_)
            usage_.at_limit += span;
    }

    // Counts. Call advance(now) first.
    void add_in_flight(int change) noexcept {
        if (in_flight_ == 0 && open_)
            begin_spell();
        in_flight_ += change;
        if (!open_)
            return;
        usage_.peak_in_flight = std::max(usage_.peak_in_flight, in_flight_);
        if (in_flight_ == 0)
            end_spell();
    }
    void set_busy_idle(int busy, int idle) noexcept {
        busy_ = busy;
        idle_ = idle;
    }
    void set_draining(int draining) noexcept { draining_ = draining; }
    void set_reasons(int floor, int buffer, IdleReason rest) noexcept {
        floor_ = floor;
        buffer_ = buffer;
        rest_ = rest;
    }
    void set_at_limit(bool at_limit) noexcept { at_limit_ = at_limit; }
    /// The number of ready workers changed.
    void set_ready(int ready, SimTime now) {
        settle_ready(now);
        ready_ = ready;
        if (open_)
            usage_.peak_workers = std::max(usage_.peak_workers, ready);
    }
    void note_queue(std::size_t length) noexcept {
        if (open_)
            usage_.peak_queue = std::max(usage_.peak_queue, static_cast<int>(length));
    }
    /// An attempt that held its slot from `from` to `to` did not complete. It may end after the window.
    void note_failed_slot_time(SimTime from, SimTime to) noexcept {
        if (!open_ && !closed_)
            return;
        const SimTime end = closed_ ? std::min(to, opened_ + usage_.window) : to;
        usage_.failed_slot_time += std::max(end - std::max(from, opened_), Duration::zero());
    }

    void open(SimTime now) {
        advance(now);
        settle_ready(now);
        open_ = true;
        opened_ = now;
        usage_.peak_workers = ready_;
        if (in_flight_ > 0)
            begin_spell();
        usage_.peak_in_flight = in_flight_;
    }
    void close(SimTime now) {
        advance(now);
        settle_ready(now);
        if (in_flight_ > 0)
            end_spell();
        open_ = false;
        closed_ = true;
        usage_.window = now - opened_;
    }
    bool is_open() const noexcept { return open_; }

private:
    void integrate_idle(Duration span) noexcept {
        int rest = idle_;
        if ((floor_ | buffer_) != 0) {
            const int floor = std::clamp(floor_ - busy_, 0, idle_);
            const int buffer = std::min(buffer_, idle_ - floor);
            usage_.idle_floor += SummedTime{span} * floor;
            usage_.idle_buffer += SummedTime{span} * buffer;
            rest -= floor + buffer;
        }
        (rest_ == IdleReason::kHeadroom ? usage_.idle_headroom : usage_.idle_timeout) +=
            SummedTime{span} * rest;
    }
    void begin_spell() noexcept {
        spell_began_ = last_;
        spell_slot_time_ = usage_.slot_time;
    }
    void end_spell() noexcept {
        const Duration length = last_ - spell_began_;
        std::size_t bin = 0;
        while (bin < kSpellBounds.size() && length >= kSpellBounds[bin]) ++bin;
        usage_.busy_time += length;
        usage_.spell_slot_time[bin] += usage_.slot_time - spell_slot_time_;
    }
    void settle_ready(SimTime now) {
        if (open_) {
            const auto count = static_cast<std::size_t>(ready_);
            if (usage_.time_at_workers.size() <= count)
                usage_.time_at_workers.resize(count + 1);
            usage_.time_at_workers[count] += now - ready_since_;
        }
        ready_since_ = now;
    }

    PoolUsage& usage_;
    SimTime last_;
    SimTime opened_;
    SimTime ready_since_;
    SimTime spell_began_;
    SummedTime spell_slot_time_{0};
    int busy_ = 0;
    int idle_ = 0;
    int draining_ = 0;
    int in_flight_ = 0;
    int ready_ = 0;
    int floor_ = 0;
    int buffer_ = 0;
    IdleReason rest_ = IdleReason::kTimeout;
    bool at_limit_ = false;
    bool open_ = false;
    bool closed_ = false;
};

}  // namespace spillway
