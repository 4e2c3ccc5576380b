#include <cmath>

#include "models/path/pool_path.hpp"
#include "models/path/post_model.hpp"
#include "models/path/request_path.hpp"
#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

std::unique_ptr<PathModel> path(const char* json) {
    const ConfigNode node = config(json);
    return make_path(&node, nullptr, context());
}

std::unique_ptr<PathModel> post(const char* json) {
    const ConfigNode node = config(json);
    return make_path(nullptr, &node, context());
}

}  // namespace

TEST_CASE("a pool that states no path and no post-processing is free", "[models][path]") {
    const auto free = make_path(nullptr, nullptr, context());
    CHECK(free->is_free());
    CHECK_FALSE(free->post_holds_slot());
    CHECK(free->gateway_in(1, 0) + free->take_up(1, 0) + free->post(1, 0, 100) + free->gateway_out(1, 0) ==
          0s);
    CHECK(path(R"({"take_up": "0s"})")->is_free());
}

TEST_CASE("each leg of the path is its own", "[models][path]") {
    const auto legs = path(R"({"gateway_in": "20ms", "take_up": "5ms", "gateway_out": "15ms"})");
    CHECK_FALSE(legs->is_free());
    CHECK(legs->gateway_in(1, 0) == 20ms);
    CHECK(legs->take_up(1, 0) == 5ms);
    CHECK(legs->gateway_out(1, 0) == 15ms);
    CHECK(legs->post(1, 0, 100) == 0s);
    CHECK_FALSE(path(R"({"gateway_in": "1ms"})")->is_free());
    CHECK_FALSE(path(R"({"take_up": "1ms"})")->is_free());
    CHECK_FALSE(path(R"({"gateway_out": "1ms"})")->is_free());
}

TEST_CASE("a request is given the same times whoever asks, and each leg its own draw",
          "[models][path][luck]") {
    const auto legs = path(R"({"gateway_in": {"exponential": {"mean": "20ms"}},
                               "gateway_out": {"exponential": {"mean": "20ms"}}})");
    const auto again = path(R"({"gateway_in": {"exponential": {"mean": "20ms"}}})");
    CHECK(legs->gateway_in(1, 0) == again->gateway_in(1, 0));
    CHECK(legs->gateway_in(1, 0) != legs->gateway_in(2, 0));
    CHECK(legs->gateway_in(1, 0) != legs->gateway_in(1, 1));
    CHECK(legs->gateway_in(1, 0) != legs->gateway_out(1, 0));
}

TEST_CASE("workers that poll take a request up after half a period on average", "[models][path]") {
    const auto polling = path(R"({"take_up": {"uniform": {"min": "0s", "max": "1s"}}})");
    double sum = 0;
    for (std::uint64_t origin = 0; origin < 10000; ++origin) sum += to_seconds(polling->take_up(origin, 0));
    // Standard deviation of the mean: 0.2887 / 100; four of them, fixed seed.
    CHECK(std::abs(sum / 10000 - 0.5) < 0.0116);
}

TEST_CASE("post-processing adds its time and its transfer", "[models][path]") {
    const auto upload =
        post(R"({"time": "200ms", "bytes": "4MB", "bytes_per_token": "1kB", "bandwidth": "10MB/s"})");
    CHECK(upload->post(1, 0, 0) == 600ms);
    CHECK(upload->post(1, 0, 1000) == 700ms);
    CHECK_FALSE(upload->is_free());
    CHECK_FALSE(post(R"({"bytes_per_token": "1kB", "bandwidth": "10MB/s"})")->is_free());
}

TEST_CASE("post-processing says whether it holds the slot", "[models][path]") {
    CHECK(post(R"({"time": "1s", "holds_slot": true})")->post_holds_slot());
    CHECK_FALSE(post(R"({"time": "1s"})")->post_holds_slot());
}

TEST_CASE("a path that cannot be read is refused", "[models][path][errors]") {
    require_input_error([] { path(R"({"gateway": "1ms"})"); }, "test", "unknown key \"gateway\"");
    require_input_error([] { path(R"({"gateway_in": 20})"); }, "test.gateway_in", "");
    require_input_error([] { post(R"({"bytes": "4MB"})"); }, "test", "both its bytes and a bandwidth");
    require_input_error([] { post(R"({"bandwidth": "4MB/s"})"); }, "test", "both its bytes and a bandwidth");
    require_input_error([] { post(R"({"bytes": "4GB", "bandwidth": "1B/s"})"); }, "test.bandwidth", "a day");
}
