#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/billing/contract.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

enum class PoolSort : std::uint8_t { kWorkers, kApi };

/// What reports need to know of a pool beside the fleet's own figures.
struct PoolSetup {
    std::string name;
    PoolSort sort = PoolSort::kWorkers;
    std::optional<std::string> gpu;
    std::optional<std::string> serves;             ///< the language model, where its service names one
    std::optional<std::int64_t> gpu_memory_bytes;  ///< where it is known
    int concurrency = 1;
    int min_workers = 0;
    int max_workers = 1;
    int gpus_per_worker = 1;
    std::string policy;                       ///< name of what scales it
    std::optional<Purchase> purchase;         ///< empty: no price was given
    double mean_start_seconds = 0;            ///< without contention
    const ServiceFactory* service = nullptr;  ///< owned by the fleet's spec and then by the fleet
};

}  // namespace spillway
