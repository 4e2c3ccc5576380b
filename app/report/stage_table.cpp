#include "app/report/stage_table.hpp"

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {

std::string stage_table(const RunResult& result) {
    if (result.stages.empty())
        return {};
    TextTable table(
        {"stage", "pool", "calls", "missed", "mean", "p50", "p95", "p99", "queue", "start", "service"});
    const bool several = result.stages.front().setup.flow != result.stages.back().setup.flow;
    for (const StageResult& stage : result.stages) {
        const StageFigures& figures = stage.figures;
        const auto late = [&](const std::optional<Duration>& time) { return show(time, figures.completed); };
        table.add({several ? stage.setup.flow + ": " + stage.setup.name : stage.setup.name,
                   stage.setup.pool.empty() ? "by route" : stage.setup.pool, show_count(figures.calls),
                   show_count(figures.failed + figures.withdrawn), late(figures.total.mean),
                   late(figures.total.p50), late(figures.total.p95), late(figures.total.p99),
                   show(figures.queue), show(figures.start), show(figures.service)});
    }
    return table.text() +
           "  each stage from its begin to its end, and of it the mean queue, start and service; stages "
           "that\n"
           "  run side by side do not add up\n";
}

}  // namespace spillway
