#include "traces/unloaded_replay.hpp"

namespace spillway {

UnloadedReplay::Step UnloadedReplay::next() {
    const std::optional<SimTime> next = source_.next_time();
    if (!in_service_.empty() && (!next || in_service_.top().answer.at <= *next)) {
        const ClientAnswer answer = in_service_.top().answer;
        in_service_.pop();
        at_ = answer.at;
        source_.answered(answer);
        return Step::kFinish;
    }
    if (!next)
        return Step::kEnd;
    source_.pop(arrival_);
    at_ = arrival_.at;
    const ClientAnswer answer{.origin = arrival_.origin,
                              .session = arrival_.session,
                              .turn = arrival_.turn,
                              .class_id = arrival_.class_id,
                              .outcome = Outcome::kCompleted,
                              .at = at_ + service_time(),
                              .output_tokens = arrival_.output_tokens};
    in_service_.push({answer, arrivals_++});
    return Step::kArrival;
}

Duration UnloadedReplay::service_time() const {
    if (arrival_.service)
        return *arrival_.service;
    if (!service_)
        return std::chrono::seconds(1);
    return from_seconds(service_->seconds + service_->seconds_per_input_token * arrival_.input_tokens +
                        service_->seconds_per_output_token * arrival_.output_tokens);
}

}  // namespace spillway
