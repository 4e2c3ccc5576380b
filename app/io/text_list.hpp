#pragma once

#include <string>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

/// The texts of a list; none for nullptr. Throws InputError for an item that is no text.
std::vector<std::string> text_list(const ConfigNode* list);

}  // namespace spillway
