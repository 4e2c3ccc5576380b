#pragma once

#include <cstdint>
#include <string>

namespace spillway {

/// The logarithm of what a law says cannot be: one of it does not decide all.
inline constexpr double kImpossible = -1e3;

enum class LawKind : std::uint8_t { kConstant, kExponential, kLognormal, kGamma, kWeibull };

/// A law of durations, shifted: shift + a draw. By the logarithm's mean and deviation (lognormal), by scale
/// and shape (gamma, Weibull), by the mean (exponential, constant).
struct FittedLaw {
    LawKind kind = LawKind::kConstant;
    double shift = 0;
    double scale = 0;  ///< of lognormal: the median
    double shape = 1;  ///< of lognormal: the logarithm's deviation

    /// Share that lasts longer.
    double survival(double seconds) const;
    /// The logarithm of the density.
    double log_density(double seconds) const;
    int parameters() const noexcept;
};

/// "lognormal"
std::string law_name(LawKind kind);

/// "12.34s", to four digits: as scenarios read it, whole nanoseconds and no exponent.
std::string duration_text(double seconds);

/// The law without its shift, as a scenario has it: {"lognormal": {"mean": "2s", "cv": 0.5}}.
std::string law_text(const FittedLaw& law);

}  // namespace spillway
