#include "app/study/sweep.hpp"

#include "app/run/parallel_for.hpp"
#include "app/study/workforce.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::vector<std::uint64_t> unfinished(const ResultStore& store) {
    const std::vector<bool> finished = store.finished();
    std::vector<std::uint64_t> ids;
    for (std::uint64_t id = 0; id < finished.size(); ++id) {
        if (!finished[id] && store.shard().has(id))
            ids.push_back(id);
    }
    return ids;
}

std::uint64_t points_of(const ResultStore& store) {
    std::uint64_t points = 0;
    for (std::uint64_t id = 0; id < store.layout().labels.size(); ++id)
        points += store.shard().has(id) ? 1 : 0;
    return points;
}

}  // namespace

PointResult run_point(const Study& study, std::uint64_t id) {
    PointResult result;
    result.id = id;
    try {
        const Scenario scenario = study.at(study.points[id]);
        result.runs = replicate(study.rule, 0, [&](std::uint64_t replication) {
            return run_replication(scenario, study.metrics, study.rule.vary, replication);
        });
    } catch (const InputError& error) {
        result.refused = error.what();
    }
    return result;
}

void run_sweep(const Study& study, ResultStore* store, Ranks* ranks, int threads, Progress::Form form) {
    const PointWork work = [&](std::uint64_t id) { return run_point(study, id); };
    if (store == nullptr) {
        compute_with(*ranks, threads, {}, work, {});
        return;
    }
    const std::vector<std::uint64_t> ids = unfinished(*store);
    const std::uint64_t points = points_of(*store);
    Progress progress(form, "points", points, points - ids.size());
    const PointSink sink = [&](const PointResult& result) {
        store->keep(result);
        progress.add();
    };
    if (ranks != nullptr) {
        compute_with(*ranks, threads, ids, work, sink);
    } else {
        within_threads(threads, [&] { compute_here(ids, work, sink); });
    }
}

}  // namespace spillway
