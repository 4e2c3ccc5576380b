#include <array>

#include "sim/billing/bill.hpp"
#include "sim/billing/readable_unit.hpp"

namespace spillway {
namespace {

struct LineText {
    LineKind kind;
    std::string_view group;
    std::string_view name;
};
constexpr std::array<LineText, kLineKinds> kTexts{{
    {LineKind::kBusy, "busy", "busy"},
    {LineKind::kThrottled, "starting", "starting: waiting for supply"},
    {LineKind::kAcquire, "starting", "starting: acquire"},
    {LineKind::kPull, "starting", "starting: pull"},
    {LineKind::kInit, "starting", "starting: init"},
    {LineKind::kIdleFloor, "idle", "idle: floor kept warm"},
    {LineKind::kIdleBuffer, "idle", "idle: spare buffer"},
    {LineKind::kIdleTimeout, "idle", "idle: idle timeout running out"},
    {LineKind::kIdleHeadroom, "idle", "idle: base headroom"},
    {LineKind::kDraining, "draining and stopping", "draining"},
    {LineKind::kStopping, "draining and stopping", "stopping"},
    {LineKind::kFailedState, "failed work", "failed work: failed workers"},
    {LineKind::kFailedWork, "failed work", "failed work"},
    {LineKind::kRounding, "rounding and minimums", "rounding and minimums"},
    {LineKind::kStranded, "stranded", "stranded GPUs"},
    {LineKind::kSteps, "contract steps", "contract steps"},
    {LineKind::kCommitmentDiscount, "commitments", "commitment discount"},
    {LineKind::kUnusedCommitments, "commitments", "unused commitments"},
    {LineKind::kCpu, "CPU", "CPU"},
    {LineKind::kMemory, "memory", "memory"},
    {LineKind::kStorage, "storage", "storage"},
    {LineKind::kEgress, "egress", "egress"},
    {LineKind::kInputTokens, "tokens", "tokens: input"},
    {LineKind::kCachedTokens, "tokens", "tokens: cached input"},
    {LineKind::kOutputTokens, "tokens", "tokens: output"},
    {LineKind::kRequests, "tokens", "tokens: per request"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (kTexts[i].kind != static_cast<LineKind>(i))
            return false;
    }
    return true;
}
static_assert(in_order());

}  // namespace

ReadableUnit readable_unit_of(Measure measure) noexcept {
    switch (measure) {
        case Measure::kTime:
            return {1e9, "GPU-s"};
        case Measure::kVcpuTime:
            return {1e12, "vCPU-s"};
        case Measure::kByteTime:
            return {1e9 * 1073741824.0, "GiB-s"};
        case Measure::kBytes:
            return {1e9, "GB"};
        case Measure::kTokens:
            return {1, "tokens"};
        case Measure::kRequests:
            return {1, "requests"};
    }
    return {1, {}};
}

std::string_view line_name(LineKind kind) noexcept { return kTexts[static_cast<std::size_t>(kind)].name; }
std::string_view line_group(LineKind kind) noexcept { return kTexts[static_cast<std::size_t>(kind)].group; }

double readable_usage(const BillLine& line, Ratio scale) noexcept {
    return static_cast<double>(line.usage) / readable_unit_of(measure_of(line.price.unit)).base_units *
           static_cast<double>(scale.numerator) / static_cast<double>(scale.denominator);
}

std::string_view readable_unit(const BillLine& line) noexcept {
    return readable_unit_of(measure_of(line.price.unit)).name;
}

}  // namespace spillway
