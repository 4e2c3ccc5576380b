#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

/// What a form needs to know of a pool beside its members.
struct DeployFacts {
    int concurrency = 1;                ///< its own, or what its service takes
    std::optional<std::string> serves;  ///< the language model
    bool spot = false;                  ///< its instances may be taken back
};

/// A pool of workers while a form writes it down: gives what it says, and remembers what was asked for, so
/// that the rest can be named instead of being lost.
class DeployPool {
public:
    /// `pool` with what its platform sets laid under it, and a policy in the form's own words; `preset`: what
    /// the platform sets, or an empty object.
    DeployPool(ConfigNode pool, ConfigNode preset, DeployFacts facts);

    const ConfigNode& node() const noexcept { return pool_; }
    const DeployFacts& facts() const noexcept { return facts_; }
    std::string name() const;
    std::string policy() const;
    std::string gpu() const;  ///< empty: it names none

    /// What holds for the pool there ("policy.idle_timeout"), its defaults included; empty when that depends
    /// on the pool's own server, or when its policy has no such parameter. It counts as said from now on.
    std::optional<ConfigNode> value(std::string_view at);
    /// The same, with the policy's own way to say a pool's member before it: min_containers, workers.min.
    std::optional<ConfigNode> value_or(std::string_view at, std::string_view otherwise);

    /// Every setting that differs from the platform's and the policy's own and that nobody asked for, as
    /// "policy.tolerance 5%". What describes the world and sets nothing (times of service and start, prices,
    /// failures) is none.
    std::vector<std::string> unsaid() const;

private:
    void add_unsaid(const ConfigNode& node, const std::string& path, std::vector<std::string>& list) const;
    bool is_own_default(const ConfigNode& node, const std::string& path) const;

    ConfigNode pool_;
    ConfigNode preset_;
    DeployFacts facts_;
    std::set<std::string, std::less<>> said_;
};

}  // namespace spillway
