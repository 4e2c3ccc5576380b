#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// Which of a worker's models are in its memory. A model holds its bytes from the begin of its load until it
/// is evicted; only models without requests are, least recently used first and never a pinned one.
class ModelMemory {
public:
    struct Model {
        std::int64_t bytes = 0;
        bool pinned = false;
    };
    /// Pinned models are there from the beginning. Requires: they fit, and each other one beside them.
    ModelMemory(std::vector<Model> models, std::int64_t bytes);

    bool is_resident(std::size_t model) const { return states_[model].resident; }
    bool is_pinned(std::size_t model) const { return models_[model].pinned; }
    /// Frees room for a model that is not there and takes it; false: those with requests leave too little.
    bool make_room(std::size_t model);
    void loaded(std::size_t model, SimTime now);
    void add_request(std::size_t model) { ++states_[model].requests; }
    void remove_request(std::size_t model, SimTime now);
    int requests(std::size_t model) const { return states_[model].requests; }

private:
    struct State {
        bool resident = false;
        bool loading = false;
        int requests = 0;
        SimTime used;
    };
    std::optional<std::size_t> least_recent() const;

    std::vector<Model> models_;
    std::vector<State> states_;
    std::int64_t free_;
};

}  // namespace spillway
