#include "models/service/model_memory.hpp"

#include "sim/core/check.hpp"

namespace spillway {

ModelMemory::ModelMemory(std::vector<Model> models, std::int64_t bytes)
    : models_(std::move(models)), states_(models_.size()), free_(bytes) {
    for (std::size_t i = 0; i < models_.size(); ++i) {
        if (!models_[i].pinned)
            continue;
        states_[i].resident = true;
        free_ -= models_[i].bytes;
    }
    SPILLWAY_CHECK(free_ >= 0, "pinned models do not fit");
}

bool ModelMemory::make_room(std::size_t model) {
    SPILLWAY_CHECK(!states_[model].resident && !states_[model].loading, "a model is loaded twice");
    // Nobody is evicted in vain.
    std::int64_t most = free_;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        if (states_[i].resident && !models_[i].pinned && states_[i].requests == 0)
            most += models_[i].bytes;
    }
    if (most < models_[model].bytes)
        return false;
    while (free_ < models_[model].bytes) {
        const std::size_t gone = least_recent().value();
        states_[gone].resident = false;
        free_ += models_[gone].bytes;
    }
    free_ -= models_[model].bytes;
    states_[model].loading = true;
    return true;
}

/// Of the models that may go; among equals the first one.
std::optional<std::size_t> ModelMemory::least_recent() const {
    std::optional<std::size_t> least;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        const State& state = states_[i];
        if (!state.resident || models_[i].pinned || state.requests > 0)
            continue;
        if (!least || state.used < states_[*least].used)
            least = i;
    }
    return least;
}

void ModelMemory::loaded(std::size_t model, SimTime now) {
    states_[model].loading = false;
    states_[model].resident = true;
    states_[model].used = now;
}

void ModelMemory::remove_request(std::size_t model, SimTime now) {
    --states_[model].requests;
    states_[model].used = now;
}

}  // namespace spillway
