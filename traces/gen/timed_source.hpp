#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "traces/gen/requests.hpp"

namespace spillway {

/// Requests at the moments that `Times` yields (std::optional<SimTime> next(), non-decreasing; empty: the
/// end), until the limits of their maker.
template <class Times>
class TimedSource final : public RequestSource {
public:
    TimedSource(RequestMaker requests, Times times)
        : requests_(std::move(requests)),
          times_(std::move(times)),
          end_(requests_.end().value_or(SimTime::max())),
          left_(requests_.count()) {
        advance();
    }

    std::optional<SimTime> next_time() override { return next_; }

    void pop(Arrival& arrival) override {
        requests_.fill(arrival, *next_, number_++);
        if (arrival.at >= SimTime{})
            --left_;
        advance();
    }

private:
    void advance() {
        if (left_ == 0) {
            next_.reset();
            return;
        }
        next_ = times_.next();
        if (next_ && *next_ >= end_)
            next_.reset();
    }

    RequestMaker requests_;
    Times times_;
    SimTime end_;
    std::uint64_t left_;
    std::uint64_t number_ = 0;
    std::optional<SimTime> next_;
};

template <class Times>
std::unique_ptr<RequestSource> make_timed(RequestMaker requests, Times times) {
    return std::make_unique<TimedSource<Times>>(std::move(requests), std::move(times));
}

}  // namespace spillway
