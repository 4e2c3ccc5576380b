#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {

/// What is known of a model that is no dense decoder of grouped queries (mixture of experts, latent or linear
/// attention): enough for memory and loading. Its iterations' times come from runs that were measured.
struct LlmSizes {
    double parameters = 0;
    double kv_values = 0;     ///< that one token leaves in all layers' caches
    bool kv_split = false;    ///< GPUs that share the model share the cache; otherwise each holds all of it
    double expert_share = 1;  ///< of the experts that one token uses: 8 of 256 is 1/32
};

/// A language model: the shape of a dense decoder, or its sizes alone.
struct LlmSpec {
    std::string name;
    std::string hub;  ///< its name where its weights are published
    std::int64_t layers = 0;
    std::int64_t hidden = 0;
    std::int64_t heads = 0;     ///< of queries
    std::int64_t kv_heads = 0;  ///< of keys and values
    std::int64_t head_dim = 0;
    std::int64_t intermediate = 0;  ///< of the gated feed-forward part
    std::int64_t vocab = 0;
    bool tied = false;  ///< the embedding is the output matrix too
    std::int64_t max_context = 0;
    bool samples = false;           ///< its published generation settings ask for top-p or top-k sampling
    std::optional<LlmSizes> sizes;  ///< instead of a shape: layers to intermediate are 0 then
    std::string provenance;

    /// Of the matrices in the layers, which quantisation makes smaller.
    std::int64_t layer_parameters() const noexcept;
    /// Of embedding and output matrix, which stay at 16 bits.
    std::int64_t vocabulary_parameters() const noexcept;
    double parameters() const noexcept;    ///< norms left out: less than 0.01%
    double expert_share() const noexcept;  ///< of its experts that one token uses; 1 of a dense model

    /// Bytes of all weights.
    double weight_bytes(Precision weights) const noexcept;
    /// Bytes of keys and values of one token, on each of `gpus` that share the model. Heads are copied where
    /// there are fewer than GPUs.
    double kv_bytes_per_token(Precision cache, int gpus) const noexcept;
};

/// In order of their names.
const std::vector<LlmSpec>& llm_catalog();

/// By name or hub name; null: the catalogue does not know it.
const LlmSpec* known_llm(std::string_view name);

/// The same. Throws InputError at `where` for another, with the nearest one and the list.
const LlmSpec& find_llm(std::string_view name, const std::string& where);

}  // namespace spillway
