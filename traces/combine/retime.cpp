#include "traces/combine/retime.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

class Retimed final : public RequestSource {
public:
    Retimed(std::unique_ptr<RequestSource> source, const TimeWindow& window)
        : source_(std::move(source)), window_(window) {
        Arrival skipped;
        while (true) {
            const std::optional<SimTime> next = source_->next_time();
            if (!next || *next >= window_.from)
                break;
            source_->pop(skipped);
        }
    }

    std::optional<SimTime> next_time() override {
        const std::optional<SimTime> next = source_->next_time();
        if (!next || (window_.until && *next >= *window_.until))
            return std::nullopt;
        return window_.place(*next);
    }

    void pop(Arrival& arrival) override {
        source_->pop(arrival);
        arrival.at = window_.place(arrival.at);
    }

private:
    std::unique_ptr<RequestSource> source_;
    TimeWindow window_;
};

/// What lies further away than a century is as far as anything can be.
Duration::rep rounded(double nanoseconds) noexcept {
    constexpr double kFarthest = 4e18;
    return std::llround(std::clamp(nanoseconds, -kFarthest, kFarthest));
}

}  // namespace

SimTime TimeWindow::place(SimTime at) const noexcept {
    const Duration since = at - from;
    if (factor == 1)
        return begin + since;
    return begin + Duration(rounded(static_cast<double>(since.count()) * factor));
}

SimTime TimeWindow::origin_of(SimTime at) const noexcept {
    const Duration since = at - begin;
    if (factor == 1)
        return from + since;
    return from + Duration(rounded(static_cast<double>(since.count()) / factor) + 1);
}

std::unique_ptr<RequestSource> retime(std::unique_ptr<RequestSource> source, const TimeWindow& window) {
    return std::make_unique<Retimed>(std::move(source), window);
}

}  // namespace spillway
