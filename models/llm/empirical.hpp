#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/gpu_profile/data_sheet.hpp"
#include "models/llm/engine_rules.hpp"
#include "models/llm/step_time.hpp"

namespace spillway {

class InputError;

/// What an iteration takes by fits to served runs rather than to kernels, for models whose kernels nobody
/// tabulated and for engines that no kernel explains. Seconds, none negative. With n sequences that get a
/// token, s tokens of KV that decodes read and p tokens of prompts:
///   step + experts x (1 - (1 - expert_share)^n) + sequence x n + kv_token x s
///   + with prompts: prompt_step + prompt_token x p + crowded_token x max(0, p - 2048)
///                   + for each prompt of length l: prompt_square x l^2
/// The second term is the share of a mixture's experts that n tokens need: their weights are read.
struct EmpiricalStep {
    double step = 0;
    double experts = 0;
    double sequence = 0;
    double kv_token = 0;
    double prompt_step = 0;
    double prompt_token = 0;
    double crowded_token = 0;
    double prompt_square = 0;
    double request = 0;  ///< from a request's arrival to the engine's queue, beside others
};

/// Tokens of prompts in an iteration from which crowded_token counts.
inline constexpr double kCrowdedTokens = 2048;

/// The iteration's time up to the largest batch and the longest context of `rules`. Requires that no
/// iteration is shorter than a microsecond and that `rules` allow no more sequences than tokens (CHECK).
StepTime empirical_step_time(const EmpiricalStep& step, double expert_share, const EngineRules& rules);

/// What was served, and by what. `layout` says how GPUs share the model: "tp8", "tp4 dp4 ep16".
struct DeploymentKey {
    std::string llm;
    std::string gpu;
    int gpus = 1;
    std::string engine;  ///< a family ("vllm") or a version of it
    Precision weights = Precision::kBf16;
    std::string layout;  ///< empty: the one with the most runs
};

/// Runs of one deployment and what they were fitted with.
struct EmpiricalDeployment {
    DeploymentKey key;
    EmpiricalStep step;
    std::uint32_t runs = 0;
    std::array<std::uint32_t, 2> clients{};        ///< least and most that the runs had
    std::array<std::uint32_t, 2> input_tokens{};   ///< of prompts
    std::array<std::uint32_t, 2> output_tokens{};  ///< of answers
    double tpot_error = 0;                         ///< median absolute error on these runs, a share
    double ttft_error = 0;
};

/// How the logarithm of one coefficient comes about for a deployment that no run had.
struct EmpiricalEffect {
    std::string
        of;  ///< "all", "llm X", "gpu X", "engine X fp8", "gpus" (by the logarithm of a quarter of them)
    std::array<double, 7> log_shift{};  ///< in order of kComposedTerms
};

/// The coefficients that effects make up; the others are 0.
inline constexpr std::array<double EmpiricalStep::*, 7> kComposedTerms{
    &EmpiricalStep::step,     &EmpiricalStep::experts,      &EmpiricalStep::sequence,
    &EmpiricalStep::kv_token, &EmpiricalStep::prompt_token, &EmpiricalStep::prompt_step,
    &EmpiricalStep::request};

struct EmpiricalCatalog {
    std::vector<EmpiricalDeployment> deployments;
    std::vector<EmpiricalEffect> effects;
    std::string provenance;
};

/// Read once. What `spillway calibrate empirical` wrote.
const EmpiricalCatalog& empirical_catalog();

struct FoundEmpirical {
    EmpiricalStep step;
    const EmpiricalDeployment* measured = nullptr;  ///< null: put together from effects, no run had it
};

/// None when neither runs of this deployment nor runs of its model, its GPU and its engine in that precision
/// are known.
std::optional<FoundEmpirical> known_empirical(const DeploymentKey& key);

/// What to say of a deployment that is not known, with what is known of its model as the hint.
InputError unknown_empirical(const DeploymentKey& key, const std::string& where);

/// What to say of a layout that no run of its deployment had, with those that runs had as the hint.
InputError unknown_layout(const DeploymentKey& key, const std::string& where);

/// "measured: vllm in nvfp4 on H200 x 1, 2, 4, 8; ...", in order of the names; for a model without such runs,
/// where to look.
std::string what_was_measured(std::string_view llm);

/// Throws unknown_empirical where nothing is known.
FoundEmpirical find_empirical(const DeploymentKey& key, const std::string& where);

}  // namespace spillway
