#include "calibration/fit/free_coefficients.hpp"

namespace spillway {

FreeCoefficients::FreeCoefficients(const CurveProblem& whole) : whole_(whole), free_(whole) {
    for (std::size_t i = 0; i < whole.coefficients.size(); ++i) numbers_.push_back(i);
    free_.seconds = [this](std::size_t row, std::span<const double> values) {
        return whole_.seconds(row, all(values));
    };
}

FreeCoefficients::FreeCoefficients(const FreeCoefficients& other) : FreeCoefficients(other.whole_) {
    numbers_ = other.numbers_;
    free_.coefficients = other.free_.coefficients;
}

void FreeCoefficients::hold(std::size_t number) {
    const auto at = static_cast<std::ptrdiff_t>(number);
    numbers_.erase(numbers_.begin() + at);
    free_.coefficients.erase(free_.coefficients.begin() + at);
}

std::vector<double> FreeCoefficients::all(std::span<const double> values) const {
    std::vector<double> coefficients;
    coefficients.reserve(whole_.coefficients.size());
    for (const CoefficientRange& range : whole_.coefficients) coefficients.push_back(range.start);
    for (std::size_t i = 0; i < numbers_.size(); ++i) coefficients[numbers_[i]] = values[i];
    return coefficients;
}

}  // namespace spillway
