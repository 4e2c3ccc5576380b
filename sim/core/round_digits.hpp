#pragma once

namespace spillway {

/// The number with so many significant digits (at least one), as files hold it: the same text from every
/// compiler. What is not finite stays as it is.
double round_digits(double value, int digits);

}  // namespace spillway
