#pragma once

#include <memory>
#include <optional>

#include "traces/combine/block_plan.hpp"
#include "traces/combine/recordings.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// A recorded trace made anew: each block of it (traces/combine/block_plan.hpp) gives way to a drawn part of
/// the trace. What is drawn depends on the seed, on the leaf's number and on the block's number alone.
///
/// The n-th request has the n-th id of the leaf. A request that is played for the k-th time is another user's
/// from the second time on: its session and its prefix blocks get other names, the same for all requests that
/// are played for the k-th time. So copies share no cache with each other, and what shares a prefix in the
/// trace shares it among copies of the same number.
///
/// The moments are those of the recording's own time; `context` says class, ids and where counts are kept.
std::unique_ptr<RequestSource> resample(std::shared_ptr<const Recording> recording, const Resampling& how,
                                        const SourceContext& context);

}  // namespace spillway
