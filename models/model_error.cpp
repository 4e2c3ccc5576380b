#include "models/model_error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"

namespace spillway {

double error_factor(double mean_error, double u) {
    if (mean_error == 0)
        return 1;
    // E|z| of a standard normal z is sqrt(2 / pi); a log-normal of mean 1 and this sigma has that cv.
    const double sigma = mean_error * std::sqrt(std::numbers::pi / 2);
    return Distribution::lognormal(1, std::sqrt(std::expm1(sigma * sigma))).quantile(u);
}

double ModelErrors::factor(std::string_view profile, std::optional<double> mean_error) {
    const StatedError stated{std::string(profile), mean_error};
    if (std::find(stated_.begin(), stated_.end(), stated) == stated_.end())
        stated_.push_back(stated);
    if (!seed_ || !mean_error)
        return 1;
    RandomStream draw(StreamKey(*seed_, "model error/" + stated.profile), 0);
    return error_factor(*mean_error, draw.uniform());
}

std::optional<double> read_error(ParamReader& reader) {
    const std::optional<double> error = reader.optional_ratio("error");
    if (error && *error >= 1)
        throw InputError(reader.where("error"), "must be below 100%", R"(write "error": "10%")");
    return error;
}

}  // namespace spillway
