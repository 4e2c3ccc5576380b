#pragma once

#include <string>
#include <string_view>

namespace spillway {

/// "10%/month", "-5%/month": by which share of itself the load grows each month, 0.1 and -0.05. Throws
/// InputError at `where` for anything else, for no growth at all, and for one to nothing.
double parse_growth(std::string_view text, const std::string& where);

}  // namespace spillway
