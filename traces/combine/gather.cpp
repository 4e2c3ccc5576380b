#include "traces/combine/gather.hpp"

#include <cmath>
#include <utility>

namespace spillway {
namespace {

class Gathered final : public RequestSource {
public:
    Gathered(std::unique_ptr<RequestSource> source, const Bursts& bursts, const SourceContext& context)
        : source_(std::move(source)), bursts_(bursts), end_(context.end) {
        Arrival skipped;
        for (auto next = next_time(); next && *next < context.begin; next = next_time())
            source_->pop(skipped);
    }

    std::optional<SimTime> next_time() override {
        const std::optional<SimTime> next = source_->next_time();
        // What arrives after the end would otherwise be drawn into the last period.
        if (!next || (end_ && *next >= *end_))
            return std::nullopt;
        return place(*next);
    }

    void pop(Arrival& arrival) override {
        source_->pop(arrival);
        arrival.at = place(arrival.at);
    }

private:
    SimTime place(SimTime at) const noexcept {
        const Duration::rep every = bursts_.every.count();
        Duration::rep since = at.time_since_epoch().count() % every;
        if (since < 0)
            since += every;
        const auto later =
            static_cast<Duration::rep>(std::floor(static_cast<double>(since) / bursts_.factor));
        return at - Duration{since} + Duration{later};
    }

    std::unique_ptr<RequestSource> source_;
    Bursts bursts_;
    std::optional<SimTime> end_;
};

}  // namespace

std::unique_ptr<RequestSource> gather(std::unique_ptr<RequestSource> source, const Bursts& bursts,
                                      const SourceContext& context) {
    return std::make_unique<Gathered>(std::move(source), bursts, context);
}

}  // namespace spillway
