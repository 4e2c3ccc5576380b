#pragma once

#include <memory>

#include "traces/registry.hpp"

namespace spillway {

/// Every request `factor` times in the mean: itself, then copies that lie at a uniform distance of at most
/// half the width from it, mirrored at the begin and the end of the context. A copy is another user's request
/// of the same lengths: it has ids of its own, for its session and its prefix blocks too, so that it shares
/// no cache with the original but shares among the copies of the same number as the originals share among
/// themselves. Requires: 1 < factor <= kMaxRateFactor.
inline constexpr int kMaxRateFactor = 4096;
std::unique_ptr<RequestSource> multiply(std::unique_ptr<RequestSource> source, double factor, Duration width,
                                        const SourceContext& context);

}  // namespace spillway
