#include <algorithm>
#include <map>

#include "tests/support/rapidcheck.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/combine/merge.hpp"

namespace spillway::tests {
namespace {

/// Arrivals at listed moments; origin says which source and which of its requests.
class Listed final : public RequestSource {
public:
    Listed(std::uint64_t source, std::vector<int> times) : source_(source), times_(std::move(times)) {}
    std::optional<SimTime> next_time() override {
        if (given_ == times_.size())
            return std::nullopt;
        return SimTime{Duration{times_[given_]}};
    }
    void pop(Arrival& arrival) override {
        arrival = Arrival{};
        arrival.at = *next_time();
        arrival.origin = entity_id(source_, given_++);
    }

private:
    std::uint64_t source_;
    std::vector<int> times_;
    std::size_t given_ = 0;
};

/// Sends one request at once and each further one a nanosecond after the answer to the last.
class PingPong final : public RequestSource {
public:
    PingPong(std::uint64_t source, int requests) : source_(source), left_(requests) {
        if (left_ > 0)
            next_ = SimTime{};
    }
    std::optional<SimTime> next_time() override { return next_; }
    void pop(Arrival& arrival) override {
        arrival = Arrival{};
        arrival.at = *next_;
        arrival.origin = entity_id(source_, static_cast<std::uint64_t>(--left_));
        next_.reset();
    }
    void answered(const ClientAnswer& answer) override {
        if (answer.origin >> 48 == source_ && left_ > 0)
            next_ = answer.at + Duration{1};
    }

private:
    std::uint64_t source_;
    int left_;
    std::optional<SimTime> next_;
};

using Lists = std::vector<std::vector<int>>;

std::vector<std::unique_ptr<RequestSource>> sources_of(Lists lists) {
    std::vector<std::unique_ptr<RequestSource>> sources;
    for (std::vector<int>& times : lists) {
        std::sort(times.begin(), times.end());
        sources.push_back(std::make_unique<Listed>(sources.size(), times));
    }
    return sources;
}

TEST_CASE("merged sources come in order of time, then of the list, and none is lost", "[traces][merge]") {
    check_property("merge is a stable sort", [] {
        const auto times = rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20));
        const Lists lists = *rc::gen::nonEmpty(rc::gen::container<Lists>(times));
        std::vector<std::pair<int, std::uint64_t>> expected;
        for (std::size_t i = 0; i < lists.size(); ++i) {
            std::vector<int> sorted = lists[i];
            std::sort(sorted.begin(), sorted.end());
            for (std::size_t k = 0; k < sorted.size(); ++k) expected.emplace_back(sorted[k], entity_id(i, k));
        }
        std::sort(expected.begin(), expected.end());
        std::vector<std::pair<int, std::uint64_t>> merged;
        for (const Arrival& each : drain(merge_sources(sources_of(lists)))) {
            merged.emplace_back(static_cast<int>(each.at.time_since_epoch().count()), each.origin);
        }
        RC_ASSERT(merged == expected);
    });
}

TEST_CASE("answers reach the reactive sources of a merge, which move on by them", "[traces][merge]") {
    check_property("every ping has its pong", [] {
        const auto delays = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
        const auto turns = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9)));
        std::vector<std::unique_ptr<RequestSource>> reactive;
        int wanted = 0;
        for (const int requests : turns) {
            reactive.push_back(std::make_unique<PingPong>(reactive.size() + 1, requests));
            wanted += requests;
        }
        std::vector<int> listed(delays);
        wanted += static_cast<int>(listed.size());
        const auto source = merge_sources(sources_of({listed}), std::move(reactive));
        std::multimap<SimTime, std::uint64_t> open;
        int popped = 0;
        SimTime last{};
        while (true) {
            const auto next = source->next_time();
            if (!open.empty() && (!next || open.begin()->first <= *next)) {
                const ClientAnswer answer{open.begin()->second, 0, 0, {}, Outcome::kCompleted,
                                          open.begin()->first,  0};
                open.erase(open.begin());
                source->answered(answer);
                continue;
            }
            if (!next)
                break;
            Arrival arrival;
            source->pop(arrival);
            RC_ASSERT(arrival.at >= last);
            last = arrival.at;
            const int delay = delays.empty() ? 3 : delays[static_cast<std::size_t>(popped) % delays.size()];
            open.emplace(arrival.at + Duration{delay}, arrival.origin);
            ++popped;
        }
        RC_ASSERT(popped == wanted);
    });
}

}  // namespace
}  // namespace spillway::tests
