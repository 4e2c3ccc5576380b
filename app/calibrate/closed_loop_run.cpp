#include "app/calibrate/closed_loop_run.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/time.hpp"

namespace spillway {
namespace {

/// The digits of `index` in `base`, mirrored behind the point (van der Corput 1935).
double van_der_corput(std::uint32_t index, std::uint32_t base) {
    double value = 0;
    double digit = 1;
    for (; index > 0; index /= base) {
        digit /= base;
        value += digit * (index % base);
    }
    return value;
}

std::uint32_t length(const LengthRange& range, double place) {
    const double width = range.most - range.least;
    return range.least + static_cast<std::uint32_t>(std::lround(width * place));
}

class Loop {
public:
    Loop(ServiceModel& engine, const ClosedLoop& loop) : engine_(engine), loop_(loop) {
        sent_at_.resize(loop.requests);
        outputs_.resize(loop.requests);
    }

    ServedFigures run() {
        for (std::uint32_t client = 0; client < std::min(loop_.clients, loop_.requests); ++client)
            send(SimTime{});
        std::vector<ServiceEnd> ended;
        while (const auto now = engine_.next_change()) {
            ended.clear();
            engine_.advance(*now, ended);
            for (const ServiceEnd& end : ended)
                sum_.add(end, sent_at_[end.slot.value], outputs_[end.slot.value]);
            for (std::size_t i = 0; i < ended.size() && sent_ < loop_.requests; ++i) send(*now);
        }
        SPILLWAY_CHECK(sum_.requests() == loop_.requests, "a closed loop stood still");
        return sum_.means();
    }

private:
    void send(SimTime now) {
        ServiceRequest request;
        request.slot = RequestSlot{sent_};
        request.origin = sent_;
        request.input_tokens = length(loop_.input, van_der_corput(sent_ + 1, 2));
        request.output_tokens = length(loop_.output, van_der_corput(sent_ + 1, 3));
        request.max_tokens = request.output_tokens;
        sent_at_[sent_] = now;
        outputs_[sent_] = request.output_tokens;
        ++sent_;
        engine_.admit(request, now);
    }

    ServiceModel& engine_;
    const ClosedLoop& loop_;
    std::vector<SimTime> sent_at_;
    std::vector<std::uint32_t> outputs_;
    std::uint32_t sent_ = 0;
    ServedSum sum_;
};

}  // namespace

ServedFigures run_closed_loop(ServiceModel& engine, const ClosedLoop& loop) {
    SPILLWAY_CHECK(loop.clients > 0 && loop.requests > 0 && loop.output.least > 1, "a loop without requests");
    return Loop(engine, loop).run();
}

}  // namespace spillway
