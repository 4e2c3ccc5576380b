// What clients do: time-outs, patience, retries, and sources that react to answers.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

FleetSpec with_timeout(int workers, Duration timeout) {
    FleetSpec spec = one_pool(fixed(workers));
    spec.classes.front().timeout = timeout;
    spec.horizon = SimTime{100s};
    return spec;
}

/// One client that sends again `think` after each answer, `turns` times.
class OneClient final : public RequestSource {
public:
    OneClient(Duration think, std::uint64_t turns, Duration service)
        : think_(think), turns_(turns), service_(service) {}
    std::optional<SimTime> next_time() override { return next_; }
    void pop(Arrival& arrival) override {
        arrival = request_at(next_->time_since_epoch(), service_);
        arrival.origin = sent_++;
        next_.reset();
    }
    bool reacts() const override { return true; }
    void answered(const ClientAnswer& answer) override {
        answers.push_back(answer);
        if (sent_ < turns_)
            next_ = answer.at + think_;
    }
    std::vector<ClientAnswer> answers;

private:
    Duration think_;
    std::uint64_t turns_;
    Duration service_;
    std::uint64_t sent_ = 0;
    std::optional<SimTime> next_ = SimTime{0s};
};

}  // namespace

TEST_CASE("a client's time-out ends a request that waits", "[fleet][client]") {
    const Run run(with_timeout(1, 5s),
                  {request_at(0s, 4s), request_at(1s, 1s), request_at(1s, 9s), request_at(1s, 1s)});
    CHECK(run.total(1) == 4s);
    CHECK(run.request(2).outcome == Outcome::kTimedOut);
    CHECK(run.request(2).reason == "the client's time-out");
    CHECK(run.request(2).delivered == SimTime{6s});
    CHECK(run.request(3).outcome == Outcome::kTimedOut);
}

TEST_CASE("a client's time-out frees the slot of a request in service", "[fleet][client]") {
    const Run run(with_timeout(1, 5s), {request_at(0s, 60s), request_at(2s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).delivered == SimTime{5s});
    CHECK(run.part(0, LatencyPart::kQueue) == 5s);  // all the time until the client knew
    CHECK(run.part(1, LatencyPart::kQueue) == 3s);
    CHECK(run.total(1) == 4s);
    CHECK(run.usage().slot_time == 6s);
    CHECK(run.usage().failed_slot_time == 5s);
}

TEST_CASE("a client's time-out in post-processing wastes the slot time that it had", "[fleet][client]") {
    FleetSpec spec = with_timeout(1, 5s);
    spec.pools.front().path =
        std::make_unique<ConstantPath>(ConstantPath::Times{0s, 0s, 4s, 0s}, ConstantPath::Post::kFreesSlot);
    const Run run(std::move(spec), {request_at(0s, 3s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).delivered == SimTime{5s});
    CHECK(run.usage().slot_time == 3s);
    CHECK(run.usage().failed_slot_time == 3s);
}

TEST_CASE("patience runs out only while a request waits for a worker", "[fleet][client]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.classes.front().patience = Distribution::constant(3);
    const Run run(std::move(spec), {request_at(0s, 10s), request_at(1s, 1s), request_at(8s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kCompleted);  // served at once, for longer than its patience
    CHECK(run.request(1).outcome == Outcome::kAbandoned);
    CHECK(run.request(1).delivered == SimTime{4s});
    CHECK(run.total(2) == 3s);
}

TEST_CASE("retries back off, and what they cost is the lost part", "[fleet][client]") {
    // Attempts at 0, 5 + 2 and 12 + 4: each times out after 5 s until the worker comes at 17 s.
    FleetSpec spec = one_pool(scheduled({{0s, 0}, {17s, 1}}));
    spec.classes.front().timeout = 5s;
    spec.classes.front().retry = {3, 2s, 2, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    const RequestRecord& request = run.request(0);
    CHECK(request.outcome == Outcome::kCompleted);
    CHECK(request.attempts == 3);
    CHECK(run.part(0, LatencyPart::kLost) == 16s);
    CHECK(run.part(0, LatencyPart::kQueue) == 1s);
    CHECK(run.part(0, LatencyPart::kDecode) == 1s);
    CHECK(run.total(0) == 18s);
}

TEST_CASE("a request whose last attempt fails has lost all before that attempt", "[fleet][client]") {
    FleetSpec spec = one_pool(fixed(0));
    spec.classes.front().timeout = 5s;
    spec.classes.front().retry = {2, 2s, 2, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).attempts == 2);
    CHECK(run.part(0, LatencyPart::kLost) == 7s);
    CHECK(run.part(0, LatencyPart::kQueue) == 5s);
}

TEST_CASE("only the failures that a class names are tried again", "[fleet][client]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.pools.front().queue.max_length = 0;
    spec.classes.front().retry = {5, 1s, 1, 0, false, true, true};
    spec.classes.push_back(spec.classes.front());
    spec.classes.back().retry.on_rejected = true;
    const Run run(std::move(spec), {request_at(0s, 3500ms), request_at(1s, 1s, 0), request_at(1s, 1s, 1)});
    CHECK(run.request(1).outcome == Outcome::kRejected);
    CHECK(run.request(1).attempts == 1);
    CHECK(run.request(2).outcome == Outcome::kCompleted);  // rejected at 1, 2 and 3 s
    CHECK(run.request(2).attempts == 4);
    CHECK(run.part(2, LatencyPart::kLost) == 3s);
}

TEST_CASE("a client who gave up does not come back", "[fleet][client]") {
    FleetSpec spec = one_pool(fixed(0));
    spec.classes.front().patience = Distribution::constant(3);
    spec.classes.front().retry = {5, 1s, 1, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kAbandoned);
    CHECK(run.request(0).attempts == 1);
}

TEST_CASE("a client that reacts sends when it has its answer, and no sooner", "[fleet][client]") {
    OneClient source(2s, 3, 4s);
    Fleet fleet(one_pool(fixed(1)), source);
    const Log log(fleet);
    fleet.run();
    REQUIRE(log.requests.size() == 3);
    CHECK(log.requests[1].arrived == SimTime{6s});
    CHECK(log.requests[2].arrived == SimTime{12s});
    CHECK(source.answers.size() == 3);
    CHECK(source.answers.back().at == SimTime{16s});
    // Without a horizon of its own the window ends with the clients' last answer.
    CHECK(fleet.horizon() == SimTime{17s});
    CHECK(fleet.usage({0}).slot_time == 12s);
}

TEST_CASE("a client that reacts stops sending at the horizon", "[fleet][client]") {
    OneClient source(2s, 1000, 4s);
    FleetSpec spec = one_pool(fixed(1));
    spec.horizon = SimTime{12s};
    Fleet fleet(std::move(spec), source);
    const Log log(fleet);
    fleet.run();
    CHECK(log.requests.size() == 2);  // the third would come at 12 s
}
