#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

/// The profile of a GPU of the catalogue: the fitted one, or a roofline from its data sheet where no tables
/// exist (kind says which). Throws InputError at `where` for another name, with the nearest one and the list.
const GpuProfile& find_gpu_profile(std::string_view name, const std::string& where);

/// Every GPU that find_gpu_profile knows: fitted ones first.
std::vector<std::string_view> gpu_profile_names();

/// The data sheet of a GPU of the catalogue. Throws as find_gpu_profile does.
const DataSheet& find_data_sheet(std::string_view name, const std::string& where);

}  // namespace spillway
