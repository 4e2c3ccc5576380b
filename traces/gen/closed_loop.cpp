#include "traces/gen/closed_loop.hpp"

#include <functional>
#include <queue>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "traces/gen/reactive.hpp"
#include "traces/gen/requests.hpp"

namespace spillway {
namespace {

constexpr int kRequestBits = 28;  // of a client; leaves 2^20 clients
constexpr std::int64_t kMaxClients = std::int64_t{1} << 20;

struct ClosedLoopSpec {
    std::int64_t clients;
    Duration ramp;
    Duration failure_pause;
    Distribution think_time;
};

ClosedLoopSpec read_closed_loop_spec(ParamReader& params) {
    ClosedLoopSpec spec{params.integer("clients"), params.duration("ramp"), params.duration("failure_pause"),
                        parse_distribution(*params.node("think_time"), LawUnit::kSeconds)};
    if (spec.clients < 1 || spec.clients > kMaxClients) {
        throw InputError(params.where("clients"), "must be from 1 to " + std::to_string(kMaxClients));
    }
    return spec;
}

class ClosedLoop final : public RequestSource {
public:
    ClosedLoop(RequestMaker requests, ClosedLoopSpec spec)
        : requests_(std::move(requests)),
          spec_(std::move(spec)),
          think_key_(requests_.seed(), "think time"),
          left_(requests_.count()),
          sent_(static_cast<std::size_t>(spec_.clients)) {
        const auto clients = static_cast<Duration::rep>(spec_.clients);
        for (Duration::rep client = 0; client < clients; ++client) {
            const double share = static_cast<double>(client) / static_cast<double>(clients);
            send(requests_.begin() + from_seconds(to_seconds(spec_.ramp) * share),
                 static_cast<std::uint32_t>(client));
        }
    }

    std::optional<SimTime> next_time() override {
        if (left_ == 0 || ready_.empty())
            return std::nullopt;
        return ready_.top().at;
    }

    void pop(Arrival& arrival) override {
        const ReadyClient ready = ready_.top();
        ready_.pop();
        const std::uint64_t number = sent_[ready.who]++;
        SPILLWAY_CHECK(number >> kRequestBits == 0, "a closed-loop client sent more requests than have ids");
        requests_.fill(arrival, ready.at, std::uint64_t{ready.who} << kRequestBits | number);
        if (arrival.at >= SimTime{})
            --left_;
    }

    bool reacts() const override { return true; }
    void answered(const ClientAnswer& answer) override {
        if (!belongs_to(answer.origin, requests_.leaf()))
            return;
        Duration pause = spec_.think_time.duration(RandomStream(think_key_, answer.origin).uniform());
        // Without it, clients that are turned away at once would send for ever at one instant.
        if (answer.outcome != Outcome::kCompleted)
            pause += spec_.failure_pause;
        send(answer.at + pause, static_cast<std::uint32_t>(number_of(answer.origin) >> kRequestBits));
    }

private:
    void send(SimTime at, std::uint32_t client) {
        if (at < requests_.end().value_or(SimTime::max()))
            ready_.push({at, client});
    }

    RequestMaker requests_;
    ClosedLoopSpec spec_;
    StreamKey think_key_;
    std::uint64_t left_;
    std::vector<std::uint32_t> sent_;  // by client
    ReadyQueue ready_;
};

}  // namespace

std::unique_ptr<RequestSource> make_closed_loop(ParamReader& params, const SourceContext& context) {
    ClosedLoopSpec spec = read_closed_loop_spec(params);
    RequestMaker requests(params, context);
    requests.require_end(params);
    return std::make_unique<ClosedLoop>(std::move(requests), std::move(spec));
}

}  // namespace spillway
