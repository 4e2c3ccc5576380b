#pragma once

#include <memory>

#include "sim/fleet/request_source.hpp"
#include "traces/combine/operations.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// The requests of a source that arrive before the context's end, those of each period gathered at its begin:
/// what comes x after the begin of a period comes x / factor after it. Periods are counted from time 0, in
/// both directions; what comes to lie before the context's begin is left out. The same requests in the same
/// order, as many in each period: only how bursty they are changes.
std::unique_ptr<RequestSource> gather(std::unique_ptr<RequestSource> source, const Bursts& bursts,
                                      const SourceContext& context);

}  // namespace spillway
