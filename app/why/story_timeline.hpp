#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/why/why_run.hpp"

namespace spillway {

/// What led to the end of a request in order of time, a line each: what it met, the decision and the start
/// that it waited for or that others before it did.
std::string timeline_text(const RequestStory& story, const StoryNames& names);

/// "14 chat, 2 batch": those that are there.
std::string counts_text(const std::vector<std::uint32_t>& by_class, const StoryNames& names);
/// Names of triggers: "a tick", "a request without a slot".
std::string_view trigger_words(Trigger why) noexcept;
/// "4671.007 s": a moment of the run.
std::string show_at(SimTime at);

}  // namespace spillway
