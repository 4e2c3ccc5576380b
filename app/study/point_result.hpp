#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/study/replicate.hpp"

namespace spillway {

/// What became of one point of a study.
struct PointResult {
    std::uint64_t id = 0;
    std::string refused;  ///< why it could not be run; empty: it was
    Replications runs;
};

/// The result as text that travels between processes, and back, without loss.
std::string encode_result(const PointResult& result);
PointResult decode_result(std::string_view text);

}  // namespace spillway
