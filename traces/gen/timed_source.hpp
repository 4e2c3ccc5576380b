#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "traces/gen/requests.hpp"

namespace spillway {

/// Requests at the moments that `Times` yields ([[nodiscard]] bool next(SimTime&), non-decreasing; false: the
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

    std::optional<SimTime> next_time() override {
        if (!more_)
            return std::nullopt;
        return next_;
    }

    void pop(Arrival& arrival) override {
        requests_.fill(arrival, next_, number_++);
        if (next_ >= SimTime{})
            --left_;
        advance();
    }

private:
    void advance() { more_ = left_ > 0 && times_.next(next_) && next_ < end_; }

    RequestMaker requests_;
    Times times_;
    bool more_ = false;
    SimTime end_;
    std::uint64_t left_;
    std::uint64_t number_ = 0;
    SimTime next_;
};

template <class Times>
std::unique_ptr<RequestSource> make_timed(RequestMaker requests, Times times) {
    return std::make_unique<TimedSource<Times>>(std::move(requests), std::move(times));
}

}  // namespace spillway
