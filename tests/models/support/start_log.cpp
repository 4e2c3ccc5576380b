#include "tests/models/support/start_log.hpp"

#include <array>

#include "sim/core/parse_units.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

std::string word(StartPhase phase) {
    constexpr std::array kWords{"acquire", "pull", "container", "runtime", "weights", "graphs", "warm-up"};
    return kWords.at(static_cast<std::size_t>(phase));
}

}  // namespace

void StartLog::begin(std::uint32_t id, SimTime now) { begin({StartId{id}, id, false, {}}, now); }

void StartLog::begin(const StartContext& context, SimTime now) {
    if (context.start.value >= begun_.size())
        begun_.resize(context.start.value + std::size_t{1});
    begun_[context.start.value] = now;
    now_ = now;
    model_.begin(context, now, *this);
}

void StartLog::run(SimTime until) {
    while (model_.next_change() && *model_.next_change() <= until) {
        const SimTime next = *model_.next_change();
        REQUIRE(next >= now_);
        now_ = next;
        model_.advance(now_, *this);
    }
}

void StartLog::start_reached(StartId start, StartPhase phase) { write(start, word(phase)); }

void StartLog::start_ready(StartId start, const std::vector<StartStretch>& path) {
    std::string text = "ready";
    SimTime from = begun_[start.value];
    for (const StartStretch& stretch : path) {
        text += " " + word(stretch.phase) + "=" + format_duration(stretch.end - from);
        from = stretch.end;
    }
    path_ = path;
    ready_at_ = now_;
    write(start, text);
}

void StartLog::start_failed(StartId start) { write(start, "failed"); }

void StartLog::write(StartId start, const std::string& what) {
    lines_.push_back(format_duration(now_.time_since_epoch()) + ":" + std::to_string(start.value) + " " +
                     what);
}

}  // namespace spillway::tests
