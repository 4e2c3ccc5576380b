#include "sim/core/check.hpp"

#include <fmt/format.h>

namespace spillway {

void check_failed(const char* file, int line, const char* condition, std::string_view message) {
    throw InternalError(fmt::format("{}:{}: check failed: {}: {}", file, line, condition, message));
}

}  // namespace spillway
