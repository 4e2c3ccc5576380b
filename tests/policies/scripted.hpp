#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/registry.hpp"
#include "sim/core/config.hpp"

namespace spillway::tests {

/// A policy's configuration as a scenario would hold it, at "test.json". Requires: valid JSON.
ConfigNode config(std::string_view json);

/// The fleet that policies are made for: "base" (0..4 workers) and "cloud" (0..10), two slots a worker in
/// "cloud", and the classes "interactive" and "batch".
struct TestFleet {
    std::vector<PoolFacts> pools{{"base", 1, 0, 4}, {"cloud", 2, 0, 10}};
    std::vector<std::string> classes{"interactive", "batch"};
    PolicyContext context(PoolId pool = {}) const { return {pools, classes, pool}; }
};
constexpr PoolId kBase{0};
constexpr PoolId kCloud{1};

/// A scale policy for one pool of up to 10 workers with `concurrency` slots each, at least `min_workers`.
std::unique_ptr<ScalePolicy> scale_policy(std::string_view json, int concurrency = 1, int min_workers = 0);

/// A pool without workers and requests, `at` after the start; a test fills in what its script says.
PoolView quiet_pool(Duration at);

/// What the policy wants at a tick that sees `view`.
int target_at_tick(ScalePolicy& policy, const PoolView& view);

/// The whole message of the InputError that `make` throws; fails the test when it throws none.
template <class Make>
std::string error_of(Make make) {
    try {
        make();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace spillway::tests
