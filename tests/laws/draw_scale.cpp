#include <fmt/format.h>

#include "tests/laws/draw.hpp"

namespace spillway::laws {
namespace {

std::string draw_platform_scale() {
    constexpr std::array<std::string_view, 17> kPlatforms{
        R"("name": "runpod-queue-delay", "queue_delay": "2s", "lag": "1s")",
        R"("name": "runpod-request-count", "scaler_value": 2)",
        R"("name": "modal", "scaledown_window": "6s", "overprovisioned": 1.5)",
        R"("name": "cloud-run", "idle_timeout": "5s", "window": "8s", "lag": "2s")",
        R"("name": "knative-kpa", "window": "20s", "scale_to_zero_grace_period": "3s", "drain_limit": "4s")",
        R"("name": "kubernetes-hpa", "period": "2s", "window": "2s", "sample_period": "1s", "down_window": "6s")",
        R"("name": "keda", "polling_interval": "3s", "cooldown_period": "9s", "target": 1, "period": "2s",
           "sample_period": "2s", "down_window": "4s", "metric": "queued-and-running")",
        R"("name": "sagemaker-target-tracking", "period": "2s", "sample_period": "1s", "datapoints_in": 2,
           "cooldown_in": "5s", "target": 1, "backlog_without_capacity": true)",
        R"("name": "baseten", "period": "2s", "window": "4s", "scale_down_delay": "5s")",
        R"("name": "huggingface", "period": "2s", "window": "4s", "down_period": "4s", "scale_to_zero_after": "9s")",
        R"("name": "beam", "keep_warm": "7s")",
        R"("name": "cerebrium", "period": "3s", "window": "3s", "cooldown": "4s", "scaling_buffer": 1)",
        R"("name": "fireworks", "scale_up_window": "4s", "scale_down_window": "8s", "scale_to_zero_window": "20s")",
        R"("name": "ray-serve", "period": "1s", "window": "3s", "sample_period": "1s", "upscale_delay": "2s",
           "downscale_delay": "5s", "drain_limit": "3s")",
        R"("name": "skyserve", "target_qps_per_replica": "1/s", "period": "2s", "upscale_delay": "4s",
           "downscale_delay": "8s", "window": "6s", "num_overprovision": 1)",
        R"("name": "hybrid-histogram", "bin_width": "1s", "least_count": 3, "least_cv": 1,
           "fallback_keep_alive": "9s")",
        R"("name": "forecast", "interval": "2s", "lead": "3s", "season": "8s", "down_window": "4s")",
    };
    return fmt::format(
        "{{{}}}", kPlatforms[static_cast<std::size_t>(draw(0, static_cast<int>(kPlatforms.size()) - 1))]);
}

}  // namespace

std::string draw_scale(const PoolPlan& pool) {
    switch (draw(0, 10)) {
        case 0:
            return fmt::format(R"({{"name": "fixed", "workers": {}}})",
                               draw(pool.min_workers, pool.max_workers));
        case 1:
            return fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}"}})", text(tick(1, 20)));
        case 2:
            return fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}", "check_period": "2s"}})",
                               text(tick(1, 20)));
        case 3:
            return fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}", "queue_delay": "{}"}})",
                               text(tick(1, 20)), text(tick(1, 8)));
        case 4:
            return fmt::format(R"({{"name": "keep-warm", "buffer": {}, "idle_timeout": "{}"}})",
                               draw(0, pool.max_workers), text(tick(1, 20)));
        case 5:
            return fmt::format(R"({{"name": "concurrency-target", "target": 1, "period": "2s", "window": "4s",
                "lag": "{}", "from_zero": "tick", "down_window": "{}", "drain_limit": "{}"}})",
                               text(tick(0, 12)), text(tick(0, 12)), text(tick(1, 12)));
        case 6:
            return fmt::format(R"({{"name": "queue-depth", "target": 1, "period": "2s", "window": "2s",
                "lag": "{}", "from_zero": "{}", "cooldown_down": "{}"}})",
                               text(tick(0, 8)), toss() ? "tick" : "at-once", text(tick(0, 8)));
        case 7:
        case 8:
            return draw_platform_scale();
        default:
            return "restless";
    }
}

}  // namespace spillway::laws
