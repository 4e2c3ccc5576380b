#include "tests/models/support/engine_log.hpp"

#include "sim/core/parse_units.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

std::string text(SimTime time) { return format_duration(time.time_since_epoch()); }

}  // namespace

void EngineLog::admit(std::uint32_t slot, SimTime now) {
    ServiceRequest request;
    request.slot = RequestSlot{slot};
    request.origin = slot;
    admit(request, now);
}

void EngineLog::admit(const ServiceRequest& request, SimTime now) {
    run(now);
    engine_->admit(request, now);
}

void EngineLog::remove(std::uint32_t slot, SimTime now) {
    run(now);
    engine_->remove(RequestSlot{slot}, now);
}

void EngineLog::run(SimTime until) {
    std::optional<SimTime> stalled_at;
    while (engine_->next_change() && *engine_->next_change() <= until) {
        const SimTime now = *engine_->next_change();
        REQUIRE(stalled_at != now);
        const std::size_t before = ends_.size();
        engine_->advance(now, ends_);
        // An advance that ended nothing must move the next change strictly forward.
        if (ends_.size() == before)
            stalled_at = now;
        for (std::size_t i = before; i < ends_.size(); ++i) {
            const ServiceEnd& end = ends_[i];
            lines_.push_back(std::to_string(end.slot.value) + " " + text(end.scheduled) + ".." +
                             text(end.first_token) + ".." + text(end.last_token));
        }
    }
}

}  // namespace spillway::tests
