#include "app/why/causes.hpp"

#include "sim/core/check.hpp"

namespace spillway {
namespace {

struct Names {
    std::string_view name;
    std::string_view key;
};
constexpr std::array<Names, kCauses> kNames{{
    {"lost (earlier attempts)", "lost"},
    {"way in, take-up", "gateway"},
    {"until its start was ordered", "until_ordered"},
    {"cold start", "cold_start"},
    {"load", "load"},
    {"behind others", "behind_others"},
    {"engine queue", "engine_queue"},
    {"prefill", "prefill"},
    {"decode or inference", "decode"},
    {"post", "post"},
}};

}  // namespace

std::string_view cause_name(Cause cause) noexcept { return kNames[static_cast<std::size_t>(cause)].name; }
std::string_view cause_key(Cause cause) noexcept { return kNames[static_cast<std::size_t>(cause)].key; }

CauseTimes causes_of(const RequestStory& story) {
    const RequestRecord& record = story.record;
    CauseTimes times{};
    const auto of = [&](Cause cause) -> Duration& { return times[static_cast<std::size_t>(cause)]; };
    of(Cause::kLost) = record.part(LatencyPart::kLost);
    of(Cause::kColdStart) = record.part(LatencyPart::kColdStart);
    of(Cause::kLoad) = record.part(LatencyPart::kLoad);
    of(Cause::kPrefill) = record.part(LatencyPart::kPrefill);
    of(Cause::kDecode) = record.part(LatencyPart::kDecode);
    of(Cause::kPost) = record.part(LatencyPart::kPost);
    of(Cause::kBehind) = record.part(LatencyPart::kQueue);
    if (story.assigned && story.stages.empty() && story.completed()) {
        const SimTime counted_from = record.arrived + of(Cause::kLost);
        const SimTime scheduled =
            counted_from + of(Cause::kBehind) + of(Cause::kColdStart) + of(Cause::kLoad);
        of(Cause::kEngineQueue) = record.engine_queue;
        of(Cause::kGateway) =
            story.entered - counted_from + (scheduled - record.engine_queue - *story.assigned);
        of(Cause::kNoOrder) = story.until_ordered();
        of(Cause::kBehind) -= of(Cause::kEngineQueue) + of(Cause::kGateway) + of(Cause::kNoOrder);
    }
    Duration sum{0};
    for (const Duration time : times) {
        SPILLWAY_CHECK(time >= Duration::zero(), "a cause took less than no time");
        sum += time;
    }
    SPILLWAY_CHECK(sum == record.total(), "the causes of a request's time leave a rest");
    return times;
}

}  // namespace spillway
