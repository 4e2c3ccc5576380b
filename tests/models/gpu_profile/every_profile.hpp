#pragma once

#include <functional>
#include <string_view>

#include "models/gpu_profile/kernel_times.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

inline constexpr AttentionShape kShape{8, 2, 128};

/// Checks a law of every profile of the catalogue.
inline void for_each_profile(const std::function<void(const GpuProfile&)>& law) {
    for (const std::string_view name : gpu_profile_names()) {
        INFO(name);
        law(find_gpu_profile(name, "test"));
    }
}

inline double prefill(const GpuProfile& profile, Precision cache, double prefix, double fresh) {
    return prefill_attention_seconds(profile, cache, kShape, {prefix, fresh});
}

}  // namespace spillway::tests
