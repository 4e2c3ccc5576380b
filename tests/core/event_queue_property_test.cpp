#include <map>
#include <tuple>
#include <vector>

#include "sim/core/event_queue.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;

namespace {

/// The obvious queue: a multimap keeps equal keys in the order of insertion.
class ModelQueue {
public:
    using Key = std::pair<std::int64_t, int>;

    void schedule(Key key, std::uint32_t id) { by_id_.emplace(id, events_.emplace(key, id)); }
    bool cancel(std::uint32_t id) {
        const auto found = by_id_.find(id);
        if (found == by_id_.end())
            return false;
        events_.erase(found->second);
        by_id_.erase(found);
        return true;
    }
    std::tuple<std::int64_t, int, std::uint32_t> pop() {
        const auto first = *events_.begin();
        cancel(first.second);
        return {first.first.first, first.first.second, first.second};
    }
    std::size_t size() const { return events_.size(); }

private:
    using Events = std::multimap<Key, std::uint32_t>;
    Events events_;
    std::map<std::uint32_t, Events::iterator> by_id_;
};

/// Both queues side by side, fed with the same operations.
class Comparison {
public:
    explicit Comparison(std::uint64_t sequence) : queue_(sequence) {}

    void schedule(std::int64_t time, int phase) {
        const auto id = static_cast<std::uint32_t>(handles_.size());
        handles_.push_back(
            queue_.schedule_cancellable(SimTime{Duration{time}}, static_cast<Phase>(phase), {.a = id}));
        model_.schedule({time, phase}, id);
    }
    void cancel(std::size_t choice) {
        if (handles_.empty())
            return;
        const std::size_t id = choice % handles_.size();
        const std::optional<Event> dropped = queue_.cancel(handles_[id]);
        RC_ASSERT(dropped.has_value() == model_.cancel(static_cast<std::uint32_t>(id)));
        if (dropped)
            RC_ASSERT(dropped->a == id);
    }
    void pop() {
        if (model_.size() == 0)
            return;
        const EventQueue::Entry entry = queue_.pop();
        const auto [time, phase, id] = model_.pop();
        RC_ASSERT(entry.at.time_since_epoch().count() == time);
        RC_ASSERT(static_cast<int>(entry.phase) == phase);
        RC_ASSERT(entry.event.a == id);
    }
    void check_size() const { RC_ASSERT(queue_.size() == model_.size()); }
    void drain() {
        while (model_.size() != 0) pop();
        RC_ASSERT(queue_.empty());
    }

private:
    EventQueue queue_;
    ModelQueue model_;
    std::vector<EventHandle> handles_;
};

enum class Mix { kEven, kManyCancels };

/// Few distinct times and phases, so that ties are common.
void follow_model(Mix mix, std::uint64_t first_sequence) {
    const auto steps = *rc::gen::container<std::vector<std::tuple<int, std::int64_t, int>>>(
        rc::gen::tuple(rc::gen::inRange(0, mix == Mix::kEven ? 3 : 4), rc::gen::inRange<std::int64_t>(-3, 8),
                       rc::gen::inRange(0, 9)));
    Comparison both(first_sequence);
    for (const auto& [action, time, phase] : steps) {
        if (action == 0) {
            for (int i = 0; i < (mix == Mix::kEven ? 1 : 8); ++i) both.schedule(time * (i + 1), phase);
        } else if (action == 1) {
            both.pop();
        } else {
            for (int i = 0; i < (mix == Mix::kEven ? 1 : 6); ++i)
                both.cancel(static_cast<std::size_t>(phase) * 37 + static_cast<std::size_t>(i));
        }
        both.check_size();
    }
    both.drain();
}

}  // namespace

TEST_CASE("any mix of schedule, cancel and pop agrees with a sorted list", "[core][event_queue]") {
    tests::check_property("even mix", [] { follow_model(Mix::kEven, 0); });
}

TEST_CASE("the order holds when most events are cancelled", "[core][event_queue]") {
    tests::check_property("many cancels", [] { follow_model(Mix::kManyCancels, 0); });
}

TEST_CASE("the order holds across renumberings", "[core][event_queue]") {
    tests::check_property("sequence near its end",
                          [] { follow_model(Mix::kEven, EventQueue::kMaxSequence - 5); });
}

TEST_CASE("the order holds in a heap of thousands through pops, pushes and compactions",
          "[core][event_queue]") {
    tests::check_property("large", [](std::uint32_t seed) {
        Comparison both(0);
        std::uint32_t state = seed;
        const auto draw = [&state] { return state = state * 1664525U + 1013904223U, state >> 8; };
        for (int i = 0; i < 5000; ++i) both.schedule(draw() % 1000, static_cast<int>(draw() % 9));
        for (int i = 0; i < 8000; ++i) both.cancel(draw());  // about 4000 hit: several compactions
        both.check_size();
        for (int i = 0; i < 2000; ++i) {
            both.pop();
            if (draw() % 2 == 0)
                both.schedule(draw() % 1000, static_cast<int>(draw() % 9));
        }
        both.check_size();
        both.drain();
    });
}
