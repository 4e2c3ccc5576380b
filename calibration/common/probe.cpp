#include "calibration/common/probe.hpp"

#include "sim/core/check.hpp"

namespace spillway {

const std::string& ProbePoint::word(std::string_view name) const {
    const std::string* value = find_named(words, name);
    SPILLWAY_CHECK(value != nullptr, "a probe asks for a word that its point lacks: " + std::string(name));
    return *value;
}

double ProbePoint::number(std::string_view name) const {
    const double* value = find_named(numbers, name);
    SPILLWAY_CHECK(value != nullptr, "a probe asks for a number that its point lacks: " + std::string(name));
    return *value;
}

}  // namespace spillway
