#pragma once
// RapidCheck for both Catch versions; its own rapidcheck/catch.h knows v2 only.
// Link spillway_rapidcheck. Each include costs seconds of compiling: keep property suites in files of their
// own.

#include <rapidcheck.h>

#include <sstream>
#include <string>
#include <utility>

#include "tests/support/catch.hpp"

namespace spillway::tests {

/// Fails the running test case, with the smallest counterexample, when `property` does not hold for
/// random arguments. The seed is fixed; RC_PARAMS="seed=... max_success=..." in the environment overrides.
template <typename Property>
void check_property(const std::string& description, Property&& property) {
    const auto result = rc::detail::checkTestable(std::forward<Property>(property));
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    INFO(description << "\n" << text.str());
    REQUIRE(result.template is<rc::detail::SuccessResult>());
}

}  // namespace spillway::tests
