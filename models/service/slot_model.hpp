#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// How long a request that runs alone takes, from its admission.
struct SlotTimes {
    Duration first_token{0};
    Duration last_token{0};  ///< at least first_token
};

/// An engine in which each request runs in a slot of its own, untouched by the others. `Timing` says how
/// long: SlotTimes operator()(const ServiceRequest&) const. It belongs to the factory and outlives the
/// engine.
///
/// A heap of finishing times in one reused vector: with a single request it is one element, written and read.
template <class Timing>
class SlotModel final : public ServiceModel {
public:
    explicit SlotModel(const Timing& timing) noexcept : timing_(timing) {}

    void admit(const ServiceRequest& request, SimTime now) override {
        const SlotTimes times = timing_(request);
        running_.push_back(
            {++admitted_, {request.slot, now, now + times.first_token, now + times.last_token}});
        std::push_heap(running_.begin(), running_.end(), std::greater<>{});
    }

    void remove(RequestSlot slot, SimTime /*now*/) override {
        const auto gone = std::find_if(running_.begin(), running_.end(),
                                       [slot](const Running& running) { return running.end.slot == slot; });
        SPILLWAY_CHECK(gone != running_.end(), "a request that the engine does not hold was removed");
        *gone = running_.back();
        running_.pop_back();
        std::make_heap(running_.begin(), running_.end(), std::greater<>{});
    }

    std::optional<SimTime> next_change() override {
        if (running_.empty())
            return std::nullopt;
        return running_.front().end.last_token;
    }

    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        while (!running_.empty() && running_.front().end.last_token <= now) {
            SPILLWAY_CHECK(running_.front().end.last_token == now, "the end of a request was passed over");
            ended.push_back(running_.front().end);
            std::pop_heap(running_.begin(), running_.end(), std::greater<>{});
            running_.pop_back();
        }
    }

private:
    struct Running {
        std::uint64_t order;  // of admission, which decides among ends at one instant
        ServiceEnd end;
        bool operator>(const Running& other) const noexcept {
            if (end.last_token != other.end.last_token)
                return end.last_token > other.end.last_token;
            return order > other.order;
        }
    };

    const Timing& timing_;
    std::vector<Running> running_;
    std::uint64_t admitted_ = 0;
};

}  // namespace spillway
