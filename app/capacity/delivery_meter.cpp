#include "app/capacity/delivery_meter.hpp"

#include <algorithm>

namespace spillway {

void DeliveryMeter::request_ended(const RequestRecord& request) {
    if (request.measured)
        ++arrived_;
    if (request.delivered < SimTime{} || (end_ && request.delivered >= *end_))
        return;
    ++ended_;
    if (request.outcome != Outcome::kCompleted)
        return;
    if (!first_)
        first_ = request.delivered;
    last_ = std::max(last_, request.delivered);
    if (request.delivered == *first_)
        return;
    ++requests_;
    tokens_ += request.output_tokens;
}

std::optional<double> DeliveryMeter::per_second(std::uint64_t count) const {
    if (!first_ || last_ == *first_)
        return std::nullopt;
    return static_cast<double>(count) / to_seconds(last_ - *first_);
}

std::optional<double> DeliveryMeter::requests_per_second() const { return per_second(requests_); }
std::optional<double> DeliveryMeter::output_tokens_per_second() const { return per_second(tokens_); }

double DeliveryMeter::backlog_growth() const {
    if (arrived_ == 0)
        return 0;
    return (static_cast<double>(arrived_) - static_cast<double>(ended_)) / static_cast<double>(arrived_);
}

}  // namespace spillway
