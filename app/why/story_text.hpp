#pragma once

#include <string>

#include "app/why/why_run.hpp"

namespace spillway {

/// One request for people: the answer in a line, where its time went, the chain that led there in order of
/// time, its start phase by phase, and the lag of the decision behind it.
std::string story_text(const RequestStory& story, const StoryNames& names);

}  // namespace spillway
