#include "traces/gen/spikes.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "traces/combine/combine.hpp"
#include "traces/combine/merge.hpp"
#include "traces/gen/rate_source.hpp"

namespace spillway {
namespace {

enum class Shape : std::uint8_t { kSquare, kTriangle, kDecay };

struct SpikeSpec {
    double height;
    Duration width;
    Shape shape;
    std::optional<std::vector<Duration>> at;
    std::optional<Duration> every;
    std::optional<Duration> mean_pause;  ///< from the end of a spike to the next, for random ones
};

/// The mean relative height in the part from `a` to `b` of a spike's width.
double mean_height(Shape shape, double a, double b) {
    const double fall = std::log(20.0);  // down to 5%
    const double middle = (a + b) / 2;
    switch (shape) {
        case Shape::kSquare:
            return 1;
        case Shape::kTriangle:
            return 1 - std::abs(2 * middle - 1);
        case Shape::kDecay:
            return (std::exp(-fall * a) - std::exp(-fall * b)) / (fall * (b - a));
    }
    return 0;
}

/// Where spikes begin, one after the other.
class SpikeStarts {
public:
    SpikeStarts(SimTime begin, const SpikeSpec& spec, RandomStream stream)
        : begin_(begin), spec_(spec), stream_(stream) {}

    /// The start that follows a spike's end (or the beginning); empty: there is none.
    std::optional<SimTime> next(SimTime after) {
        ++count_;
        if (spec_.at) {
            if (static_cast<std::size_t>(count_) > spec_.at->size())
                return std::nullopt;
            return begin_ + (*spec_.at)[static_cast<std::size_t>(count_) - 1];
        }
        if (after >= kForEver)
            return std::nullopt;
        if (spec_.every)
            return begin_ + count_ * *spec_.every;
        const double pause = -std::log(stream_.uniform()) * to_seconds(*spec_.mean_pause);
        const std::optional<Duration> drawn = duration_from_seconds(pause);
        if (!drawn || *drawn > kForEver - after)
            return std::nullopt;
        return after + *drawn;
    }

private:
    SimTime begin_;
    SpikeSpec spec_;
    RandomStream stream_;
    Duration::rep count_ = 0;
};

/// The extra rate: 0 between spikes, a staircase along the shape in them.
class SpikeRates {
public:
    SpikeRates(SimTime begin, const SpikeSpec& spec, RandomStream stream)
        : spec_(spec), starts_(begin, spec, stream), start_(begin), step_(steps()) {
        start_ -= spec_.width;  // as if a spike had just ended
    }

    std::optional<RateSegment> next() {
        if (step_ == steps()) {
            const std::optional<SimTime> start = starts_.next(start_ + spec_.width);
            if (!start)
                return std::nullopt;
            start_ = *start;
            step_ = 0;
            return RateSegment{0, start_};
        }
        const int step = step_++;
        const double share = 1.0 / steps();
        const double height = mean_height(spec_.shape, step * share, (step + 1) * share);
        return RateSegment{spec_.height * height, start_ + spec_.width * step_ / steps()};
    }

private:
    int steps() const { return spec_.shape == Shape::kSquare ? 1 : 40; }

    SpikeSpec spec_;
    SpikeStarts starts_;
    SimTime start_;
    int step_;
};

std::vector<Duration> read_starts(const ConfigNode& list, Duration width) {
    std::vector<Duration> starts;
    for (const ConfigNode& item : list.items()) {
        const Duration start = item.as_duration();
        if (start < Duration{0})
            throw InputError(item.where(), "a spike cannot begin before the traffic");
        if (!starts.empty() && start - starts.back() < width) {
            throw InputError(item.where(), "begins before the spike in front of it has ended",
                             "list the spikes in ascending order, at least \"width\" apart");
        }
        starts.push_back(start);
    }
    return starts;
}

Duration read_pause(double rate, Duration width, const std::string& where) {
    if (rate <= 0)
        throw InputError(where, "must be above 0");
    const std::optional<Duration> between = duration_from_seconds(1 / rate);
    if (!between)
        throw InputError(where, "is too low: not one spike in a lifetime");
    if (*between > width)
        return *between - width;
    throw InputError(where, "leaves no time between spikes",
                     "spikes do not overlap: 1 / rate must exceed \"width\"");
}

SpikeSpec read_spikes_spec(ParamReader& params) {
    SpikeSpec spec{positive_rate(params, "height"),
                   positive_duration(params, "width"),
                   static_cast<Shape>(params.choice("shape")),
                   {},
                   params.optional_duration("every"),
                   {}};
    if (const ConfigNode* list = params.node("at"))
        spec.at = read_starts(*list, spec.width);
    if (const std::optional<double> rate = params.optional_rate("rate")) {
        spec.mean_pause = read_pause(*rate, spec.width, params.where("rate"));
    }
    if (int{spec.at.has_value()} + int{spec.every.has_value()} + int{spec.mean_pause.has_value()} != 1) {
        throw InputError(params.where(),
                         "needs one of \"at\", \"every\" and \"rate\" to say when spikes begin");
    }
    if (spec.every && *spec.every < spec.width) {
        throw InputError(params.where("every"), "is shorter than \"width\"", "spikes do not overlap");
    }
    return spec;
}

}  // namespace

std::unique_ptr<RequestSource> make_spikes(ParamReader& params, const SourceContext& context) {
    const SpikeSpec spec = read_spikes_spec(params);
    RequestMaker requests(params, context);
    if (!spec.at)
        requests.require_end(params);
    SpikeRates rates(requests.begin(), spec, requests.stream("spike starts"));
    std::unique_ptr<RequestSource> spikes = make_rate_source(std::move(requests), std::move(rates), 1);
    const ConfigNode* over = params.node("over");
    if (over == nullptr)
        return spikes;

    std::vector<std::unique_ptr<RequestSource>> sources;
    sources.push_back(make_passive_source(*over, context));
    sources.push_back(std::move(spikes));
    return merge_sources(std::move(sources));
}

}  // namespace spillway
