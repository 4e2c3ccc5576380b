#pragma once

#include <memory>
#include <span>
#include <string>

#include "traces/registry.hpp"

namespace spillway {

/// All traffic of a scenario: a list of sources, each with a "class" beside what make_source() reads (it may
/// be left out where there is one class only). `classes` are the names, by ClassId.
///
/// `warm_up` of traffic comes before time 0: for each source that does not wait for answers the first part of
/// that length, played by a second instance with draws of its own; the others just begin then. The measured
/// part is the same with and without it.
///
/// `context` says seed, end and folders; its class is ignored and it begins at 0. Throws InputError.
std::unique_ptr<RequestSource> make_traffic(const ConfigNode& sources, std::span<const std::string> classes,
                                            const SourceContext& context, Duration warm_up);

}  // namespace spillway
