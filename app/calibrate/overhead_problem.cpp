#include "app/calibrate/overhead_problem.hpp"

namespace spillway {

OverheadProblem::OverheadProblem(std::span<const ServedRun> runs) : runs_(runs), terms_(runs) {
    models_.reserve(runs.size());
    for (const ServedRun& run : runs) models_.emplace_back(run);
}

}  // namespace spillway
