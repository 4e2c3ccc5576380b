#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/gpu_profile/gpu_profiles.hpp"
#include "models/model_error.hpp"
#include "sim/core/rng.hpp"

namespace spillway {

class StartGround;

/// Whose model is being made: with it, the keys of the model's random draws. Valid while the model is made.
struct ModelContext {
    RunSeed seed;
    std::string_view pool;             ///< the pool's name
    std::optional<std::string> gpu{};  ///< its GPU, where it is said
    int gpus_per_worker = 1;
    std::optional<std::int64_t> gpu_memory_bytes{};  ///< of one GPU, where it is known
    std::vector<std::string> class_names{};          ///< by ClassId
    std::vector<int> class_priorities{};             ///< by ClassId; higher is served first
    std::vector<bool> class_streams{};               ///< by ClassId; clients read token by token
    std::optional<std::int64_t> model_bytes{};       ///< that a start loads, where the service knows
    const GpuProfiles* profiles = nullptr;           ///< the run's own; null: the catalogue's alone
    std::filesystem::path folder{};                  ///< where relative names of files start
    std::shared_ptr<StartGround> ground{};           ///< hosts and links, which the starts of all pools share
    ModelErrors* errors = nullptr;                   ///< of the run; null: nobody asks for them

    /// The profile of a GPU: the run's own, or else the catalogue's. Throws as GpuProfiles::find does.
    const GpuProfile& profile(std::string_view name, const std::string& where) const {
        return profiles == nullptr ? GpuProfiles().find(name, where) : profiles->find(name, where);
    }

    /// What the times of `profile` are multiplied by (ModelErrors::factor); 1 where nobody asks.
    double error_of(std::string_view profile, std::optional<double> mean_error) const {
        return errors == nullptr ? 1 : errors->factor(profile, mean_error);
    }
    /// Of this pool's service, whose error the scenario states or nobody does.
    double service_error(std::optional<double> mean_error) const {
        return error_of("service of " + std::string(pool), mean_error);
    }

    /// The stream of one use of randomness in this pool; two pools or two purposes never share a draw.
    StreamKey stream(std::string_view purpose) const {
        return {seed, std::string(purpose) + '/' + std::string(pool)};
    }
};

}  // namespace spillway
