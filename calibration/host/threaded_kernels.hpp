#pragma once

#include <cstddef>
#include <vector>

#include "calibration/host/host_means.hpp"

namespace spillway {

/// A new token for each sequence of a batch.
struct DecodeBatch {
    std::size_t heads = 0;
    std::size_t kv_heads = 0;
    std::size_t head_dim = 0;
    std::size_t batch = 0;
    std::size_t context = 0;
    const float* keys = nullptr;     ///< batch x kv_heads x context x head_dim
    const float* values = nullptr;   ///< the same
    const float* queries = nullptr;  ///< batch x heads x head_dim
    float* outputs = nullptr;        ///< the same
    float* scores = nullptr;         ///< room for threads x heads / kv_heads x context numbers
};

/// Some new tokens for each sequence of a batch.
struct PrefillBatch {
    std::size_t heads = 0;
    std::size_t kv_heads = 0;
    std::size_t head_dim = 0;
    std::size_t batch = 0;
    std::size_t prefix = 0;
    std::size_t fresh = 0;
    const float* keys = nullptr;     ///< batch x kv_heads x (prefix + fresh) x head_dim
    const float* values = nullptr;   ///< the same
    const float* queries = nullptr;  ///< batch x heads x fresh x head_dim
    float* outputs = nullptr;        ///< the same
    float* scores = nullptr;         ///< room for threads x kPrefillRows x (prefix + fresh) numbers
};
inline constexpr std::size_t kPrefillRows = 64;

// The kernels by all threads of `means`. Work that would keep a thread shorter than waking it takes stays
// with the calling thread, as numerical libraries have it.

/// The whole product: `first_column` and `columns` are ignored.
void multiply(HostMeans& means, const ProductPart& whole);
void decode(HostMeans& means, const DecodeBatch& batch);
void prefill(HostMeans& means, const PrefillBatch& batch);

}  // namespace spillway
