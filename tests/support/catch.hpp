#pragma once
// Catch2 as the system has it: v3 (several headers) or v2 (one header). Tests include this file only.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>

#include "sim/core/time.hpp"
#include "tests/support/skip.hpp"

/// Catch2 prints a duration's count, and no stream takes one of 128 bits.
template <>
struct Catch::StringMaker<spillway::SummedTime> {
    static std::string convert(spillway::SummedTime time) {
        return std::to_string(spillway::to_seconds(time)) + " s";
    }
};

namespace spillway::tests {

#if __has_include(<catch2/catch_all.hpp>)
using Catch::Approx;
#else
using Catch::Detail::Approx;  // there, Catch::Approx is a vector matcher
#endif

/// Matcher: the text holds `part`. (Its name differs between the two Catch versions.)
inline auto contains_text(const std::string& part) {
#if __has_include(<catch2/catch_all.hpp>)
    return Catch::Matchers::ContainsSubstring(part);
#else
    return Catch::Matchers::Contains(part);
#endif
}

}  // namespace spillway::tests
