#pragma once

#include <string>
#include <string_view>

#include "sim/core/rng.hpp"

namespace spillway {

/// Whose model is being made: with it, the keys of the model's random draws. Valid while the model is made.
struct ModelContext {
    RunSeed seed;
    std::string_view pool;  ///< the pool's name

    /// The stream of one use of randomness in this pool; two pools or two purposes never share a draw.
    StreamKey stream(std::string_view purpose) const {
        return {seed, std::string(purpose) + '/' + std::string(pool)};
    }
};

}  // namespace spillway
