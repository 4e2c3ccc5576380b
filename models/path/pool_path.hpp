#pragma once

#include <memory>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/fleet/path_model.hpp"

namespace spillway {

/// Makes what a pool's requests spend beside waiting and inference, from the pool's "path" and "post";
/// nullptr for one that the pool does not state. Throws InputError.
std::unique_ptr<PathModel> make_path(const ConfigNode* path, const ConfigNode* post,
                                     const ModelContext& context);

}  // namespace spillway
