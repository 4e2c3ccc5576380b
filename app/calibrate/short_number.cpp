#include "app/calibrate/short_number.hpp"

#include <string>

#include <fmt/format.h>

namespace spillway {

double short_number(double value) { return std::stod(fmt::format("{:.4g}", value)); }

}  // namespace spillway
