#include "sim/core/rng.hpp"

namespace spillway {
namespace {

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA'14): every input bit moves every output bit.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/// FNV-1a, 64 bits.
constexpr std::uint64_t hash_name(std::string_view name) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace

StreamKey::StreamKey(RunSeed seed, std::string_view purpose) noexcept
    : value_(mix(mix(mix(seed.seed) ^ seed.replication) ^ hash_name(purpose))) {}

}  // namespace spillway
