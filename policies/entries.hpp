#pragma once

#include "policies/context.hpp"

namespace spillway {

// One function a policy, defined in the policy's own file: its name, its summary, its parameters, how to make
// it. The tables in registry.cpp call them.

ScalePolicyEntry fixed_entry();
ScalePolicyEntry scale_to_zero_entry();
ScalePolicyEntry keep_warm_entry();
ScalePolicyEntry schedule_entry();
ScalePolicyEntry queue_depth_entry();
ScalePolicyEntry concurrency_target_entry();
// As platforms scale.
ScalePolicyEntry runpod_queue_delay_entry();
ScalePolicyEntry runpod_request_count_entry();
ScalePolicyEntry modal_entry();
ScalePolicyEntry cloud_run_entry();
ScalePolicyEntry knative_kpa_entry();
ScalePolicyEntry kubernetes_hpa_entry();
ScalePolicyEntry keda_entry();
ScalePolicyEntry azure_container_apps_entry();
ScalePolicyEntry sagemaker_target_tracking_entry();
ScalePolicyEntry baseten_entry();
ScalePolicyEntry huggingface_entry();
ScalePolicyEntry beam_entry();
ScalePolicyEntry cerebrium_entry();
ScalePolicyEntry fireworks_entry();
ScalePolicyEntry ray_serve_entry();
ScalePolicyEntry skyserve_entry();
ScalePolicyEntry aibrix_entry();
// As papers do.
ScalePolicyEntry hybrid_histogram_entry();
ScalePolicyEntry forecast_entry();

FleetPolicyEntry pool_wise_entry();
FleetPolicyEntry spike_buffer_entry();
FleetPolicyEntry class_split_entry();
FleetPolicyEntry gpu_fallback_entry();

PoolRouteEntry single_entry();
PoolRouteEntry by_class_entry();
PoolRouteEntry by_work_entry();
PoolRouteEntry split_entry();
PoolRouteEntry overflow_entry();
PoolRouteEntry warm_pool_first_entry();

WorkerRouteEntry warm_first_entry();
WorkerRouteEntry least_loaded_entry();
WorkerRouteEntry round_robin_entry();
WorkerRouteEntry two_choices_entry();
WorkerRouteEntry least_tokens_entry();
WorkerRouteEntry prefix_affinity_entry();
WorkerRouteEntry session_affinity_entry();

}  // namespace spillway
