#include "app/capacity/offered_load.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace spillway {
namespace {

constexpr int kRequestBits = 32;  // of an origin; the client stands above them
constexpr Duration kFailurePause = std::chrono::seconds{1};

StreamKey shape_key(RunSeed seed) { return {seed, "offered requests"}; }

void give_shape(const RequestShape& shape, SimTime at, std::uint64_t origin, Arrival& arrival) {
    arrival = Arrival{};
    arrival.at = at;
    arrival.origin = origin;
    arrival.class_id = shape.class_id;
    arrival.input_tokens = shape.input_tokens;
    arrival.output_tokens = shape.output_tokens;
    arrival.max_tokens = shape.max_tokens;
    arrival.service = shape.service;
}

}  // namespace

OpenLoad::OpenLoad(const RequestMix& mix, RunSeed seed, double rate, double warm_up, double measured)
    : mix_(mix),
      shapes_(shape_key(seed)),
      gaps_(StreamKey(seed, "offered gaps"), 0),
      rate_(rate),
      warm_up_(warm_up),
      end_(warm_up + measured) {
    step();
}

std::optional<SimTime> OpenLoad::next_time() {
    if (at_ >= end_)
        return std::nullopt;
    return SimTime{} + from_seconds((at_ - warm_up_) / rate_);
}

void OpenLoad::pop(Arrival& arrival) {
    give_shape(mix_.draw(shapes_, sent_), *next_time(), sent_, arrival);
    ++sent_;
    step();
}

void OpenLoad::step() noexcept { at_ -= std::log(gaps_.uniform()); }

ClosedLoad::ClosedLoad(const RequestMix& mix, RunSeed seed, const Plan& plan)
    : mix_(mix), shapes_(shape_key(seed)), plan_(plan), sent_(plan.clients) {
    const double ramp = std::max(0.0, -to_seconds(plan.begin.time_since_epoch())) / 2;
    for (std::uint32_t client = 0; client < plan.clients; ++client)
        send(plan.begin + from_seconds(ramp * client / plan.clients), client);
}

std::optional<SimTime> ClosedLoad::next_time() {
    if (ready_.empty())
        return std::nullopt;
    return ready_.top().at;
}

void ClosedLoad::pop(Arrival& arrival) {
    const ReadyClient ready = ready_.top();
    ready_.pop();
    const std::uint64_t origin = std::uint64_t{ready.who} << kRequestBits | sent_[ready.who]++;
    give_shape(mix_.draw(shapes_, origin), ready.at, origin, arrival);
}

void ClosedLoad::answered(const ClientAnswer& answer) {
    const Duration pause = answer.outcome == Outcome::kCompleted ? Duration::zero() : kFailurePause;
    send(answer.at + pause, static_cast<std::uint32_t>(answer.origin >> kRequestBits));
}

void ClosedLoad::send(SimTime at, std::uint32_t client) {
    if ((!plan_.end || at < *plan_.end) && (!plan_.most || sent_[client] < *plan_.most))
        ready_.push({at, client});
}

}  // namespace spillway
