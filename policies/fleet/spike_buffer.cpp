#include <array>

#include "policies/entries.hpp"
#include "policies/fleet/base_and_elastic.hpp"
#include "policies/route/overflow.hpp"

namespace spillway {
namespace {

constexpr std::array kSpikeBufferParams{
    kBaseParam,
    required_param("buffer", ParamKind::kText, "the pool that takes what overflows (serverless)"),
    kBaseWorkersParam,
    kBasePolicyParam,
    kIdleTimeoutParam,
    kRequestsPerWorkerParam,
    kOverflowWhenParam,
    kOverflowQueueAgeParam,
    kOverflowBusyShareParam,
    kOverflowQueueLengthParam,
    kOverflowModeParam,
};

FleetSetup read_spike_buffer(ParamReader& reader, const PolicyContext& context) {
    BaseAndElastic hybrid = read_base_and_elastic(reader, "buffer", context);
    hybrid.setup.route = make_overflow_route({hybrid.base, hybrid.elastic}, read_overflow_rule(reader));
    return std::move(hybrid.setup);
}

}  // namespace

FleetPolicyEntry spike_buffer_entry() {
    return {"spike-buffer", "A base takes the steady traffic, a buffer pool what overflows.",
            kSpikeBufferParams, read_spike_buffer};
}

}  // namespace spillway
