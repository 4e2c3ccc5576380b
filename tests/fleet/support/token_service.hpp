#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway::testing {

/// Makes a token of each request every 10 ms from its admission on, up to its max_tokens. It tells of them as
/// late as it may: when a request ends, and when it is asked.
class TokenService final : public ServiceModel {
public:
    static constexpr Duration kGap = std::chrono::milliseconds{10};

    explicit TokenService(TokenObserver* tokens) : tokens_(tokens) {}

    void admit(const ServiceRequest& request, SimTime now) override {
        const std::uint32_t most = request.max_tokens == 0 ? request.output_tokens : request.max_tokens;
        const std::uint32_t makes = std::min(request.output_tokens, most);
        held_.push_back({request.slot, now, makes, request.output_tokens - makes, 0});
        usage_.peak_kv_blocks = std::max<std::uint64_t>(usage_.peak_kv_blocks, held_.size());
    }
    void remove(RequestSlot slot, SimTime now) override {
        const auto found =
            std::find_if(held_.begin(), held_.end(), [&](const Held& held) { return held.slot == slot; });
        SPILLWAY_CHECK(found != held_.end(), "a stranger");
        tell(*found, now);
        held_.erase(found);
    }
    std::optional<SimTime> next_change() override {
        if (held_.empty())
            return std::nullopt;
        SimTime next = SimTime::max();
        for (const Held& held : held_) next = std::min(next, held.end());
        return next;
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        for (Held& held : held_) {
            if (held.end() > now)
                continue;
            tell(held, now);
            ended.push_back({held.slot, held.begin, held.begin + kGap, held.end(), held.cut});
        }
        std::erase_if(held_, [&](const Held& held) { return held.end() <= now; });
    }
    ServiceUsage take_usage(SimTime now) override {
        for (Held& held : held_) tell(held, now);
        ServiceUsage taken = usage_;
        taken.kv_blocks = 8;
        usage_ = {};
        usage_.peak_kv_blocks = held_.size();
        return taken;
    }

private:
    struct Held {
        RequestSlot slot;
        SimTime begin;
        std::uint32_t makes;
        std::uint32_t cut;
        std::uint32_t told;
        SimTime end() const { return begin + kGap * makes; }
    };
    void tell(Held& held, SimTime now) {
        const auto made =
            static_cast<std::uint32_t>(std::min<std::int64_t>(held.makes, (now - held.begin) / kGap));
        const std::uint32_t gaps = made - std::max(held.told, std::min(made, 1U));
        usage_.output_tokens += made - held.told;
        held.told = made;
        if (gaps > 0 && tokens_ != nullptr)
            tokens_->gaps({to_ticks(kGap), 0, gaps, 1, to_ticks(held.begin + kGap * (made - gaps)),
                           to_ticks(held.begin + kGap * made)});
    }

    TokenObserver* tokens_;
    std::vector<Held> held_;
    ServiceUsage usage_;
};

class TokenServiceFactory final : public ServiceFactory {
public:
    std::unique_ptr<ServiceModel> make(TokenObserver* tokens) const override {
        return std::make_unique<TokenService>(tokens);
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        return concurrency / work.mean_slot_seconds;
    }
};

}  // namespace spillway::testing
