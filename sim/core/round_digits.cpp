#include "sim/core/round_digits.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace spillway {

// strtod, and not std::stod: that throws for what is too small to be normal.
double round_digits(double value, int digits) {
    return std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
}

}  // namespace spillway
