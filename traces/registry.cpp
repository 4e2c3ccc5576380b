#include "traces/registry.hpp"

#include <array>

#include "traces/azure_functions.hpp"
#include "traces/azure_llm.hpp"
#include "traces/burstgpt.hpp"
#include "traces/generic_csv.hpp"
#include "traces/mooncake.hpp"

#include "traces/combine/combine.hpp"
#include "traces/gen/closed_loop.hpp"
#include "traces/gen/diurnal.hpp"
#include "traces/gen/gamma.hpp"
#include "traces/gen/mmpp.hpp"
#include "traces/gen/poisson.hpp"
#include "traces/gen/rate_series.hpp"
#include "traces/gen/servegen.hpp"
#include "traces/gen/sessions.hpp"
#include "traces/gen/spikes.hpp"

namespace spillway {

namespace {

constexpr std::array kSources{
    RegistryEntry<MakeSource>{"azure-llm", "Azure LLM inference traces, 2023 and 2024.", kAzureLlmParams,
                              make_azure_llm},
    RegistryEntry<MakeSource>{"azure-functions",
                              "Azure Functions: invocations of each function in each minute.",
                              kAzureFunctionsParams, make_azure_functions},
    RegistryEntry<MakeSource>{"burstgpt", "BurstGPT: requests to ChatGPT and GPT-4.", kBurstGptParams,
                              make_burstgpt},
    RegistryEntry<MakeSource>{"csv", "Any comma-separated trace, by a mapping of its columns.", kCsvParams,
                              make_csv},
    RegistryEntry<MakeSource>{"mooncake", "Mooncake request traces with prefix blocks.", kMooncakeParams,
                              make_mooncake},
    RegistryEntry<MakeSource>{"poisson", "Independent arrivals at a constant rate.", kPoissonParams,
                              make_poisson},
    RegistryEntry<MakeSource>{"gamma", "Independent gamma distributed gaps: a stated burstiness.",
                              kGammaParams, make_gamma},
    RegistryEntry<MakeSource>{"mmpp", "Bursts: a Poisson rate that jumps between states.", kMmppParams,
                              make_mmpp},
    RegistryEntry<MakeSource>{"diurnal", "A rate by hour of the day and day of the week.", kDiurnalParams,
                              make_diurnal},
    RegistryEntry<MakeSource>{"spikes", "Bursts at stated, periodic or random moments, over another source.",
                              kSpikesParams, make_spikes},
    RegistryEntry<MakeSource>{"rate-series", "A rate that changes at stated moments, inline or from a file.",
                              kRateSeriesParams, make_rate_series},
    RegistryEntry<MakeSource>{"servegen",
                              "Clients of ServeGen: measured rates, fitted gaps, token quantiles.",
                              kServegenParams, make_servegen},
    RegistryEntry<MakeSource>{"sessions", "Conversations: the next turn follows the answer to the last.",
                              kSessionsParams, make_sessions},
    RegistryEntry<MakeSource>{"closed-loop", "Clients that send again when they are answered.",
                              kClosedLoopParams, make_closed_loop},
};

}  // namespace

std::span<const RegistryEntry<MakeSource>> source_registry() { return kSources; }

const RegistryEntry<MakeSource>& source_entry(const ConfigNode& node) {
    const ConfigNode* name = node.find("source");
    if (name == nullptr) {
        throw InputError(node.where(), "\"source\" is missing",
                         "it names a reader or generator: \"csv\", \"poisson\"");
    }
    return find_entry(source_registry(), "source", name->as_text(), name->where());
}

std::unique_ptr<RequestSource> make_source(const ConfigNode& node, const SourceContext& context) {
    return make_combined(node, source_entry(node), context);
}

}  // namespace spillway
