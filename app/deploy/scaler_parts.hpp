#pragma once

#include <string>
#include <string_view>

#include "app/deploy/deploy_draft.hpp"
#include "app/deploy/deploy_reading.hpp"

namespace spillway {

// What a HorizontalPodAutoscaler and a ScaledObject, which makes one, have in common.

/// A metric of requests under the names that its file has for it.
struct MetricNames {
    std::string_view metric;  ///< of policy.metric
    std::string_view name;
    std::string_view query;  ///< of Prometheus, in the words of vLLM
};
const MetricNames& names_of_metric(std::string_view metric);
/// Whether the metric is a mean of each pod, not a total.
bool is_of_each_pod(std::string_view metric);
/// Sets policy.metric to what `words`, its name or query, says that it counts; else to `fallback`, which is
/// told.
void set_metric(DeployReading& reading, const std::string& words, std::string_view fallback);

/// policy.target, which the policy takes from the concurrency when it is not given.
ConfigNode target_of(DeployPool& pool, std::string_view metric);
/// Sets the concurrency: to what vLLM's command line in the Deployment says, else to what the target is 70%
/// of.
void assume_concurrency(DeployReading& reading);

/// The object's first lines and what it scales; `kind`: of the object, and of its place in the tree.
void put_scaler_head(DeployDraft& draft, const DeployPool& pool, std::string_view version,
                     const std::string& kind);
void take_scaler_head(DeployReading& reading, const std::string& kind);

/// The limits on growth and decrease; `prefix`: the path of "behavior", with the mark after it.
void put_behavior(DeployDraft& draft, DeployPool& pool, std::string_view prefix);
void take_behavior(DeployReading& reading, std::string_view prefix);

/// The Deployment that is scaled.
void put_deployment(DeployDraft& draft, DeployPool& pool);
void take_deployment(DeployReading& reading);

/// The object of that kind, and the Deployment.
std::string scaler_text(const ConfigNode& tree, std::string_view kind);

}  // namespace spillway
