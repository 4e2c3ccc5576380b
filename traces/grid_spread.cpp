#include "traces/grid_spread.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {

namespace {

constexpr std::size_t kMostAtOneStamp = 1'000'000;

}  // namespace

GridSpread::GridSpread(std::unique_ptr<RequestSource> source, Duration step, const SourceContext& context)
    : source_(std::move(source)),
      step_(step),
      end_(context.end),
      key_(context.seed, "time stamp within its grid") {
    fill(given_);
}

std::optional<SimTime> GridSpread::next_time() {
    if (given_.next < given_.arrivals.size())
        return given_.arrivals[given_.next].at;
    if (ahead_.arrivals.empty())
        fill(ahead_);
    if (ahead_.arrivals.empty())
        return std::nullopt;
    return ahead_.arrivals.front().at;
}

void GridSpread::pop(Arrival& arrival) {
    if (given_.next == given_.arrivals.size()) {
        SPILLWAY_CHECK(next_time().has_value(), "pop() without a next_time()");
        std::swap(given_, ahead_);
        ahead_.arrivals.clear();
    }
    arrival = given_.arrivals[given_.next++];
}

/// Takes all requests of the source's next stamp.
void GridSpread::fill(Bucket& bucket) {
    bucket.arrivals.clear();
    bucket.blocks.clear();
    bucket.next = 0;
    const std::optional<SimTime> stamp = source_->next_time();
    if (!stamp)
        return;
    Arrival arrival;
    while (source_->next_time() == stamp) {
        if (bucket.arrivals.size() == kMostAtOneStamp) {
            throw InputError("time stamps", "more than a million requests have the same one",
                             "is this the right time column? Otherwise read the trace as it is");
        }
        source_->pop(arrival);
        bucket.arrivals.push_back(arrival);
        bucket.blocks.insert(bucket.blocks.end(), arrival.prefix_blocks.begin(), arrival.prefix_blocks.end());
    }
    std::size_t first = 0;
    for (Arrival& each : bucket.arrivals) {
        const std::size_t count = each.prefix_blocks.size();
        each.prefix_blocks = std::span(bucket.blocks).subspan(first, count);
        first += count;
    }
    Duration width = step_;
    if (const std::optional<SimTime> next = source_->next_time())
        width = std::min(width, *next - *stamp);
    if (end_)
        width = std::min(width, *end_ - *stamp);
    spread(bucket, width);
}

void GridSpread::spread(Bucket& bucket, Duration width) {
    RandomStream draw(key_, bucket.arrivals.front().origin);
    places_.resize(bucket.arrivals.size());
    for (double& place : places_) place = draw.uniform();
    std::sort(places_.begin(), places_.end());
    for (std::size_t i = 0; i < places_.size(); ++i) {
        bucket.arrivals[i].at +=
            Duration(static_cast<Duration::rep>(places_[i] * static_cast<double>(width.count())));
    }
}

}  // namespace spillway
