#include "app/report/stage_json.hpp"

#include <nlohmann/json.hpp>

namespace spillway {

std::string stage_json(const StageResult& stage) {
    using Json = nlohmann::ordered_json;
    const auto seconds = [](const std::optional<Duration>& time) {
        return time ? Json(to_seconds(*time)) : Json(nullptr);
    };
    const StageFigures& one = stage.figures;
    return Json{{"flow", stage.setup.flow},
                {"stage", stage.setup.name},
                {"pool", stage.setup.pool.empty() ? Json(nullptr) : Json(stage.setup.pool)},
                {"calls", one.calls},
                {"attempts", one.attempts},
                {"completed", one.completed},
                {"failed", one.failed},
                {"withdrawn", one.withdrawn},
                {"mean_s", seconds(one.total.mean)},
                {"p50_s", seconds(one.total.p50)},
                {"p95_s", seconds(one.total.p95)},
                {"p99_s", seconds(one.total.p99)},
                {"max_s", seconds(one.total.max)},
                {"mean_queue_s", to_seconds(one.queue)},
                {"mean_start_s", to_seconds(one.start)},
                {"mean_service_s", to_seconds(one.service)}}
        .dump();
}

}  // namespace spillway
