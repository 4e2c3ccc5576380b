#pragma once

#include <cstdint>
#include <span>

#include "policies/context.hpp"

namespace spillway {

/// Counts the changes of what a plug-in and the program call in each other.
inline constexpr std::uint32_t kPluginInterface = 2;

/// The sizes of what passes between the two, folded into one number: it differs when one of them was built
/// with other headers or another compiler's layout.
constexpr std::uint64_t plugin_layout() noexcept {
    constexpr std::size_t kSizes[] = {
        sizeof(ScalePolicyEntry),
        sizeof(ParamSpec),
        sizeof(ConfigNode),
        sizeof(ParamReader),
        sizeof(PolicyContext),
        sizeof(PoolFacts),
        sizeof(FleetSetup),
        sizeof(Wakes),
        sizeof(PoolView),
        sizeof(Trigger),
        sizeof(ScaleDecision),
        sizeof(RequestView),
        sizeof(Route),
        sizeof(SimTime),
        sizeof(RandomStream),
        sizeof(EngineView),
    };
    std::uint64_t folded = 14695981039346656037U;  // FNV-1a, 64 bits
    for (const std::size_t size : kSizes) folded = (folded ^ size) * 1099511628211U;
    return folded;
}

/// What a shared library of policies exports: the entries of its tables, each as the program's own policies
/// have them. Everything it names lives as long as the library is loaded.
///
///     extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() {
///         static const spillway::ScalePolicyEntry kPolicies[]{...};
///         static const spillway::PluginManifest kManifest{.scale_policies = kPolicies};
///         return &kManifest;
///     }
struct PluginManifest {
    // Read before anything else, and never moved.
    std::uint32_t interface_version = kPluginInterface;
    std::uint64_t layout = plugin_layout();

    std::span<const ScalePolicyEntry> scale_policies{};
    std::span<const FleetPolicyEntry> fleet_policies{};
    std::span<const PoolRouteEntry> pool_routes{};
    std::span<const WorkerRouteEntry> worker_routes{};
};

/// The name of the function that a plug-in exports, and its type.
inline constexpr char kPluginSymbol[] = "spillway_plugin";
using PluginFunction = const PluginManifest*();

}  // namespace spillway

#if defined(__GNUC__)
#define SPILLWAY_PLUGIN_EXPORT __attribute__((visibility("default"), used))
#else
#define SPILLWAY_PLUGIN_EXPORT
#endif
