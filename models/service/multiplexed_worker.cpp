#include "models/service/multiplexed_worker.hpp"

#include <algorithm>
#include <optional>

#include "models/service/shared_clock.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

class Multiplexed final : public ServiceModel {
public:
    explicit Multiplexed(const MultiplexPlan& plan)
        : plan_(plan), memory_(plan.models, plan.memory), engines_(plan.services.size()) {
        for (std::size_t i = 0; i < engines_.size(); ++i)
            engines_[i].service = plan.services[i]->make(nullptr);
    }

    void admit(const ServiceRequest& request, SimTime now) override {
        line_.push_back(request);
        line_.back().prefix_blocks = {};
        serve_line(now);
    }

    void remove(RequestSlot slot, SimTime now) override {
        if (std::erase_if(line_, [&](const ServiceRequest& waiting) { return waiting.slot == slot; }) == 1) {
            serve_line(now);
            return;
        }
        for (std::size_t i = 0; i < engines_.size(); ++i) {
            Engine& engine = engines_[i];
            if (engine.forget(slot) == 0)
                continue;
            engine.service->remove(slot, engine.clock.own_time(now));
            memory_.remove_request(i, now);
            settle(now);
            serve_line(now);
            return;
        }
        SPILLWAY_CHECK(false, "a request that this worker does not hold is removed");
    }

    std::optional<SimTime> next_change() override {
        std::optional<SimTime> next = load_ends_;
        for (Engine& engine : engines_) {
            const std::optional<SimTime> own = engine.next_change();
            if (own && (!next || *own < *next))
                next = own;
        }
        return next;
    }

    void advance(SimTime now, std::vector<ServiceEnd>& ended) override {
        for (std::size_t i = 0; i < engines_.size(); ++i) advance_engine(i, now, ended);
        if (load_ends_ && *load_ends_ <= now) {
            memory_.loaded(loading_, now);
            load_ends_.reset();
        }
        settle(now);
        serve_line(now);
    }

private:
    struct Held {
        RequestSlot slot;
        SimTime admitted;  // by the engine's own clock
    };
    struct Engine {
        std::unique_ptr<ServiceModel> service;
        SharedClock clock;
        std::vector<Held> held;

        std::optional<SimTime> next_change() {
            if (held.empty())
                return std::nullopt;
            const std::optional<SimTime> own = service->next_change();
            return own ? std::optional(clock.true_time(*own)) : std::nullopt;
        }
        std::size_t forget(RequestSlot slot) {
            return std::erase_if(held, [&](const Held& one) { return one.slot == slot; });
        }
    };

    void advance_engine(std::size_t number, SimTime now, std::vector<ServiceEnd>& ended) {
        Engine& engine = engines_[number];
        const std::optional<SimTime> next = engine.next_change();
        if (!next || *next > now)
            return;
        const std::size_t before = ended.size();
        engine.service->advance(*engine.service->next_change(), ended);
        for (std::size_t i = before; i < ended.size(); ++i) {
            ServiceEnd& end = ended[i];
            end.scheduled = engine.clock.true_time(end.scheduled);
            end.first_token = engine.clock.true_time(end.first_token);
            end.last_token = engine.clock.true_time(end.last_token);
            engine.forget(end.slot);
            memory_.remove_request(number, now);
        }
        if (!engine.held.empty())
            engine.clock.forget_before(engine.held.front().admitted);
    }

    /// Lets the requests of models that are in memory go on, in their order, and starts the next load. One
    /// that finds no room holds back whoever comes behind it, but for pinned models: else those that are in
    /// use would never be idle.
    void serve_line(SimTime now) {
        bool blocked = false;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < line_.size(); ++i) {
            const std::size_t model = plan_.model_of[line_[i].class_id.value];
            if (memory_.is_resident(model) && (!blocked || memory_.is_pinned(model))) {
                begin(model, line_[i], now);
                continue;
            }
            if (!memory_.is_resident(model) && !load_ends_ && !blocked)
                blocked = !begin_load(model, now);
            line_[kept++] = line_[i];
        }
        line_.resize(kept);
    }

    bool begin_load(std::size_t model, SimTime now) {
        if (!memory_.make_room(model))
            return false;
        loading_ = model;
        load_ends_ = now + plan_.load_times[model];
        return true;
    }

    void begin(std::size_t model, const ServiceRequest& request, SimTime now) {
        Engine& engine = engines_[model];
        const bool was_idle = engine.held.empty();
        memory_.add_request(model);
        engine.held.push_back({request.slot, {}});
        if (was_idle)
            engine.clock.restart(1, now);
        settle(now);
        // A stretch of its own: this moment of the clock is the present, whatever was rounded.
        engine.clock.run_at(share_, now);
        engine.held.back().admitted = engine.clock.own_time(now);
        engine.service->admit(request, engine.held.back().admitted);
    }

    /// Brings the clocks in line with the number of models that compute.
    void settle(SimTime now) {
        if (!plan_.shares_time)
            return;
        const auto busy = std::count_if(engines_.begin(), engines_.end(),
                                        [](const Engine& engine) { return !engine.held.empty(); });
        const std::int64_t share = std::max<std::int64_t>(1, busy);
        if (share == share_)
            return;
        share_ = share;
        for (Engine& engine : engines_) {
            if (!engine.held.empty())
                engine.clock.run_at(share, now);
        }
    }

    const MultiplexPlan& plan_;
    ModelMemory memory_;
    std::vector<Engine> engines_;  // by model
    std::vector<ServiceRequest> line_;
    std::size_t loading_ = 0;
    std::optional<SimTime> load_ends_;
    std::int64_t share_ = 1;
};

}  // namespace

std::unique_ptr<ServiceModel> make_multiplexed_worker(const MultiplexPlan& plan) {
    return std::make_unique<Multiplexed>(plan);
}

}  // namespace spillway
