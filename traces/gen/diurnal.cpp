#include "traces/gen/diurnal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "sim/core/error.hpp"
#include "traces/gen/rate_source.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kSlotSeconds = 900;  // fine enough for a sine: a step is under 7% of its amplitude
constexpr std::size_t kDaySlots = 86'400 / kSlotSeconds;
constexpr std::size_t kWeekSlots = 7 * kDaySlots;

/// A rate for each slot of the week, from Monday 00:00, repeated for ever.
class WeekOfRates {
public:
    WeekOfRates(SimTime begin, std::int64_t wall_clock, std::vector<double> rates)
        : rates_(std::move(rates)) {
        constexpr std::int64_t kMondayOffset = std::int64_t{3} * 86'400;  // 1970-01-01 was a Thursday
        constexpr std::int64_t kWeek = std::int64_t{7} * 86'400;
        const std::int64_t start = std::chrono::floor<std::chrono::seconds>(begin.time_since_epoch()).count();
        const std::int64_t second = (((wall_clock + start + kMondayOffset) % kWeek) + kWeek) % kWeek;
        slot_ = static_cast<std::size_t>(second / kSlotSeconds);
        until_ = SimTime{std::chrono::seconds(start - second % kSlotSeconds)};
    }

    std::optional<RateSegment> next() {
        if (until_ >= kForEver)
            return std::nullopt;
        until_ += std::chrono::seconds(kSlotSeconds);
        const RateSegment segment{rates_[slot_], until_};
        slot_ = (slot_ + 1) % kWeekSlots;
        return segment;
    }

private:
    std::vector<double> rates_;
    std::size_t slot_;
    SimTime until_;
};

std::vector<double> read_weights(const ConfigNode& list, std::size_t wanted) {
    std::vector<double> weights;
    double sum = 0;
    for (const ConfigNode& item : list.items()) {
        weights.push_back(item.as_number());
        if (weights.back() < 0)
            throw InputError(item.where(), "a weight cannot be negative");
        sum += weights.back();
    }
    if (weights.size() != wanted) {
        throw InputError(list.where(), "needs " + std::to_string(wanted) + " weights, has " +
                                           std::to_string(weights.size()));
    }
    if (sum <= 0)
        throw InputError(list.where(), "no weight is above 0");
    return weights;
}

/// A sine with the given ratio of its highest to its lowest value.
std::vector<double> sine_day(double peak_to_trough, double peak_hour) {
    const double amplitude = (peak_to_trough - 1) / (peak_to_trough + 1);
    std::vector<double> day;
    for (std::size_t slot = 0; slot < kDaySlots; ++slot) {
        const double hour = (static_cast<double>(slot) + 0.5) * 24 / kDaySlots;
        day.push_back(1 + amplitude * std::cos((hour - peak_hour) / 12 * std::numbers::pi));
    }
    return day;
}

std::vector<double> read_day(ParamReader& params) {
    const double ratio = params.number("peak_to_trough");
    const double peak_hour = params.number("peak_hour");
    const ConfigNode* hours = params.node("hours");
    if (hours == nullptr) {
        if (ratio < 1)
            throw InputError(params.where("peak_to_trough"), "must be 1 or more");
        return sine_day(ratio, peak_hour);
    }
    const std::vector<double> weights = read_weights(*hours, 24);
    std::vector<double> day;
    for (std::size_t slot = 0; slot < kDaySlots; ++slot) day.push_back(weights[slot * 24 / kDaySlots]);
    return day;
}

std::vector<double> read_week(ParamReader& params) {
    const double rate = positive_rate(params, "rate");
    const std::vector<double> day = read_day(params);
    const ConfigNode* list = params.node("days");
    const std::vector<double> days = list != nullptr ? read_weights(*list, 7) : std::vector<double>(7, 1.0);
    std::vector<double> week;
    for (const double weight : days) {
        for (const double share : day) week.push_back(weight * share);
    }
    const double mean = std::accumulate(week.begin(), week.end(), 0.0) / static_cast<double>(week.size());
    for (double& slot : week) slot *= rate / mean;
    return week;
}

}  // namespace

std::unique_ptr<RequestSource> make_diurnal(ParamReader& params, const SourceContext& context) {
    std::vector<double> week = read_week(params);
    const double cv = positive_number(params, "cv");
    RequestMaker requests(params, context);
    requests.require_end(params);
    WeekOfRates rates(requests.begin(), context.wall_clock, std::move(week));
    return make_rate_source(std::move(requests), std::move(rates), cv);
}

}  // namespace spillway
