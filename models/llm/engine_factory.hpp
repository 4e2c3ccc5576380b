#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/llm/engine_core.hpp"
#include "models/llm/measured_range.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// In the order of the words of "stepping".
enum class Stepping : std::uint8_t { kRuns, kEveryIteration };

/// Makes token-level engines of one set-up. `model_bytes`: what a start loads, where it is known.
std::unique_ptr<ServiceFactory> make_engine_factory(EngineSetup setup, MeasuredRange measured,
                                                    std::optional<std::int64_t> model_bytes,
                                                    Stepping stepping);

}  // namespace spillway
