#include "models/llm/llm_catalog.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kLlmsJson;  // llms.json
}

namespace {

std::vector<LlmSpec> read_catalog() {
    const nlohmann::json file = nlohmann::json::parse(catalog::kLlmsJson);
    std::vector<LlmSpec> llms;
    for (const nlohmann::json& one : file.at("llms")) {
        LlmSpec& llm = llms.emplace_back();
        llm.name = one.at("name");
        llm.hub = one.at("hub");
        llm.layers = one.at("layers");
        llm.hidden = one.at("hidden");
        llm.heads = one.at("heads");
        llm.kv_heads = one.at("kv_heads");
        llm.head_dim = one.at("head_dim");
        llm.intermediate = one.at("intermediate");
        llm.vocab = one.at("vocab");
        llm.tied = one.at("tied");
        llm.max_context = one.at("max_context");
        llm.samples = one.at("samples");
        llm.provenance = file.at("sources").at(one.at("source").get<std::string>());
    }
    return llms;
}

}  // namespace

std::int64_t LlmSpec::layer_parameters() const noexcept {
    const std::int64_t attention = hidden * head_dim * (2 * heads + 2 * kv_heads);
    return layers * (attention + 3 * hidden * intermediate);
}

std::int64_t LlmSpec::vocabulary_parameters() const noexcept { return vocab * hidden * (tied ? 1 : 2); }

std::int64_t LlmSpec::parameters() const noexcept { return layer_parameters() + vocabulary_parameters(); }

double LlmSpec::weight_bytes(Precision weights) const noexcept {
    return static_cast<double>(layer_parameters()) * spillway::weight_bytes(weights) +
           static_cast<double>(vocabulary_parameters()) * spillway::weight_bytes(Precision::kBf16);
}

double LlmSpec::kv_bytes_per_token(Precision cache, int gpus) const noexcept {
    const std::int64_t heads_each = std::max<std::int64_t>(1, (kv_heads + gpus - 1) / gpus);
    return static_cast<double>(2 * layers * heads_each * head_dim) * activation_bytes(cache);
}

const std::vector<LlmSpec>& llm_catalog() {
    static const std::vector<LlmSpec> kLlms = read_catalog();
    return kLlms;
}

const LlmSpec& find_llm(std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const LlmSpec& llm : llm_catalog()) {
        if (llm.name == name || llm.hub == name)
            return llm;
        names.push_back(llm.name);
    }
    throw unknown_name(where, "language model", name, names);
}

}  // namespace spillway
