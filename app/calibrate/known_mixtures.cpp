#include "app/calibrate/known_mixtures.hpp"

namespace spillway {

DeploymentKey deployment_of(const ServedRun& run) {
    return {run.llm, run.gpu, run.gpus, run.engine, run.weights, run.layout};
}

KnownMixtures known_mixtures(std::span<const ServedRun> runs) {
    KnownMixtures mixtures;
    for (const ServedRun& run : runs) {
        const DeploymentKey key = deployment_of(run);
        if (known_empirical(key))
            mixtures.runs.push_back(run);
        else
            mixtures.passed_over.add(unknown_empirical(key, run.where));
    }
    return mixtures;
}

}  // namespace spillway
