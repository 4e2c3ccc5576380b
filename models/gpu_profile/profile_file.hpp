#pragma once

#include <string>
#include <string_view>

#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

/// Reads a profile from JSON. `where` names the text in errors. Throws InputError with the place for text
/// that is no JSON, a file of another version (which is named), what is missing, unknown, not finite,
/// negative or above its limit.
GpuProfile read_profile(std::string_view text, const std::string& where);

/// The same profile as JSON, ended by a line break: same profile, same bytes. Numbers have six digits.
std::string profile_text(const GpuProfile& profile);

/// The file's name for a kind: "fitted_from_public_table", "measured", "data_sheet", "measured_host".
const char* profile_kind_name(ProfileKind kind) noexcept;

}  // namespace spillway
