#include "app/calibrate/short_number.hpp"

#include "sim/core/round_digits.hpp"

namespace spillway {

double short_number(double value) { return round_digits(value, 4); }

}  // namespace spillway
