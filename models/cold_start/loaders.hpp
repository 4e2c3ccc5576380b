#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What brings weights to a GPU, on the storage where it was measured:
/// time = overhead + bytes / bandwidth * noise.
struct Loader {
    std::string name;
    std::string storage;
    Duration overhead{0};
    double bandwidth = 0;  ///< bytes a second, from disk
    Distribution noise = Distribution::constant(1);
    std::optional<double> memory_bandwidth;  ///< bytes a second, from host memory; empty: not measured
    Distribution memory_noise = Distribution::constant(1);
    std::string gpu;         ///< that it was measured on
    std::string confidence;  ///< high, medium or low
    std::string source;
    std::int64_t runs = 0;                   ///< measured loads behind it; 1: a single published figure
    std::vector<std::int64_t> sizes{};       ///< bytes of the models that were loaded
    std::optional<double> left_out_error{};  ///< of the mean of a size that was left out of the fit
    std::string text{};                      ///< its object in the catalogue, as JSON
};

/// Every loader on every storage, as models/catalog/loaders.json has them; those that were fitted first.
const std::vector<Loader>& loader_catalog();

/// The first of that name on that storage (any, where it is not said). Throws InputError at `where` or
/// `storage_where` for one that there is not, with the nearest and the list.
const Loader& find_loader(std::string_view name, const std::optional<std::string>& storage,
                          const std::string& where, const std::string& storage_where);

}  // namespace spillway
