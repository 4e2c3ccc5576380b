#include "app/calibrate/served_runs.hpp"

#include <fmt/format.h>

namespace spillway {

std::string ServedRun::group() const {
    return fmt::format("{} {} {} {}", llm, gpu, engine, precision_name(weights));
}

}  // namespace spillway
