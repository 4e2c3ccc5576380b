#pragma once

#include <string>
#include <vector>

#include "app/advise/advice_ground.hpp"

namespace spillway {

/// Models of the catalogue of the same family and version, smaller than that one, the largest first.
std::vector<std::string> smaller_siblings(const std::string& name);

/// GPUs that a worker of the pool takes, and halves of them as far as they are whole: what a lighter model
/// may do with. As it is where instances hold several workers.
std::int64_t gpus_per_worker(const AdvisedPool& pool);
std::vector<std::int64_t> fewer_gpus(const AdvisedPool& pool);

/// The pool, as the file has it, with so many GPUs a worker.
ConfigNode with_gpus(const ConfigNode& pool, std::int64_t count);
/// " on 1 GPU" where that is another number than the pool has.
std::string gpus_words(const AdvisedPool& pool, std::int64_t count);

}  // namespace spillway
