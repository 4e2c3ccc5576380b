#include "app/calibrate/known_mixtures.hpp"

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "sim/core/check.hpp"

namespace spillway {

DeploymentKey deployment_of(const ServedRun& run) {
    return {run.llm, run.gpu, run.gpus, run.engine, run.weights, run.layout};
}

KnownMixtures known_mixtures(std::span<const ServedRun> runs) {
    KnownMixtures mixtures;
    for (const ServedRun& run : runs) {
        const DeploymentKey key = deployment_of(run);
        if (known_empirical(key)) {
            mixtures.runs.push_back(run);
            continue;
        }
        ++mixtures.passed_over;
        if (!mixtures.unknown)
            mixtures.unknown = unknown_empirical(key, run.where);
    }
    return mixtures;
}

std::string passed_over_line(const KnownMixtures& mixtures) {
    SPILLWAY_CHECK(mixtures.unknown.has_value(), "no run is passed over");
    return fmt::format("{} of mixtures passed over; the first, {}: {}\n",
                       show_counted(mixtures.passed_over, "run"), mixtures.unknown->where(),
                       mixtures.unknown->problem());
}

}  // namespace spillway
