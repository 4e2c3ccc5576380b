#include "models/cold_start/parse_startup.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/models/support/start_log.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

TimeLine line(const char* name, const char* unit, double base, double each) {
    TimeLine time;
    time.name = name;
    time.unit = unit;
    time.base_seconds = base;
    time.seconds_each = each;
    return time;
}

GpuProfiles own_profiles() {
    GpuProfile profile = find_gpu_profile("H100", "test");
    profile.name = "mine";
    profile.times = {line("start.context context", "", 0.3, 0),
                     line("load cold direct x4", "byte", 0.5, 1e-9),
                     line("graph capture", "node", 0.001, 1e-5)};
    profile.times[1].variation = 0.2;
    GpuProfiles profiles;
    profiles.add(std::move(profile), "test");
    return profiles;
}

ModelContext context_with(const GpuProfiles& profiles) {
    ModelContext own = context();
    own.gpu = "mine";
    own.profiles = &profiles;
    own.model_bytes = 16'000'000'000;
    return own;
}

}  // namespace

TEST_CASE("a phase takes the time that was measured on its GPU", "[models][parse_startup]") {
    const GpuProfiles profiles = own_profiles();
    const auto mean = [&](const char* json) {
        return make_startup(config(json), context_with(profiles))->mean_seconds();
    };
    CHECK(mean(R"([{"phase": "runtime", "measured": "start.context context"}])") == Approx(0.3));
    CHECK(mean(R"([{"phase": "graphs", "measured": "graph capture", "count": 20000}])") == Approx(0.201));
    CHECK(mean(R"([{"phase": "weights", "measured": "load cold direct x4"}])") == Approx(16.5));
    CHECK(mean(R"([{"phase": "weights", "measured": "load cold direct x4", "bytes": "2GB"}])") ==
          Approx(2.5));
}

TEST_CASE("a measured phase scatters as its samples did", "[models][parse_startup]") {
    const GpuProfiles profiles = own_profiles();
    const auto ready_after = [&](const char* json, std::uint32_t start) {
        const auto startup = make_startup(config(json), context_with(profiles));
        StartLog log(*startup);
        log.begin(start, SimTime{});
        log.run();
        REQUIRE(log.ready_at());
        return *log.ready_at();
    };
    const char* scattered = R"([{"phase": "weights", "measured": "load cold direct x4"}])";
    const char* steady = R"([{"phase": "runtime", "measured": "start.context context"}])";
    CHECK(ready_after(scattered, 0) != ready_after(scattered, 1));
    CHECK(ready_after(steady, 0) == ready_after(steady, 1));
}

TEST_CASE("a measured phase that cannot be is refused with what would do",
          "[models][parse_startup][errors]") {
    const GpuProfiles profiles = own_profiles();
    const auto reject = [&](const char* json, const char* place, const char* problem) {
        require_input_error([&] { make_startup(config(json), context_with(profiles)); }, place, problem);
    };
    reject(R"([{"phase": "weights", "measured": "load cold direct x8"}])", "test[0].measured",
           "unknown measured time");
    reject(R"([{"phase": "weights", "measured": "graph capture"}])", "test[0].measured", "grows with nodes");
    reject(R"([{"phase": "pull", "measured": "load cold direct x4"}])", "test[0].measured",
           "grows with bytes");
    reject(R"([{"phase": "runtime", "measured": "start.context context", "count": 3}])", "test[0].measured",
           "grows with nothing");
    reject(R"([{"phase": "runtime", "measured": "start.context context", "time": "2s"}])", "test[0].time",
           "only one of them");
    reject(R"([{"phase": "runtime", "time": "2s", "count": 2}])", "test[0].count", "\"measured\" alone");
    require_input_error([] { make_startup(config(R"([{"phase": "runtime", "measured": "x"}])"), context()); },
                        "test[0].measured", "no profile");
}
