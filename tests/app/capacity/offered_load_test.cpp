#include "app/capacity/offered_load.hpp"

#include "app/io/json_file.hpp"
#include "app/scenario/scenario.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

RequestMix mix_of(std::uint32_t shapes) {
    RequestMix mix;
    for (std::uint32_t i = 0; i < shapes; ++i) {
        RequestShape& shape = mix.shapes.emplace_back();
        shape.input_tokens = i;
    }
    return mix;
}

std::vector<Arrival> all_of(RequestSource&& source) {
    std::vector<Arrival> arrivals;
    while (source.next_time()) source.pop(arrivals.emplace_back());
    return arrivals;
}

}  // namespace

TEST_CASE("every rate offers the same requests, its gaps scaled", "[capacity][offered_load]") {
    const RequestMix mix = mix_of(100);
    const std::vector<Arrival> slow = all_of(OpenLoad(mix, {7, 0}, 1, 20, 200));
    const std::vector<Arrival> fast = all_of(OpenLoad(mix, {7, 0}, 8, 20, 200));
    REQUIRE(slow.size() == fast.size());
    for (std::size_t i = 0; i < slow.size(); ++i) {
        CHECK(slow[i].input_tokens == fast[i].input_tokens);
        CHECK(to_seconds(slow[i].at) == Approx(8 * to_seconds(fast[i].at)).margin(1e-7));
    }
}

TEST_CASE("a client sends only when it is answered, and pauses after a failure", "[capacity][offered_load]") {
    const RequestMix mix = mix_of(1);
    using namespace std::chrono_literals;
    ClosedLoad load(mix, {}, {2, SimTime{}, SimTime{10s}, std::nullopt});
    Arrival first;
    Arrival second;
    load.pop(first);
    load.pop(second);
    CHECK_FALSE(load.next_time());
    load.answered({first.origin, 0, 0, {}, Outcome::kCompleted, SimTime{3s}, 0});
    CHECK(load.next_time() == SimTime{3s});
    load.pop(first);
    load.answered({second.origin, 0, 0, {}, Outcome::kRejected, SimTime{4s}, 0});
    CHECK(load.next_time() == SimTime{5s});
    load.answered({first.origin, 0, 0, {}, Outcome::kCompleted, SimTime{10s}, 0});
    load.pop(second);
    CHECK_FALSE(load.next_time());
}

TEST_CASE("a long traffic is sampled, each of its requests as likely", "[capacity][offered_load]") {
    const ConfigNode node = read_config_text(R"({"horizon": "100000s", "warm_up": "0s",
        "traffic": [{"source": "poisson", "rate": "1/s", "input_tokens": {"uniform": {"min": 0, "max": 1000}}}],
        "pools": [{"name": "gpu", "workers": {"max": 1}, "service": {"model": "fixed", "time": "1s"},
                   "policy": {"name": "fixed", "workers": 1}}]})",
                                             "long.json");
    const RequestMix mix = sample_requests(read_scenario(node, "."), std::nullopt);
    CHECK(mix.shapes.size() == kMostShapes);
    CHECK(mix.seen == Approx(100000).epsilon(0.02));
    // Of 20,000 uniform lengths the mean deviates by 2.04; false alarm 1e-6.
    CHECK(mix.mean_input() == Approx(500).margin(10));
}

}  // namespace spillway::tests
