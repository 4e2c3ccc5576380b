#pragma once

#include "models/gpu_profile/profile_fields.hpp"
#include "models/llm/empirical.hpp"

namespace spillway {

inline constexpr double kLeastStep = 2e-6;  ///< the engines' shortest iteration is half of it
inline constexpr double kMostEmpirical = 60;

/// As the catalogue has them; seconds.
inline constexpr NumberField<EmpiricalStep> kEmpiricalFields[] = {
    {"step", &EmpiricalStep::step, kLeastStep, kMostEmpirical},
    {"experts", &EmpiricalStep::experts, 0, kMostEmpirical},
    {"sequence", &EmpiricalStep::sequence, 0, kMostEmpirical},
    {"kv_token", &EmpiricalStep::kv_token, 0, kMostEmpirical},
    {"prompt_step", &EmpiricalStep::prompt_step, 0, kMostEmpirical},
    {"prompt_token", &EmpiricalStep::prompt_token, 0, kMostEmpirical},
    {"crowded_token", &EmpiricalStep::crowded_token, 0, kMostEmpirical},
    {"prompt_square", &EmpiricalStep::prompt_square, 0, kMostEmpirical},
    {"request", &EmpiricalStep::request, 0, kMostEmpirical},
};

}  // namespace spillway
