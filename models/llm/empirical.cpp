#include "models/llm/empirical.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "models/gpu_profile/json_config.hpp"
#include "models/llm/empirical_fields.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kEmpiricalJson;  // empirical.json
}

namespace {

/// A list of exactly so many numbers.
template <std::size_t count>
std::array<double, count> numbers_of(const ConfigNode& node, double least, double most) {
    if (node.items().size() != count)
        throw InputError(node.where(), "must be a list of " + std::to_string(count) + " numbers");
    std::array<double, count> numbers{};
    for (std::size_t i = 0; i < count; ++i) numbers[i] = number_within(node.items()[i], least, most);
    return numbers;
}

std::array<std::uint32_t, 2> range_of(const ConfigNode& node) {
    const auto [least, most] = numbers_of<2>(node, 1, 1e8);
    return {static_cast<std::uint32_t>(least), static_cast<std::uint32_t>(most)};
}

EmpiricalDeployment read_deployment(const ConfigNode& node) {
    EmpiricalDeployment one;
    one.key.llm = member_of(node, "llm").as_text();
    one.key.gpu = member_of(node, "gpu").as_text();
    one.key.gpus = static_cast<int>(number_within(member_of(node, "gpus"), 1, 1024));
    one.key.engine = member_of(node, "engine").as_text();
    one.key.weights = read_precision(member_of(node, "weights"));
    one.key.layout = member_of(node, "layout").as_text();
    one.runs = static_cast<std::uint32_t>(number_within(member_of(node, "runs"), 1, 1e8));
    one.clients = range_of(member_of(node, "clients"));
    one.input_tokens = range_of(member_of(node, "input_tokens"));
    one.output_tokens = range_of(member_of(node, "output_tokens"));
    one.tpot_error = number_within(member_of(node, "tpot_error"), 0, 1e3);
    one.ttft_error = number_within(member_of(node, "ttft_error"), 0, 1e3);
    read_numbers<EmpiricalStep>(member_of(node, "seconds"), kEmpiricalFields, one.step);
    return one;
}

EmpiricalCatalog read_empirical() {
    const ConfigNode file = parse_json_config(catalog::kEmpiricalJson, "empirical.json");
    EmpiricalCatalog read;
    read.provenance = member_of(file, "provenance").as_text();
    for (const ConfigNode& node : member_of(file, "deployments").items())
        read.deployments.push_back(read_deployment(node));
    for (const ConfigNode& node : member_of(file, "effects").items()) {
        EmpiricalEffect& effect = read.effects.emplace_back();
        effect.of = member_of(node, "of").as_text();
        effect.log_shift = numbers_of<kComposedTerms.size()>(member_of(node, "log_shift"), -50, 50);
    }
    return read;
}

std::string_view family_of(std::string_view engine) { return engine.substr(0, engine.find('-')); }

bool same_engine(std::string_view measured, std::string_view wanted) {
    return measured == wanted || measured == family_of(wanted);
}

const EmpiricalDeployment* find_measured(const DeploymentKey& key) {
    const EmpiricalDeployment* best = nullptr;
    for (const EmpiricalDeployment& one : empirical_catalog().deployments) {
        const bool same = one.key.llm == key.llm && one.key.gpu == key.gpu && one.key.gpus == key.gpus &&
                          one.key.weights == key.weights && same_engine(one.key.engine, key.engine) &&
                          (key.layout.empty() || one.key.layout == key.layout);
        if (same && (best == nullptr || one.runs > best->runs))
            best = &one;
    }
    return best;
}

const EmpiricalEffect* find_effect(const std::string& of) {
    for (const EmpiricalEffect& effect : empirical_catalog().effects) {
        if (effect.of == of)
            return &effect;
    }
    return nullptr;
}

}  // namespace

std::string what_was_measured(std::string_view llm) {
    std::map<std::string, std::set<int>> known;
    for (const EmpiricalDeployment& one : empirical_catalog().deployments) {
        if (one.key.llm == llm)
            known[one.key.engine + " in " + precision_name(one.key.weights) + " on " + one.key.gpu].insert(
                one.key.gpus);
    }
    if (known.empty())
        return "`spillway list deployments` names what was measured";
    std::string text = "measured: ";
    for (const auto& [what, gpus] : known) {
        text += (text.back() == ' ' ? "" : "; ") + what + " x";
        for (const int count : gpus) text += (count == *gpus.begin() ? " " : ", ") + std::to_string(count);
    }
    return text;
}

StepTime empirical_step_time(const EmpiricalStep& step, double expert_share, const EngineRules& rules) {
    StepTables tables;
    const std::size_t tokens = std::size_t{rules.max_batched_tokens} + 1;
    tables.tokens.assign(tokens, Ticks{0});
    for (std::size_t n = 0; n < tokens; ++n) {
        const double crowded = std::max(0.0, static_cast<double>(n) - kCrowdedTokens);
        tables.prompt_tokens.push_back(ticks_from_seconds(step.crowded_token * crowded));
    }
    for (std::size_t n = 0; n <= rules.max_sequences; ++n) {
        const double experts = 1 - std::pow(1 - expert_share, static_cast<double>(n));
        tables.head.push_back(ticks_from_seconds(step.experts * experts));
    }
    const auto per_token = static_cast<std::int64_t>(ticks_from_seconds(step.kv_token));
    tables.attention.assign(std::size_t{rules.max_sequences} + 1, {KvLine{Ticks{0}, per_token}});
    for (std::uint32_t cell = 0; cell <= rules.max_context / StepTime::kContextStep + 1; ++cell) {
        const double length = static_cast<double>(cell) * StepTime::kContextStep;
        tables.prefill_context.push_back(ticks_from_seconds(step.prompt_square * length * length));
    }
    tables.serial_step = ticks_from_seconds(step.step);
    tables.serial_sequence = ticks_from_seconds(step.sequence);
    tables.serial_prompt_step = ticks_from_seconds(step.prompt_step);
    tables.serial_token = ticks_from_seconds(step.prompt_token);
    return StepTime(std::move(tables));
}

const EmpiricalCatalog& empirical_catalog() {
    static const EmpiricalCatalog kCatalog = read_empirical();
    return kCatalog;
}

std::optional<FoundEmpirical> known_empirical(const DeploymentKey& key) {
    if (const EmpiricalDeployment* measured = find_measured(key))
        return FoundEmpirical{measured->step, measured};
    const std::string engine = std::string(family_of(key.engine)) + " " + precision_name(key.weights);
    const std::array parts{find_effect("all"), find_effect("llm " + key.llm), find_effect("gpu " + key.gpu),
                           find_effect("engine " + engine), find_effect("gpus")};
    if (std::find(parts.begin(), parts.end(), nullptr) != parts.end())
        return std::nullopt;
    FoundEmpirical found;
    for (std::size_t term = 0; term < kComposedTerms.size(); ++term) {
        double sum = 0;
        for (const EmpiricalEffect* part : parts) {
            const double factor = part->of == "gpus" ? std::log(key.gpus / 4.0) : 1;
            sum += factor * part->log_shift[term];
        }
        found.step.*kComposedTerms[term] = std::exp(sum);
    }
    return found;
}

InputError unknown_empirical(const DeploymentKey& key, const std::string& where) {
    return {where,
            "no served run says how long " + key.llm + " takes on " + std::to_string(key.gpus) + " x " +
                key.gpu + " with " + key.engine + " in " + precision_name(key.weights),
            what_was_measured(key.llm)};
}

InputError unknown_layout(const DeploymentKey& key, const std::string& where) {
    std::string measured;
    for (const EmpiricalDeployment& one : empirical_catalog().deployments) {
        DeploymentKey same = key;
        same.layout = one.key.layout;
        if (&one == find_measured(same))
            measured += (measured.empty() ? "\"" : ", \"") + one.key.layout + "\"";
    }
    return {where,
            "no served run had " + key.llm + " in " + precision_name(key.weights) + " on " +
                std::to_string(key.gpus) + " x " + key.gpu + " laid out as \"" + key.layout + "\"",
            measured.empty() ? what_was_measured(key.llm) : "measured: " + measured};
}

FoundEmpirical find_empirical(const DeploymentKey& key, const std::string& where) {
    if (const auto found = known_empirical(key))
        return *found;
    throw unknown_empirical(key, where);
}

}  // namespace spillway
