#pragma once

#include <string>

#include "app/learn/learned_text.hpp"

namespace spillway {

/// What was learnt, for people: how well, how far it holds, and what the files do not tell. `file` is where
/// scenarios find it.
std::string learn_report(const Observed& observed, const Learned& learned, const std::string& file);

}  // namespace spillway
