#include "traces/gen/mmpp.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include "sim/core/error.hpp"
#include "traces/gen/modulated_times.hpp"
#include "traces/gen/timed_source.hpp"
#include "traces/gen/unit_gaps.hpp"

namespace spillway {
namespace {

struct State {
    double rate;
    double mean_sojourn;  // seconds
};

/// The sojourns of a chain that goes through its states in a circle.
class Sojourns {
public:
    Sojourns(SimTime begin, std::vector<State> states, RandomStream stream)
        : states_(std::move(states)), stream_(stream), until_(begin), state_(steady_state()) {}

    std::optional<RateSegment> next() {
        const State& state = states_[state_];
        state_ = (state_ + 1) % states_.size();
        const double seconds = -std::log(stream_.uniform()) * state.mean_sojourn;
        const std::optional<Duration> sojourn = duration_from_seconds(seconds);
        if (!sojourn || *sojourn > kForEver - until_)
            return std::nullopt;
        until_ += *sojourn;
        return RateSegment{state.rate, until_};
    }

private:
    std::size_t steady_state() {
        double total = 0;
        for (const State& state : states_) total += state.mean_sojourn;
        double left = stream_.uniform() * total;
        for (std::size_t i = 0; i + 1 < states_.size(); ++i) {
            left -= states_[i].mean_sojourn;
            if (left < 0)
                return i;
        }
        return states_.size() - 1;
    }

    std::vector<State> states_;
    RandomStream stream_;
    SimTime until_;
    std::size_t state_;
};

std::vector<State> read_states(ParamReader& params) {
    std::vector<State> states;
    double most = 0;
    for (const ConfigNode& item : params.node("states")->items()) {
        ParamReader reader(item, kMmppStateParams);
        const double rate = reader.rate("rate");
        if (rate < 0)
            throw InputError(reader.where("rate"), "a rate cannot be negative");
        states.push_back({rate, to_seconds(positive_duration(reader, "mean_sojourn"))});
        most = std::max(most, rate);
        reader.finish();
    }
    if (states.size() < 2) {
        throw InputError(params.where("states"), "needs two states or more", "one state is \"poisson\"");
    }
    if (most <= 0)
        throw InputError(params.where("states"), "no state has a rate above 0");
    return states;
}

}  // namespace

std::unique_ptr<RequestSource> make_mmpp(ParamReader& params, const SourceContext& context) {
    std::vector<State> states = read_states(params);
    RequestMaker requests(params, context);
    requests.require_end(params);
    const SimTime begin = requests.begin();
    Sojourns sojourns(begin, std::move(states), requests.stream("mmpp sojourns"));
    const ExponentialGaps gaps(requests.stream("arrival gaps"));
    return make_timed(std::move(requests), ModulatedTimes(begin, std::move(sojourns), gaps));
}

}  // namespace spillway
