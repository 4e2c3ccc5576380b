// The slot engine's heap against a sorted list that a reader can check by eye, on random admissions and
// removals.

#include "models/service/slot_model.hpp"

#include <algorithm>

#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

/// A request's time is its measured one; its first token comes half-way.
struct MeasuredTime {
    SlotTimes operator()(const ServiceRequest& request) const {
        return {*request.measured / 2, *request.measured};
    }
};

class SortedList {
public:
    void admit(RequestSlot slot, SimTime now, Duration time) {
        held_.push_back({slot, now, now + time / 2, now + time});
        std::stable_sort(held_.begin(), held_.end(),
                         [](const auto& a, const auto& b) { return a.last_token < b.last_token; });
    }
    void remove(RequestSlot slot) {
        std::erase_if(held_, [slot](const ServiceEnd& end) { return end.slot == slot; });
    }
    std::optional<SimTime> next_change() const {
        return held_.empty() ? std::nullopt : std::optional(held_.front().last_token);
    }
    void advance(SimTime now, std::vector<ServiceEnd>& ended) {
        while (!held_.empty() && held_.front().last_token == now) {
            ended.push_back(held_.front());
            held_.erase(held_.begin());
        }
    }
    const std::vector<ServiceEnd>& held() const { return held_; }

private:
    std::vector<ServiceEnd> held_;
};

bool same(const ServiceEnd& a, const ServiceEnd& b) {
    return a.slot == b.slot && a.scheduled == b.scheduled && a.first_token == b.first_token &&
           a.last_token == b.last_token && a.rejected == b.rejected;
}

}  // namespace

TEST_CASE("the slot engine does what a sorted list does", "[models][slot_model][laws]") {
    check_property("same ends in the same order", [] {
        const MeasuredTime timing;
        SlotModel<MeasuredTime> engine(timing);
        SortedList list;
        SimTime now{0s};
        const int steps = *rc::gen::inRange(1, 120);
        for (int step = 0; step < steps; ++step) {
            const int what = *rc::gen::inRange(0, 10);
            if (what < 6) {
                ServiceRequest request;
                request.slot = RequestSlot{static_cast<std::uint32_t>(step)};
                request.measured = std::chrono::seconds{*rc::gen::inRange(0, 8)};
                engine.admit(request, now);
                list.admit(request.slot, now, *request.measured);
            } else if (what < 8 && !list.held().empty()) {
                const RequestSlot gone =
                    list.held()[*rc::gen::inRange<std::size_t>(0, list.held().size())].slot;
                engine.remove(gone, now);
                list.remove(gone);
            } else if (list.next_change()) {
                now = *list.next_change();
                std::vector<ServiceEnd> ended;
                std::vector<ServiceEnd> expected;
                engine.advance(now, ended);
                list.advance(now, expected);
                RC_ASSERT(std::equal(ended.begin(), ended.end(), expected.begin(), expected.end(), same));
            }
            RC_ASSERT(engine.next_change() == list.next_change());
        }
    });
}
