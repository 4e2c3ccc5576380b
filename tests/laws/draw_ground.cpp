#include <fmt/format.h>

#include "tests/laws/draw.hpp"

namespace spillway::laws {
namespace {

constexpr std::int64_t kGigabyte = 1'000'000'000;

std::optional<std::int64_t> draw_bytes() {
    if (rarely())
        return std::nullopt;
    return kGigabyte * draw(0, 6);  // of images of 1 GB and weights of 2 GB
}

std::optional<double> draw_bandwidth() {
    if (toss())
        return std::nullopt;
    return 0.25e9 * draw(1, 8);
}

}  // namespace

GroundPlan draw_ground() {
    GroundPlan ground;
    ground.registry = 0.25e9 * draw(1, 8);
    ground.gear.image_cache = draw_bytes();
    ground.gear.weight_cache = draw_bytes();
    ground.gear.memory_cache = draw_bytes();
    ground.gear.nic = draw_bandwidth();
    ground.gear.disk = draw_bandwidth();
    if (toss())
        ground.gear.churn = Distribution::exponential(draw(1, 40));
    return ground;
}

std::string draw_grounded_startup() {
    std::string phases = fmt::format(
        R"({{"phase": "container", "time": "{}"}},
           {{"phase": "pull", "image": {{"name": "image{}", "bytes": "1GB"}}, "over": ["registry"], "cached": "{}"}},
           {{"phase": "weights", "weights": {{"name": "weights{}", "bytes": "2GB"}}, "over": ["registry"],
             "cached_bandwidth": "{}MB/s", "memory_bandwidth": "4GB/s"}})",
        text(tick(0, 4)), draw(0, 1), text(tick(0, 2)), draw(0, 1), 250 * draw(1, 8));
    std::string more;
    if (toss()) {
        more = fmt::format(R"(, "snapshot": {{"bytes": "3GB", "bandwidth": "1GB/s",
            "kept_for": {{"exponential": {{"mean": "{}s"}}}}}})",
                           draw(1, 40));
    }
    if (rarely())
        more += R"(, "failure": {"probability": 0.5})";
    return fmt::format(R"({{"phases": [{}]{}}})", phases, more);
}

}  // namespace spillway::laws
