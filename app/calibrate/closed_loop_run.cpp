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

    LoopFigures run() {
        for (std::uint32_t client = 0; client < std::min(loop_.clients, loop_.requests); ++client)
            send(SimTime{});
        std::vector<ServiceEnd> ended;
        while (const auto now = engine_.next_change()) {
            ended.clear();
            engine_.advance(*now, ended);
            for (const ServiceEnd& end : ended) record(end);
            for (std::size_t i = 0; i < ended.size() && sent_ < loop_.requests; ++i) send(*now);
        }
        SPILLWAY_CHECK(done_ == loop_.requests, "a closed loop stood still");
        const auto all = static_cast<double>(loop_.requests);
        return {sum_.ttft / all, sum_.tpot / all, sum_.e2e / all};
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

    void record(const ServiceEnd& end) {
        SPILLWAY_CHECK(!end.rejected && end.tokens_cut == 0, "a closed loop's request does not fit");
        const std::uint32_t number = end.slot.value;
        sum_.ttft += to_seconds(end.first_token - sent_at_[number]);
        sum_.e2e += to_seconds(end.last_token - sent_at_[number]);
        sum_.tpot += to_seconds(end.last_token - end.first_token) / (outputs_[number] - 1);
        ++done_;
    }

    ServiceModel& engine_;
    const ClosedLoop& loop_;
    std::vector<SimTime> sent_at_;
    std::vector<std::uint32_t> outputs_;
    std::uint32_t sent_ = 0;
    std::uint32_t done_ = 0;
    LoopFigures sum_;
};

}  // namespace

LoopFigures run_closed_loop(ServiceModel& engine, const ClosedLoop& loop) {
    SPILLWAY_CHECK(loop.clients > 0 && loop.requests > 0 && loop.output.least > 1, "a loop without requests");
    return Loop(engine, loop).run();
}

}  // namespace spillway
