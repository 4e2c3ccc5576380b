// What must hold of every sequence of micro-batches, whatever comes and goes.

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "models/service/micro_batch.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

/// One random life of an engine: who came when, who was removed, what ended.
struct Life {
    std::map<std::uint32_t, SimTime> admitted;
    std::set<std::uint32_t> removed;
    std::vector<ServiceEnd> ended;
};

const BatchRules& rules() {
    static const BatchRules kRules{700ms, 3, BatchTimes({{1, 800ms}, {3, 1200ms}}, "table")};
    return kRules;
}

void advance_to(MicroBatchModel& engine, Life& life, SimTime until) {
    while (engine.next_change() && *engine.next_change() <= until) {
        const SimTime now = *engine.next_change();
        const std::size_t before = life.ended.size();
        engine.advance(now, life.ended);
        // In brackets: RC_ASSERT looks into an expression and would evaluate all of it.
        const std::optional<SimTime> next = engine.next_change();
        RC_ASSERT((life.ended.size() > before || !next || *next > now));
    }
}

Life random_life() {
    Life life;
    MicroBatchModel engine(rules());
    std::set<std::uint32_t> held;
    SimTime now{0s};
    const int steps = *rc::gen::inRange(1, 60);
    for (std::uint32_t step = 0; step < static_cast<std::uint32_t>(steps); ++step) {
        now += *rc::gen::inRange(0, 6) * 100ms;
        advance_to(engine, life, now);
        for (const ServiceEnd& end : life.ended) held.erase(end.slot.value);
        if (*rc::gen::inRange(0, 4) != 0 || held.empty()) {
            ServiceRequest request;
            request.slot = RequestSlot{step};
            engine.admit(request, now);
            life.admitted[step] = now;
            held.insert(step);
        } else {
            const auto gone = std::next(held.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(held)));
            engine.remove(RequestSlot{*gone}, now);
            life.removed.insert(*gone);
            held.erase(gone);
        }
    }
    advance_to(engine, life, SimTime::max());
    RC_ASSERT(!engine.next_change().has_value());
    return life;
}

}  // namespace

TEST_CASE("every request of a batch engine ends once or was removed", "[models][micro_batch][laws]") {
    check_property("admitted = ended + removed", [] {
        const Life life = random_life();
        std::set<std::uint32_t> seen = life.removed;
        for (const ServiceEnd& end : life.ended) RC_ASSERT(seen.insert(end.slot.value).second);
        RC_ASSERT(seen.size() == life.admitted.size());
    });
}

TEST_CASE("batches keep to their rules and never overlap", "[models][micro_batch][laws]") {
    check_property("size, time, order and window of every batch", [] {
        const Life life = random_life();
        SimTime free_at = SimTime::min();
        for (std::size_t i = 0; i < life.ended.size();) {
            const SimTime start = life.ended[i].scheduled;
            const SimTime end = life.ended[i].last_token;
            std::size_t size = 0;
            for (; i < life.ended.size() && life.ended[i].last_token == end; ++i, ++size) {
                RC_ASSERT(life.ended[i].scheduled == start);
                RC_ASSERT(life.admitted.at(life.ended[i].slot.value) <= start);
            }
            // Removed requests count for a batch's time: it may be longer than its survivors alone would
            // need.
            RC_ASSERT(size <= rules().max_batch);
            RC_ASSERT(end - start >= rules().times.of(size));
            RC_ASSERT(end - start <= rules().times.of(rules().max_batch));
            RC_ASSERT(start >= free_at);
            free_at = end;
        }
    });
}
