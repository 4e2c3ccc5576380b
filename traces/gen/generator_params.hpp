#pragma once

#include <array>
#include <cstddef>

#include "sim/core/config.hpp"

namespace spillway {

/// What every generator can be told, beside its own parameters.
inline constexpr std::array kGeneratorParams{
    optional_param("duration", ParamKind::kDuration,
                   "Length of the traffic; left out, it lasts to the horizon."),
    optional_param("count", ParamKind::kCount, "End after this many requests (warm-up not counted)."),
    optional_param("input_tokens", ParamKind::kNumberLaw, "Prompt length; left out, 0."),
    optional_param("output_tokens", ParamKind::kNumberLaw, "Answer length; left out, 0."),
    optional_param("max_tokens", ParamKind::kCount,
                   "What each client asks for at most; left out, not stated."),
    optional_param("service", ParamKind::kDurationLaw,
                   "Service time of each request, for models that take it."),
};

/// Two parameter tables in one.
template <std::size_t A, std::size_t B>
constexpr std::array<ParamSpec, A + B> join_params(const std::array<ParamSpec, A>& first,
                                                   const std::array<ParamSpec, B>& second) {
    std::array<ParamSpec, A + B> all{};
    for (std::size_t i = 0; i < A; ++i) all[i] = first[i];
    for (std::size_t i = 0; i < B; ++i) all[A + i] = second[i];
    return all;
}

/// A generator's whole table: its own parameters, then the common ones.
template <std::size_t N>
constexpr auto generator_params(const std::array<ParamSpec, N>& own) {
    return join_params(own, kGeneratorParams);
}

/// A list of objects that must be there.
constexpr ParamSpec required_list(std::string_view name, std::span<const ParamSpec> fields,
                                  std::string_view meaning) {
    return {name, ParamKind::kList, Presence::kRequired, {}, meaning, {}, fields};
}

/// The rate of that name. Throws InputError unless it is above 0.
double positive_rate(ParamReader& params, std::string_view name);

/// The number of that name. Throws InputError unless it is above 0.
double positive_number(ParamReader& params, std::string_view name);

/// The duration of that name. Throws InputError unless it is above 0.
Duration positive_duration(ParamReader& params, std::string_view name);

}  // namespace spillway
