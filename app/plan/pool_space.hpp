#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/plan/named_pool.hpp"
#include "app/plan/plan_space.hpp"

namespace spillway {

/// How many values of each knob are tried.
enum class Detail : std::uint8_t { kFull, kCoarse };

/// Collects the fleets that a plan tries. Owned by the call that collects.
class PoolSpace {
public:
    void add_as_it_stands() { candidates_.push_back({"as it stands", {}}); }
    /// Fixed sizes, scale to zero and keep warm, each over its knobs.
    void add_general(const NamedPool& pool, Detail detail);
    /// The knobs that `policy`, the pool's own autoscaler, has.
    void add_platform(const NamedPool& pool, const ConfigNode& policy, Detail detail);
    /// `base` in several sizes, and `buffer` for what overflows.
    void add_pair(const ConfigNode& base, const ConfigNode& buffer);
    /// What is there already with half and twice the concurrency, where a pool is served token by token.
    void add_concurrency();

    std::vector<Candidate> take() && { return std::move(candidates_); }

private:
    void add_alone(const NamedPool& pool, const std::string& policy, const std::string& words);
    void add_fixed(const NamedPool& pool, std::int64_t workers);
    void add_scale_to_zero(const NamedPool& pool, const char* idle);
    void add_warm(const NamedPool& pool, std::int64_t floor, std::int64_t spare, const char* idle);
    void add_with_concurrency(std::size_t number, double factor);

    std::vector<Candidate> candidates_;
};

}  // namespace spillway
