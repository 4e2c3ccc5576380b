// Needs a GPU: each probe prepares some of its points, which compares its kernel with the reference at real
// sizes, and takes a sample.
#include <algorithm>
#include <string>
#include <vector>

#include "calibration/cuda/cuda_backend.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

/// The backend in a folder of its own, or null with the reason printed.
std::unique_ptr<ProbeBackend> open_gpu(const ScratchDir& folder, std::string& why) {
    OpenedBackend opened =
        cuda_backend().open({program().parent_path() / "spillway-probe", folder.path(), false});
    why = opened.unusable;
    return std::move(opened.backend);
}

/// The first and the last point of each combination of words.
std::vector<ProbePoint> some_points(const Probe& probe) {
    std::vector<ProbePoint> some;
    const std::vector<ProbePoint> points = probe.points(Effort::kQuick);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const bool first = i == 0 || points[i].words != points[i - 1].words;
        const bool last = i + 1 == points.size() || points[i].words != points[i + 1].words;
        if (first || last)
            some.push_back(points[i]);
    }
    return some;
}

std::string shown(const Probe& probe, const ProbePoint& point) {
    std::string text(probe.name());
    for (const auto& [name, word] : point.words) text += " " + name + " " + word;
    for (const auto& [name, number] : point.numbers) text += " " + name + " " + std::to_string(number);
    return text;
}

}  // namespace

TEST_CASE("each probe is right by its reference and takes time on the GPU", "[cuda][gpu]") {
    const ScratchDir folder;
    std::string why;
    const std::unique_ptr<ProbeBackend> backend = open_gpu(folder, why);
    if (!backend)
        SPILLWAY_SKIP(why);
    for (const auto& probe : backend->probes()) {
        for (const ProbePoint& point : some_points(*probe)) {
            INFO(shown(*probe, point));
            const PreparedPoint prepared = probe->prepare(point);
            if (!prepared.trial) {
                CHECK(!prepared.unavailable.empty());
                continue;
            }
            const double seconds = prepared.trial->sample();
            CHECK(seconds > 0);
            CHECK(seconds < 60);
        }
    }
}

TEST_CASE("no copy within the GPU is faster than its memory", "[cuda][gpu]") {
    const ScratchDir folder;
    std::string why;
    const std::unique_ptr<ProbeBackend> backend = open_gpu(folder, why);
    if (!backend)
        SPILLWAY_SKIP(why);
    const MachineFacts facts = backend->machine();
    const double* peak = find_named(facts.numbers, "peak_bandwidth");
    if (peak == nullptr)
        SPILLWAY_SKIP("the driver does not tell the memory's bandwidth");
    for (const auto& probe : backend->probes()) {
        if (probe->name() != "mem.copy")
            continue;
        for (const ProbePoint& point : probe->points(Effort::kQuick)) {
            if (point.number("bytes") < 1e9)
                continue;  // what the L2 still holds of the writes counts there
            INFO(shown(*probe, point));
            CHECK(2 * point.number("bytes") / probe->prepare(point).trial->sample() < 1.02 * *peak);
        }
    }
}

TEST_CASE("the sentinel takes the same time again", "[cuda][gpu]") {
    const ScratchDir folder;
    std::string why;
    const std::unique_ptr<ProbeBackend> backend = open_gpu(folder, why);
    if (!backend)
        SPILLWAY_SKIP(why);
    const double first = backend->sentinel_seconds();
    CHECK(backend->sentinel_seconds() == Approx(first).epsilon(0.1));
}
