#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/service/model_memory.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// What all workers of the pool have.
struct MultiplexPlan {
    std::vector<ModelMemory::Model> models;
    std::vector<Duration> load_times;                       // by model
    std::vector<std::unique_ptr<ServiceFactory>> services;  // by model
    std::vector<std::size_t> model_of;                      // by ClassId
    std::int64_t memory = 0;
    bool shares_time = true;
};

/// The engine of one worker with several models. `plan` outlives it.
std::unique_ptr<ServiceModel> make_multiplexed_worker(const MultiplexPlan& plan);

}  // namespace spillway
