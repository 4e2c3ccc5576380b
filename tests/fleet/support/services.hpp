#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway::testing {

/// Serves each request for its own measured time, all that it holds in parallel.
class MeasuredService final : public ServiceModel {
public:
    void admit(const ServiceRequest& request, SimTime now) override {
        held_.push_back({now + request.measured.value(), now, request.slot});
    }
    void remove(RequestSlot slot, SimTime) override {
        SPILLWAY_CHECK(std::erase_if(held_, [&](const Held& held) { return held.slot == slot; }) == 1,
                       "a stranger");
    }
    std::optional<SimTime> next_change() override {
        if (held_.empty())
            return std::nullopt;
        SimTime next = held_.front().end;
        for (const Held& held : held_) next = std::min(next, held.end);
        return next;
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        for (const Held& held : held_) {
            if (held.end <= now)
                ended.push_back({held.slot, held.begin, held.begin, held.end});
        }
        std::erase_if(held_, [&](const Held& held) { return held.end <= now; });
    }

private:
    struct Held {
        SimTime end;
        SimTime begin;
        RequestSlot slot;
    };
    std::vector<Held> held_;
};

class MeasuredServiceFactory final : public ServiceFactory {
public:
    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return std::make_unique<MeasuredService>();
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        return concurrency / work.mean_slot_seconds;
    }
};

/// As MeasuredService, but a prompt above a limit does not fit: rejected as soon as it is looked at.
class PickyService final : public ServiceModel {
public:
    explicit PickyService(std::uint32_t limit) : limit_(limit) {}

    void admit(const ServiceRequest& request, SimTime now) override {
        if (request.input_tokens <= limit_) {
            served_.admit(request, now);
        } else {
            refused_.push_back({request.slot, now, now, now, 0, true});
        }
    }
    void remove(RequestSlot slot, SimTime now) override {
        const auto of = [&](const ServiceEnd& end) { return end.slot == slot; };
        if (std::erase_if(refused_, of) == 0)
            served_.remove(slot, now);
    }
    std::optional<SimTime> next_change() override {
        return refused_.empty() ? served_.next_change() : std::optional(refused_.front().scheduled);
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        ended.insert(ended.end(), refused_.begin(), refused_.end());
        refused_.clear();
        served_.advance(now, ended);
    }

private:
    std::uint32_t limit_;
    MeasuredService served_;
    std::vector<ServiceEnd> refused_;
};

class PickyServiceFactory final : public ServiceFactory {
public:
    explicit PickyServiceFactory(std::uint32_t limit) : limit_(limit) {}
    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return std::make_unique<PickyService>(limit_);
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        return concurrency / work.mean_slot_seconds;
    }

private:
    std::uint32_t limit_;
};

}  // namespace spillway::testing
