#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/deploy_form.hpp"

namespace spillway {

// Terraform's other service: an endpoint of Amazon SageMaker that Application Auto Scaling sizes. Three
// resources, which a tree holds by their types.

void write_sagemaker(DeployPool& pool, DeployDraft& draft);
std::string sagemaker_text(const ConfigNode& tree);
bool is_sagemaker(const ConfigNode& tree);
/// Those of a whole Terraform file.
std::vector<DeployUnit> sagemaker_units(const ConfigNode& root);
void read_sagemaker(DeployReading& reading);

}  // namespace spillway
