#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// How long a request that runs alone takes, from its admission.
struct SlotTimes {
    Duration first_token{0};
    Duration last_token{0};  ///< at least first_token
};

/// A slot is held for exactly that time, and a worker has `concurrency` of them.
inline LeastService least_of(const SlotTimes& times, int concurrency) {
    return {times.first_token, times.last_token, times.last_token - times.first_token,
            to_seconds(times.last_token) / concurrency};
}

/// An engine in which each request runs in a slot of its own, untouched by the others. `Timing` says how
/// long: SlotTimes operator()(const ServiceRequest&) const. It belongs to the factory and outlives the
/// engine.
///
/// The request that ends next is kept apart from the heap of the others: a worker of one slot touches no heap
/// and allocates nothing.
template <class Timing>
class SlotModel final : public ServiceModel {
public:
    explicit SlotModel(const Timing& timing) noexcept : timing_(timing) {}

    void admit(const ServiceRequest& request, SimTime now) override {
        const SlotTimes times = timing_(request);
        const SimTime first_token = now + times.first_token;
        const SimTime last_token = now + times.last_token;
        if (!busy_) {
            // Written in place: a copy of what was just put together would be read before it is stored.
            busy_ = true;
            next_.order = ++admitted_;
            next_.end.slot = request.slot;
            next_.end.scheduled = now;
            next_.end.first_token = first_token;
            next_.end.last_token = last_token;
            return;
        }
        insert({++admitted_, {request.slot, now, first_token, last_token}});
    }

    void remove(RequestSlot slot, SimTime /*now*/) override {
        if (busy_ && next_.end.slot == slot) {
            pull_next();
            return;
        }
        const auto gone = std::find_if(later_.begin(), later_.end(),
                                       [slot](const Running& running) { return running.end.slot == slot; });
        SPILLWAY_CHECK(gone != later_.end(), "a request that the engine does not hold was removed");
        *gone = later_.back();
        later_.pop_back();
        std::make_heap(later_.begin(), later_.end(), std::greater<>{});
    }

    std::optional<SimTime> next_change() override {
        if (!busy_)
            return std::nullopt;
        return next_.end.last_token;
    }

    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        while (busy_ && next_.end.last_token <= now) {
            SPILLWAY_CHECK(next_.end.last_token == now, "the end of a request was passed over");
            ended.push_back(next_.end);
            pull_next();
        }
    }

private:
    struct Running {
        std::uint64_t order = 0;  // of admission, which decides among ends at one instant
        ServiceEnd end;
        bool operator>(const Running& other) const noexcept {
            if (end.last_token != other.end.last_token)
                return end.last_token > other.end.last_token;
            return order > other.order;
        }
    };

    void insert(Running running) {
        if (next_ > running)
            std::swap(next_, running);
        later_.push_back(running);
        std::push_heap(later_.begin(), later_.end(), std::greater<>{});
    }

    void pull_next() {
        busy_ = !later_.empty();
        if (!busy_)
            return;
        std::pop_heap(later_.begin(), later_.end(), std::greater<>{});
        next_ = later_.back();
        later_.pop_back();
    }

    const Timing& timing_;
    std::uint64_t admitted_ = 0;
    bool busy_ = false;
    Running next_;                // ends next, when busy_
    std::vector<Running> later_;  // a heap, empty unless busy_
};

}  // namespace spillway
