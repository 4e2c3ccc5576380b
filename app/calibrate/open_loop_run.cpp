#include "app/calibrate/open_loop_run.hpp"

#include <cmath>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

class Loop {
public:
    Loop(ServiceModel& engine, const OpenLoop& loop) : engine_(engine), loop_(loop) {}

    ServedFigures run() {
        if (loop_.primed)
            prime();
        draw_arrivals();
        sent_ = 0;
        while (sent_ < loop_.requests) {
            const auto next = engine_.next_change();
            if (next && *next < arrivals_[sent_]) {
                advance(*next);
            } else {
                send(arrivals_[sent_], loop_.output);
            }
        }
        drain();
        SPILLWAY_CHECK(sum_.requests() == loop_.requests, "an open loop lost a request");
        return sum_.means();
    }

private:
    /// Given their number, Poisson arrivals are exponential gaps scaled to the time they come in.
    void draw_arrivals() {
        RandomStream stream(StreamKey(RunSeed{}, "calibrate/open-loop"), 0);
        std::vector<double> sums;
        sums.reserve(loop_.requests);
        double sum = 0;
        for (std::uint32_t i = 0; i < loop_.requests; ++i) {
            sum -= std::log(stream.uniform());
            sums.push_back(sum);
        }
        sum -= std::log(stream.uniform());
        arrivals_.reserve(sums.size());
        for (const double at : sums) arrivals_.push_back(start_ + from_seconds(at / sum * loop_.seconds));
    }

    /// Each prompt once, one after the other; what is measured begins when all are answered.
    void prime() {
        for (std::uint32_t i = 0; i < loop_.prompts; ++i) {
            send(start_, 2);
            while (const auto now = engine_.next_change()) {
                engine_.advance(*now, ended_);
                start_ = *now;
            }
        }
        ended_.clear();
    }

    void send(SimTime now, std::uint32_t output) {
        ServiceRequest request;
        request.slot = RequestSlot{sent_};
        request.origin = sent_;
        request.input_tokens = loop_.input;
        request.output_tokens = request.max_tokens = output;
        name_blocks(sent_ % loop_.prompts);
        request.prefix_blocks = blocks_;
        ++sent_;
        engine_.admit(request, now);
    }

    /// An id for each whole unit: the group's for those that it shares, the prompt's own after that.
    void name_blocks(std::uint32_t prompt) {
        blocks_.clear();
        const std::uint32_t shared = loop_.group_tokens / loop_.prefix_unit;
        const std::uint64_t own = std::uint64_t{loop_.groups} + prompt;
        for (std::uint32_t unit = 0; unit < loop_.input / loop_.prefix_unit; ++unit) {
            const std::uint64_t whose = unit < shared ? prompt % loop_.groups : own;
            blocks_.push_back(whose << 32 | unit);
        }
    }

    void advance(SimTime now) {
        ended_.clear();
        engine_.advance(now, ended_);
        for (const ServiceEnd& end : ended_) sum_.add(end, arrivals_[end.slot.value], loop_.output);
    }

    void drain() {
        while (const auto now = engine_.next_change()) advance(*now);
    }

    ServiceModel& engine_;
    const OpenLoop& loop_;
    SimTime start_{};
    std::vector<SimTime> arrivals_;
    std::vector<std::uint64_t> blocks_;
    std::vector<ServiceEnd> ended_;
    std::uint32_t sent_ = 0;
    ServedSum sum_;
};

}  // namespace

ServedFigures run_open_loop(ServiceModel& engine, const OpenLoop& loop) {
    SPILLWAY_CHECK(loop.requests > 0 && loop.prompts > 0 && loop.groups > 0 && loop.output > 1,
                   "an open loop without requests");
    return Loop(engine, loop).run();
}

}  // namespace spillway
