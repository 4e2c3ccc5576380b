#include "models/gpu_profile/time_parts.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {

double overlapped(std::initializer_list<double> seconds, double exponent) {
    const double longest = std::max(seconds);
    if (longest <= 0)
        return 0;
    double sum = 0;
    for (const double part : seconds) sum += std::pow(part / longest, exponent);
    return longest * std::pow(sum, 1 / exponent);
}

double in_waves(double tiles, double multiprocessors, double weight) {
    const double whole = std::ceil(tiles / multiprocessors) * multiprocessors;
    return tiles * std::pow(whole / tiles, weight);
}

}  // namespace spillway
