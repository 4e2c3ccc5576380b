#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "traces/registry.hpp"

namespace spillway {

/// How often, and how far apart, traffic is repeated.
struct RepeatPlan {
    Duration period{};                  ///< what a cycle has at or after it is left out
    std::optional<std::int64_t> times;  ///< cycles in all
    std::optional<SimTime> until;       ///< no arrival at or after it
};

/// Builds one cycle's source anew, between the begin and the end of a context.
using MakeCycle = std::function<std::unique_ptr<RequestSource>(const SourceContext&)>;

/// The same requests in every cycle, with lengths and ids of sessions and prefix blocks as in the first, and
/// request ids of their own. One cycle is open at a time: memory does not grow with their number.
/// Requires: period above 0; `times`, `until` or the context's end says where it stops.
std::unique_ptr<RequestSource> repeat(MakeCycle make, const RepeatPlan& plan, const SourceContext& context);

}  // namespace spillway
