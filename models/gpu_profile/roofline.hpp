#pragma once

#include <string>

#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

/// A profile made from a data sheet alone, for a GPU that nobody measured: the same forms with the
/// efficiencies that fitted GPUs of the catalogue reach. Where the sheet's link is no faster than PCIe, its
/// all-reduces share it as they do on the nodes without NVLink that were measured. Kind kDataSheet; it has no
/// residuals, because nothing was compared.
GpuProfile roofline_profile(const std::string& name, const DataSheet& sheet);

/// Adds the section of weights of 4 bits that compute in bf16 (int4): the bf16 section with fewer bytes to
/// read. Nobody's table measures it, and its note says so. Requires: a bf16 section, none of int4.
void add_weight_only(GpuProfile& profile);

}  // namespace spillway
