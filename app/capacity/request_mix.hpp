#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/request_source.hpp"

namespace spillway {

/// What a worker is to serve of a request, without when.
struct RequestShape {
    ClassId class_id;
    std::uint32_t input_tokens = 0;
    std::uint32_t output_tokens = 0;
    std::uint32_t max_tokens = 0;
    std::optional<Duration> service;
};

/// Requests of a scenario's own traffic, drawn from again and again: each as likely, whatever came before it.
/// Prefixes that they share are left out: drawn twice, a prompt would be found in the cache as a whole. A
/// value type; threads may share one.
struct RequestMix {
    std::vector<RequestShape> shapes;  ///< not empty
    std::uint64_t seen = 0;            ///< requests of the traffic, of which `shapes` are a sample
    bool shared_prefixes = false;      ///< some had prefixes, which are left out

    /// Request number `number` of a run: the same under every load.
    const RequestShape& draw(const StreamKey& key, std::uint64_t number) const;
    double mean_input() const;
    double mean_output() const;
};

/// Requests that a mix keeps at most: a seeded sample of a longer traffic, each as likely to be in it.
constexpr std::size_t kMostShapes = 20000;

/// Reads the scenario's traffic once. Clients who wait for answers are answered as by an idle fleet. With
/// `class_name`, requests of that class alone. Throws InputError for a class without requests, and where the
/// traffic cannot be read.
RequestMix sample_requests(const Scenario& scenario, const std::optional<std::string>& class_name);

}  // namespace spillway
