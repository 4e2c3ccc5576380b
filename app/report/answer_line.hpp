#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The answer in one line: cost, latency, cold starts, failures, attainment.
std::string answer_line(const RunResult& result);

/// The second line: the cost by requests offered and by tokens. Empty without a price.
std::string beside_the_answer(const RunResult& result);

}  // namespace spillway
