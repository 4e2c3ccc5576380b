#include "models/llm/engine_profile.hpp"

#include <algorithm>

#include "models/gpu_profile/json_config.hpp"
#include "models/llm/engine_fields.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kEnginesJson;  // engines.json
}

namespace {

constexpr double kMostMemory = 1e13;

constexpr ParamSpec kRuleParams[] = {
    {"prefill", ParamKind::kChoice, Presence::kRequired, {}, "", kPrefillWords},
    {"kv", ParamKind::kChoice, Presence::kRequired, {}, "", kKvWords},
    {"victim", ParamKind::kChoice, Presence::kRequired, {}, "", kVictimWords},
    required_param("max_sequences", ParamKind::kCount, ""),
    required_param("max_batched_tokens", ParamKind::kCount, ""),
    required_param("block_tokens", ParamKind::kCount, ""),
    required_param("max_tokens", ParamKind::kCount, ""),
    required_param("admission_reserve", ParamKind::kRatio, ""),
    required_param("reserve_tokens", ParamKind::kCount, ""),
    required_param("memory_share", ParamKind::kRatio, ""),
    required_param("quantised_cache", ParamKind::kFlag, ""),
    required_param("overlapped", ParamKind::kFlag, ""),
    required_param("measured_only", ParamKind::kFlag, ""),
    required_param("fused_on", ParamKind::kList, ""),
};

void read_rules(const ConfigNode& node, EngineProfile& profile) {
    ParamReader reader(node, kRuleParams);
    EngineRules& rules = profile.rules;
    rules.prefill = static_cast<PrefillMode>(reader.choice("prefill"));
    rules.kv = static_cast<KvPolicy>(reader.choice("kv"));
    rules.victim = static_cast<Victim>(reader.choice("victim"));
    rules.max_sequences = static_cast<std::uint32_t>(reader.integer("max_sequences"));
    rules.max_batched_tokens = static_cast<std::uint32_t>(reader.integer("max_batched_tokens"));
    rules.block_tokens = static_cast<std::uint32_t>(reader.integer("block_tokens"));
    rules.default_max_tokens = static_cast<std::uint32_t>(reader.integer("max_tokens"));
    rules.admission_reserve = reader.ratio("admission_reserve");
    rules.reserve_tokens = static_cast<std::uint32_t>(reader.integer("reserve_tokens"));
    profile.memory_share = reader.ratio("memory_share");
    profile.quantised_cache = reader.flag("quantised_cache");
    rules.overlapped = reader.flag("overlapped");
    profile.measured_only = reader.flag("measured_only");
    for (const ConfigNode& gpu : reader.node("fused_on")->items()) profile.fused_on.push_back(gpu.as_text());
    reader.finish();
}

void read_overheads(const ConfigNode& node, EngineProfile& profile) {
    read_numbers<EngineOverheads>(node, kOverheadFields, profile.overheads);
    EngineRules& rules = profile.rules;
    rules.request_overhead = from_seconds(profile.overheads.request);
    rules.front_time = from_seconds(profile.overheads.front);
    rules.front_token_time = from_seconds(profile.overheads.front_token);
}

/// {"gpu": "H100", "llm": "Qwen3-32B", "weights": "fp8", "scale": 1.1}, without model and weights for all on
/// a GPU.
KernelCorrection read_correction(const ConfigNode& node) {
    KernelCorrection correction;
    correction.gpu = member_of(node, "gpu").as_text();
    if (const ConfigNode* llm = node.find("llm")) {
        correction.llm = llm->as_text();
        correction.weights = read_precision(member_of(node, "weights"));
    }
    correction.scale = number_within(member_of(node, "scale"), kSmallest, kMostScale);
    correction.prefill_scale = number_within(member_of(node, "prefill_scale"), kSmallest, kMostScale);
    allow_only(node, {"gpu", "llm", "weights", "scale", "prefill_scale"});
    return correction;
}

/// {"memory_below": 7e10, "also": ["A100-80GB"], "max_sequences": 256, "max_batched_tokens": 2048}
SmallGpuLimits read_small_gpus(const ConfigNode& node) {
    SmallGpuLimits limits;
    limits.memory_below = number_within(member_of(node, "memory_below"), 1, kMostMemory);
    for (const ConfigNode& gpu : member_of(node, "also").items()) limits.also.push_back(gpu.as_text());
    limits.max_sequences = static_cast<std::uint32_t>(count_of(member_of(node, "max_sequences")));
    limits.max_batched_tokens = static_cast<std::uint32_t>(count_of(member_of(node, "max_batched_tokens")));
    allow_only(node, {"memory_below", "also", "max_sequences", "max_batched_tokens"});
    return limits;
}

std::vector<EngineProfile> read_engines() {
    const ConfigNode file = parse_json_config(catalog::kEnginesJson, "engines.json");
    std::vector<EngineProfile> engines;
    for (const ConfigNode& node : member_of(file, "engines").items()) {
        EngineProfile& engine = engines.emplace_back();
        engine.name = member_of(node, "name").as_text();
        engine.summary = member_of(node, "summary").as_text();
        engine.provenance = member_of(node, "provenance").as_text();
        read_rules(member_of(node, "rules"), engine);
        if (const ConfigNode* small = node.find("small_gpus"))
            engine.small_gpus = read_small_gpus(*small);
        read_overheads(member_of(node, "overheads"), engine);
        for (const ConfigNode& correction : member_of(node, "corrections").items())
            engine.corrections.push_back(read_correction(correction));
    }
    return engines;
}

}  // namespace

const std::vector<EngineProfile>& engine_catalog() {
    static const std::vector<EngineProfile> kEngines = read_engines();
    return kEngines;
}

const EngineProfile& find_engine(std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const EngineProfile& engine : engine_catalog()) {
        if (engine.name == name)
            return engine;
        names.push_back(engine.name);
    }
    throw unknown_name(where, "engine", name, names);
}

const EngineProfile& engine_of(std::string_view engine, std::string_view version, const std::string& where) {
    for (const EngineProfile& candidate : engine_catalog()) {
        if (candidate.name == version)
            return candidate;
    }
    return find_engine(engine, where);
}

EngineRules rules_on(const EngineProfile& engine, const GpuProfile& gpu) {
    EngineRules rules = engine.rules;
    if (!engine.small_gpus)
        return rules;
    const SmallGpuLimits& small = *engine.small_gpus;
    if (gpu.sheet.memory_bytes < small.memory_below ||
        std::find(small.also.begin(), small.also.end(), gpu.name) != small.also.end()) {
        rules.max_sequences = small.max_sequences;
        rules.max_batched_tokens = small.max_batched_tokens;
    }
    return rules;
}

bool fuses_on(const EngineProfile& engine, std::string_view gpu) {
    return std::find(engine.fused_on.begin(), engine.fused_on.end(), gpu) != engine.fused_on.end();
}

EngineOverheads overheads_on(const EngineProfile& engine, std::string_view gpu, std::string_view llm,
                             Precision weights) {
    EngineOverheads overheads = engine.overheads;
    for (const KernelCorrection& correction : engine.corrections) {
        const bool all = correction.llm.empty();
        if (correction.gpu != gpu || !(all || (correction.llm == llm && correction.weights == weights)))
            continue;
        scale_kernels(overheads, correction.scale);
        overheads.prefill_scale *= correction.prefill_scale;
    }
    return overheads;
}

void be_greedy(EngineOverheads& overheads) { overheads.sampling_step = overheads.vocabulary_entry = 0; }

void scale_kernels(EngineOverheads& overheads, double scale) {
    overheads.gemm_scale *= scale;
    overheads.decode_scale *= scale;
}

}  // namespace spillway
