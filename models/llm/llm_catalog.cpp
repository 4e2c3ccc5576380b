#include "models/llm/llm_catalog.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kLlmsJson;  // llms.json
}

namespace {

std::vector<LlmSpec> read_llms() {
    const nlohmann::json file = nlohmann::json::parse(catalog::kLlmsJson);
    std::vector<LlmSpec> llms;
    const auto add = [&](const nlohmann::json& one) -> LlmSpec& {
        LlmSpec& llm = llms.emplace_back();
        llm.name = one.at("name");
        llm.hub = one.at("hub");
        llm.vocab = one.at("vocab");
        llm.max_context = one.at("max_context");
        llm.samples = one.at("samples");
        llm.provenance = file.at("sources").at(one.at("source").get<std::string>());
        return llm;
    };
    for (const nlohmann::json& one : file.at("llms")) {
        LlmSpec& llm = add(one);
        llm.layers = one.at("layers");
        llm.hidden = one.at("hidden");
        llm.heads = one.at("heads");
        llm.kv_heads = one.at("kv_heads");
        llm.head_dim = one.at("head_dim");
        llm.intermediate = one.at("intermediate");
        llm.tied = one.at("tied");
    }
    for (const nlohmann::json& one : file.at("by_sizes")) {
        LlmSizes sizes;
        sizes.parameters = one.at("parameters");
        sizes.kv_values = one.at("kv_values");
        sizes.kv_split = one.at("kv_split");
        sizes.expert_share = one.at("experts_used").get<double>() / one.at("experts").get<double>();
        add(one).sizes = sizes;
    }
    std::sort(llms.begin(), llms.end(), [](const LlmSpec& a, const LlmSpec& b) { return a.name < b.name; });
    return llms;
}

}  // namespace

std::int64_t LlmSpec::layer_parameters() const noexcept {
    const std::int64_t attention = hidden * head_dim * (2 * heads + 2 * kv_heads);
    return layers * (attention + 3 * hidden * intermediate);
}

std::int64_t LlmSpec::vocabulary_parameters() const noexcept { return vocab * hidden * (tied ? 1 : 2); }

double LlmSpec::parameters() const noexcept {
    return sizes ? sizes->parameters : static_cast<double>(layer_parameters() + vocabulary_parameters());
}

double LlmSpec::expert_share() const noexcept { return sizes ? sizes->expert_share : 1; }

double LlmSpec::weight_bytes(Precision weights) const noexcept {
    if (sizes)
        return sizes->parameters * spillway::weight_bytes(weights);
    return static_cast<double>(layer_parameters()) * spillway::weight_bytes(weights) +
           static_cast<double>(vocabulary_parameters()) * spillway::weight_bytes(wide_precision(weights));
}

double LlmSpec::kv_bytes_per_token(Precision cache, int gpus) const noexcept {
    if (sizes)
        return sizes->kv_values * activation_bytes(cache) / (sizes->kv_split ? gpus : 1);
    const std::int64_t heads_each = std::max<std::int64_t>(1, (kv_heads + gpus - 1) / gpus);
    return static_cast<double>(2 * layers * heads_each * head_dim) * activation_bytes(cache);
}

const std::vector<LlmSpec>& llm_catalog() {
    static const std::vector<LlmSpec> kLlms = read_llms();
    return kLlms;
}

const LlmSpec* known_llm(std::string_view name) {
    for (const LlmSpec& llm : llm_catalog()) {
        if (llm.name == name || llm.hub == name)
            return &llm;
    }
    return nullptr;
}

const LlmSpec& find_llm(std::string_view name, const std::string& where) {
    if (const LlmSpec* known = known_llm(name))
        return *known;
    std::vector<std::string_view> names;
    for (const LlmSpec& llm : llm_catalog()) names.push_back(llm.name);
    throw unknown_name(where, "language model", name, names);
}

}  // namespace spillway
