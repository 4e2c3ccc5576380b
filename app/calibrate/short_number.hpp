#pragma once

namespace spillway {

/// To four digits, as catalogues keep fitted numbers: more is noise.
double short_number(double value);

}  // namespace spillway
