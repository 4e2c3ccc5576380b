#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/calibrate/measured_steps.hpp"
#include "models/llm/empirical.hpp"

namespace spillway {

/// The steps as an EmpiricalStep has them, by least squares on relative errors, linear beyond 10 %. Requires
/// at least one step, all of one deployment.
EmpiricalStep fit_steps(const std::vector<MeasuredStep>& steps);

/// By deployment, in words: "Llama-2-70B on 4 x H100".
std::map<std::string, std::vector<MeasuredStep>> by_deployment(const std::vector<MeasuredStep>& steps);

/// Errors of what the catalogue predicts, in a table for people. Throws InputError for a deployment that it
/// does not know.
std::string shipped_step_table(const std::vector<MeasuredStep>& steps);
/// The same of each step by a fit to the others of its deployment.
std::string left_out_step_table(const std::vector<MeasuredStep>& steps);

/// What the catalogue keeps of them.
std::vector<EmpiricalDeployment> step_deployments(const std::vector<MeasuredStep>& steps);

}  // namespace spillway
