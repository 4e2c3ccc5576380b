#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

/// Whether profiles of processors may stand in for GPUs.
enum class HostProfiles : std::uint8_t { kRefused, kAllowed };

/// The profiles that a run can use: those that it was given, and the catalogue's for other names. Keeps its
/// profiles in place while it lives.
class GpuProfiles {
public:
    explicit GpuProfiles(HostProfiles hosts = HostProfiles::kRefused) : hosts_(hosts) {}

    /// Takes a profile in place of the catalogue's of that name, if any. Throws InputError at `where` for a
    /// second one of its name.
    void add(GpuProfile profile, const std::string& where);
    /// The profile that something is to be timed by. Throws InputError at `where` for a name that neither
    /// this nor the catalogue has, and for a processor's profile where those are refused.
    const GpuProfile& find(std::string_view name, const std::string& where) const;
    /// One that was added, to look at; null without one of that name.
    const GpuProfile* own(std::string_view name) const noexcept;
    /// Whether find() has given out the one of that name that was added.
    bool used(std::string_view name) const;

private:
    HostProfiles hosts_;
    std::deque<GpuProfile> own_;
    mutable std::set<std::string, std::less<>> used_;  // names of own_ that find() gave out
};

}  // namespace spillway
