#include "app/version.hpp"

namespace spillway {

std::string_view version() noexcept { return SPILLWAY_VERSION; }

}  // namespace spillway
