#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/error.hpp"

namespace spillway {

/// What was read and is not used: how many, and why the first one is not.
struct PassedOver {
    std::size_t count = 0;
    std::optional<InputError> first;

    void add(InputError why);
    void add(const PassedOver& others);
};

/// "3 runs of mixtures passed over; the first, runs.csv:7: no served run says how ...", a line; empty for
/// none. `what` is one of them, `of` what follows their number.
std::string passed_over_line(const PassedOver& passed, std::string_view what, std::string_view of = {});

}  // namespace spillway
