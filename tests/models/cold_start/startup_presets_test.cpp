#include "models/cold_start/startup_presets.hpp"

#include <set>

#include <memory>
#include "models/cold_start/loaders.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/cold_start/start_ground.hpp"
#include "sim/core/error.hpp"
#include "tests/models/support/start_log.hpp"
#include "tests/models/support/start_world.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

double mean_start(const std::string& startup, std::optional<std::int64_t> weights = {}) {
    ModelContext own = context();
    own.model_bytes = weights;
    return make_startup(config(startup), own)->mean_seconds();
}

std::string preset(const std::string& name) { return R"({"preset": ")" + name + R"("})"; }

}  // namespace

TEST_CASE("every preset can be read and says where it comes from", "[models][startup_presets]") {
    std::set<std::string> names;
    for (const StartupPreset& one : startup_presets()) {
        INFO(one.name);
        CHECK(names.insert(one.name).second);
        CHECK_FALSE((one.source.empty() || one.date.empty() || one.measured.empty() || one.assumed.empty()));
        CHECK((one.confidence == "high" || one.confidence == "medium" || one.confidence == "low"));
        CHECK(mean_start(preset(one.name), one.weights_bytes) > 0);
    }
}

TEST_CASE("a preset takes as long as was measured with the model that it was measured with",
          "[models][startup_presets]") {
    const auto mean = [](const char* name) {
        return mean_start(preset(name), find_startup_preset(name, "test").weights_bytes);
    };
    CHECK(mean("runpod/no-cache") == Approx((649.5 + 641.3 + 626.6) / 3).epsilon(1e-5));
    // Nine of ten new hosts have the image: 0.9 x 122 s + 0.1 x 456 s.
    CHECK(mean("runpod/flashboot") == Approx(0.9 * 122 + 0.1 * 456).epsilon(1e-5));
    CHECK(mean("modal/no-snapshot") == Approx((95.3 + 78.3 + 56.1) / 3).epsilon(1e-5));
    CHECK(mean("modal/memory-snapshot") == Approx(95.7).epsilon(1e-4));
    CHECK(mean("sagemaker/new-instance") == Approx(525).epsilon(1e-5));
    CHECK(mean("sagemaker/image-cached") == Approx(258).epsilon(1e-5));
    CHECK(mean("baseten") == Approx((99.7 + 103.6 + 316.9) / 3).epsilon(1e-5));
    CHECK(mean("cerebrium") == Approx((66.8 + 65.2 + 58.4) / 3).epsilon(1e-5));
    CHECK(mean("replicate/custom") == Approx(70));
}

TEST_CASE("a preset's weights are the model's, and what stands beside it takes its place",
          "[models][startup_presets]") {
    // 77 s for 16.4 GB: twice as long for twice as much.
    const double usual = mean_start(preset("sagemaker/image-cached"), 16'400'000'000);
    CHECK(mean_start(preset("sagemaker/image-cached"), 32'800'000'000) == Approx(usual + 77));
    CHECK(
        mean_start(R"({"preset": "sagemaker/image-cached", "phases": [{"phase": "acquire", "time": "20s"}]})",
                   16'400'000'000) == Approx(usual - 100));
    // The pull of half the image ends before the weights, at 168 s: 120 + 168 + 14 + 58.
    CHECK(mean_start(R"({"preset": "sagemaker/new-instance", "image": {"name": "mine", "bytes": "8.85GB"}})",
                     16'400'000'000) == Approx(120 + 168 + 14 + 58));
}

TEST_CASE("a preset that cannot be used so is refused with its place", "[models][startup_presets][errors]") {
    const auto reject = [](const char* json, const char* place, const char* problem) {
        require_input_error([&] { make_startup(config(json), context()); }, place, problem);
    };
    reject(R"({"preset": "runpod/flashbot"})", "test.preset", "unknown start-up preset \"runpod/flashbot\"");
    reject(R"({"preset": "baseten", "phases": [{"phase": "pull", "time": "1s"}]})", "test.phases[0]",
           "unknown phase of the preset \"pull\"");
    reject(R"({"preset": "baseten", "learned": "mine.json"})", "test", "both");
    reject(R"({"phases": [{"phase": "pull", "time": "1s"}], "image": {"name": "a"}})", "test.image",
           "there is none");
}

TEST_CASE("FlashBoot restores on the host that ran the worker", "[models][startup_presets]") {
    StartWorld world;
    world.add(R"({"preset": "runpod/flashboot"})");
    world.model(0).worker_left(HostId{0}, 0, SimTime{});
    world.begin(0, 0, 0, 1s);
    world.run();
    // Of 7.4 and 7.6 s, 4.7 are the request itself. The restore is the container's work: RunPod does not bill
    // a pull.
    CHECK((world.last(0) == "3.7s:0 ready container=2.7s" || world.last(0) == "3.9s:0 ready container=2.9s"));
}

TEST_CASE("a loader is found by its name and storage", "[models][loaders]") {
    CHECK(find_loader("runai-streamer", "gp3", "l", "s").bandwidth == Approx(1.118e9));
    require_input_error([] { find_loader("safetensor", {}, "l", "s"); }, "l", "unknown loader");
    require_input_error([] { find_loader("runai-streamer", "gp4", "l", "s"); }, "s", "unknown storage");
}

TEST_CASE("a loader's weights take their bytes over its bandwidth, or over the slower storage",
          "[models][loaders]") {
    const double usual = mean_start(
        R"([{"phase": "weights", "loader": "runai-streamer", "storage": "s3", "bytes": "37.88GB"}])");
    CHECK(usual == Approx(10));
    CHECK(mean_start(R"([{"phase": "weights", "loader": "runai-streamer", "storage": "s3", "bytes": "37.88GB",
                          "bandwidth": "1GB/s"}])") == Approx(37.88));
}

TEST_CASE("what phases need is refused with its place where it cannot be", "[models][phase_needs][errors]") {
    const auto reject = [](const char* phase, const char* place, const char* problem) {
        require_input_error([&] { make_startup(config(std::string("[") + phase + "]"), context()); }, place,
                            problem);
    };
    reject(R"({"phase": "pull", "image": {"name": "a"}, "bandwidth": "1GB/s"})", "test[0].image", "size");
    reject(R"({"phase": "pull", "image": {"name": "a", "bytes": "1GB"}})", "test[0]", "how fast");
    reject(R"({"phase": "pull", "bytes": "1GB", "over": ["registry"]})", "test[0].over[0]", "no link");
    reject(R"({"phase": "pull", "time": "1s", "over": []})", "test[0].time", "does not go with");
    reject(R"({"phase": "pull", "time": "1s", "cached": "0s"})", "test[0].cached", "nothing that a host");
    reject(R"({"phase": "pull", "image": {"name": "a", "bytes": "1GB"}, "bandwidth": "1GB/s", "cached": "1s",
               "cached_bandwidth": "1GB/s"})",
           "test[0].cached_bandwidth", "does not go with");
    reject(
        R"({"phase": "pull", "image": {"name": "a", "bytes": "1GB"}, "bandwidth": "1GB/s", "in_memory": "1s"})",
        "test[0]", "not kept in memory");
    reject(R"({"phase": "weights", "image": {"name": "a", "bytes": "1GB"}, "weights": {"name": "b"},
               "bandwidth": "1GB/s"})",
           "test[0].weights", "does not go with");
    reject(R"({"phase": "weights", "loader": "runai-streamer"})", "test[0]", "how much");
    reject(R"({"phase": "weights", "loader": "runai-streamer", "bytes": "1GB", "time": "1s"})",
           "test[0].time", "does not go with");
    reject(R"({"phase": "weights", "storage": "s3", "bytes": "1GB", "bandwidth": "1GB/s"})",
           "test[0].storage", "storage of a");
    reject(R"({"phase": "acquire", "image": {"name": "a", "bytes": "1GB"}, "bandwidth": "1GB/s"})", "test[0]",
           "before it can");
    reject(R"({"phase": "pull", "bytes": "1GB", "bandwidth": "1GB/s", "count": 3})", "test[0].count",
           "measured");
}

TEST_CASE("one name has one size", "[models][phase_needs][errors]") {
    require_input_error(
        [] {
            make_startup(
                config(R"([{"phase": "pull", "image": {"name": "a", "bytes": "1GB"}, "bandwidth": "1GB/s"},
                                    {"phase": "container", "image": {"name": "a", "bytes": "2GB"},
                                     "bandwidth": "1GB/s"}])"),
                context());
        },
        "test[1].image", "in another place");
}

TEST_CASE("what a link or a clock cannot count is refused with its place", "[models][phase_needs][errors]") {
    const auto reject = [](const char* phase, const char* place, const char* problem) {
        ModelContext own = context();
        own.ground = std::make_shared<StartGround>(GroundSpec{RunSeed{1, 0}, {{"net", 1e9}}, {}, {}});
        require_input_error([&] { make_startup(config(std::string("[") + phase + "]"), own); }, place,
                            problem);
    };
    reject(R"({"phase": "weights", "bytes": "2000TB", "over": ["net"]})", "test[0].bytes", "1e15 bytes");
    reject(R"({"phase": "weights", "loader": "runai-streamer", "bytes": "2000TB"})", "test[0]", "1e15 bytes");
    reject(R"({"phase": "weights", "loader": "runai-streamer", "bytes": "1GB", "over": ["net", "net"]})",
           "test[0].over", "names a link twice");
    reject(R"({"phase": "weights", "bytes": "1GB", "over": ["net", "net"]})", "test[0].over",
           "names a link twice");
    const char* const kept = R"({"phase": "weights", "weights": {"name": "m", "bytes": "16GB"},
                                 "bandwidth": "2GB/s", )";
    reject((std::string(kept) + R"("memory_bandwidth": "1B/s"})").c_str(), "test[0].memory_bandwidth",
           "30 days");
    reject((std::string(kept) + R"("cached_bandwidth": "1B/s"})").c_str(), "test[0].cached_bandwidth",
           "30 days");
}

TEST_CASE("noise makes no transfer longer than a link can count", "[models][phase_needs]") {
    // 1e15 B times up to 1.5, over a link of 1e15 B/s: at most 1 s.
    ModelContext own = context();
    own.ground = std::make_shared<StartGround>(GroundSpec{RunSeed{1, 0}, {{"net", 1e15}}, {}, {}});
    const auto model = make_startup(config(R"([{"phase": "weights", "bytes": "1000TB", "over": ["net"],
        "noise": {"uniform": {"min": 0.5, "max": 1.5}}}])"),
                                    own);
    StartLog log(*model);
    for (std::uint32_t start = 0; start < 20; ++start) {
        log.begin({StartId{start}, start, false, {}}, SimTime{start * std::chrono::seconds{10}});
        log.run(SimTime{start * std::chrono::seconds{10} + std::chrono::seconds{1}});
        CHECK(log.lines().back().find("ready") != std::string::npos);
    }
}
