#pragma once

#include <string_view>

namespace spillway {

/// The program's version, "0.1.0".
std::string_view version() noexcept;

}  // namespace spillway
