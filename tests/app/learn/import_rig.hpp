#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/learn/importers.hpp"

namespace spillway::tests {

/// What a file of that content holds, under the name "result".
Observed observed_in(std::string_view text);
/// Of several, in order.
Observed observed_in_files(const std::vector<std::string_view>& texts);

/// Fails the case unless the content is refused with each of `parts` in the message.
void require_refused_file(std::string_view text, const std::vector<std::string>& parts);

/// `text` with `from`, which must occur, replaced by `to`.
std::string changed(std::string_view text, std::string_view from, std::string_view to);

}  // namespace spillway::tests
