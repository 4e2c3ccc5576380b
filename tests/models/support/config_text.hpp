#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"

namespace spillway::tests {

/// A configuration value from JSON text, with places such as "file: test[1].after".
ConfigNode config(std::string_view json);

/// Replication `replication` of pool "pool" under seed 1.
ModelContext context(std::uint64_t replication = 0, std::string_view pool = "pool");

/// Fails the test case unless `act` throws an InputError at a place that ends in `place`, about `problem`,
/// with a hint.
void require_input_error(const std::function<void()>& act, const std::string& place,
                         const std::string& problem);

}  // namespace spillway::tests
