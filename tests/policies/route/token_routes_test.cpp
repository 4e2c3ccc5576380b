#include <vector>

#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

struct FakeWorker {
    int load = 0;
    EngineView engine;
};

/// Workers whose engines show what a test says.
class Engines final : public WorkerChoices {
public:
    explicit Engines(std::vector<FakeWorker> workers) : workers_(std::move(workers)) {}

    int count() const override { return static_cast<int>(workers_.size()); }
    WorkerId warmest() const override { return {0}; }
    WorkerId least_loaded() const override { return {0}; }
    WorkerId next_in_turn() override { return {0}; }
    WorkerId nth(int n) const override { return {static_cast<std::uint32_t>(n)}; }
    int load(WorkerId worker) const override { return workers_[worker.value].load; }
    std::optional<EngineView> engine(WorkerId worker, const RequestView&) const override {
        return workers_[worker.value].engine;
    }

private:
    std::vector<FakeWorker> workers_;
};

/// `used` of 10,000 tokens, `queued` more in prompts, and `cached` of the request's own.
FakeWorker worker(int load, std::uint64_t used, std::uint64_t queued, std::uint64_t cached) {
    return {load, {10'000, 10'000 - used, queued, cached}};
}

std::uint32_t choice(std::string_view route, std::vector<FakeWorker> workers, std::uint32_t prompt = 1000) {
    Engines engines(std::move(workers));
    RequestView request{};
    request.input_tokens = prompt;
    RandomStream luck(StreamKey(RunSeed{}, "route"), 1);
    return make_worker_route(config(route), TestFleet{}.context())->pick(request, engines, luck).value;
}

constexpr const char* kLeast = R"("least-tokens")";
constexpr const char* kAffinity = R"("prefix-affinity")";

}  // namespace

TEST_CASE("least-tokens adds what is in use to what waits in prompts", "[policies][routes]") {
    CHECK(choice(kLeast, {worker(1, 900, 0, 0), worker(9, 300, 500, 0), worker(1, 500, 400, 0)}) == 1);
}

TEST_CASE("least-tokens breaks ties by requests, then by number", "[policies][routes]") {
    CHECK(choice(kLeast, {worker(3, 500, 0, 0), worker(2, 0, 500, 0), worker(2, 500, 0, 0)}) == 1);
}

TEST_CASE("prefix-affinity takes the worker that has cached most of the prompt", "[policies][routes]") {
    CHECK(choice(kAffinity, {worker(0, 0, 0, 400), worker(5, 5000, 900, 800), worker(0, 0, 0, 0)}) == 1);
    // Among equals the one with the fewest tokens.
    CHECK(choice(kAffinity, {worker(2, 700, 0, 800), worker(2, 600, 0, 800), worker(0, 0, 0, 0)}) == 1);
}

TEST_CASE("prefix-affinity goes by tokens where too little of the prompt is cached", "[policies][routes]") {
    CHECK(choice(kAffinity, {worker(1, 500, 0, 299), worker(1, 100, 0, 0)}) == 1);
    CHECK(choice(kAffinity, {worker(1, 500, 0, 300), worker(1, 100, 0, 0)}) == 0);
    CHECK(choice(R"({"name": "prefix-affinity", "min_share": "0%"})",
                 {worker(1, 500, 0, 1), worker(1, 100, 0, 0)}) == 0);
    CHECK(choice(R"({"name": "prefix-affinity", "min_share": "0%"})",
                 {worker(1, 500, 0, 0), worker(1, 100, 0, 0)}) == 1);
}

TEST_CASE("prefix-affinity passes a worker that has too many more requests, in number and in proportion",
          "[policies][routes]") {
    constexpr const char* kRule =
        R"({"name": "prefix-affinity", "overload_requests": 10, "overload_factor": 2})";
    const auto with = [&](int warm, int cold) {
        return choice(kRule, {worker(warm, 900, 0, 1000), worker(cold, 100, 0, 0)});
    };
    CHECK(with(31, 20) == 0);
    CHECK(with(41, 20) == 1);
    CHECK(with(10, 0) == 0);
    CHECK(with(11, 0) == 1);
}

TEST_CASE("an overload that even the least loaded worker has is refused", "[policies][routes]") {
    const std::string error = error_of([] {
        make_worker_route(config(R"({"name": "prefix-affinity", "overload_factor": 0.5})"),
                          TestFleet{}.context());
    });
    CHECK_THAT(error, contains_text("overload_factor") && contains_text("1 or more"));
}
