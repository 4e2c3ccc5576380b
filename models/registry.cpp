#include "models/registry.hpp"

#include "models/learned/learned_service.hpp"
#include "models/llm/llm_params.hpp"
#include "models/llm/llm_service.hpp"
#include "models/service/fixed.hpp"
#include "models/service/micro_batch.hpp"
#include "models/service/multiplexed.hpp"
#include "models/service/token_rate.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kCommonParams[] = {
    required_param("model", ParamKind::kText, "how a worker spends time on its requests"),
};

std::string_view model_name(const ConfigNode& node) {
    const ConfigNode* model = node.find("model");
    if (model != nullptr)
        return model->as_text();
    throw InputError(node.where(), "\"model\" is missing", R"(as in {"model": "fixed", "time": "2s"})");
}

}  // namespace

std::span<const RegistryEntry<MakeService>> service_models() {
    static const RegistryEntry<MakeService> kModels[] = {
        {"fixed", "A constant, a law, or the trace's own time for each request.", fixed_service_params(),
         make_fixed_service},
        {"token-rate", "Prefill and decode linear in the request's tokens, no contention.",
         token_rate_service_params(), make_token_rate_service},
        {"micro-batch", "Batches that form in a window and take a time by their size.",
         micro_batch_service_params(), make_micro_batch_service},
        {"multiplexed", "Several small models on one worker, loaded when they are asked for.",
         multiplexed_service_params(), make_multiplexed_service},
        {"llm", "A language model, token by token, with continuous batching on a given GPU and engine.",
         llm_service_params(), make_llm_service},
        {"learned", "The same as your own measurements show it: what `spillway learn` wrote.",
         learned_service_params(), make_learned_service},
    };
    return kModels;
}

std::span<const ParamSpec> service_common_params() { return kCommonParams; }

std::unique_ptr<ServiceFactory> make_service(const ConfigNode& node, const ModelContext& context) {
    const std::string_view name = model_name(node);
    const auto& entry = find_entry(service_models(), "service model", name, node.find("model")->where());
    ParamReader reader(node, kCommonParams, entry.params);
    static_cast<void>(reader.text("model"));
    std::unique_ptr<ServiceFactory> factory = entry.make(reader, context);
    reader.finish();
    return factory;
}

}  // namespace spillway
