// Random transfers over random links: what they move is what the links carry, whoever asks and however often.

#include "models/cold_start/shared_link.hpp"

#include <algorithm>
#include <functional>

#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;
using namespace spillway;
using namespace spillway::tests;

namespace {

struct Pull {
    SimTime begin;
    std::int64_t bytes;
    std::vector<LinkId> links;
    std::optional<double> limit;
};

std::vector<Pull> random_pulls(int links, bool limited) {
    std::vector<Pull> pulls(static_cast<std::size_t>(*rc::gen::inRange(1, 12)));
    for (Pull& pull : pulls) {
        pull.begin = SimTime{std::chrono::milliseconds{*rc::gen::inRange(0, 5000)}};
        pull.bytes = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000);
        for (int link = 0; link < links; ++link) {
            if (*rc::gen::inRange(0, 2) == 0)
                pull.links.push_back({static_cast<std::uint32_t>(link)});
        }
        if (pull.links.empty())
            pull.links.push_back({0});
        if (limited && *rc::gen::inRange(0, 3) == 0)
            pull.limit = *rc::gen::inRange(1, 2'000'000'000);
    }
    std::sort(pulls.begin(), pulls.end(),
              [](const Pull& one, const Pull& other) { return one.begin < other.begin; });
    return pulls;
}

std::vector<double> random_bandwidths(int links) {
    std::vector<double> rates;
    for (int i = 0; i < links; ++i)
        rates.push_back(static_cast<double>(*rc::gen::inRange<std::int64_t>(1'000'000, 3'000'000'000)));
    return rates;
}

/// Runs all to their ends, by number; `look` is called between changes.
std::vector<SimTime> run(const std::vector<Pull>& pulls, const std::vector<double>& rates,
                         const std::function<void(const SharedLinks&, SimTime)>& look = {}) {
    SharedLinks links;
    for (const double rate : rates) links.add(rate);
    std::vector<SimTime> ends(pulls.size());
    std::vector<std::pair<TransferId, std::size_t>> open;
    std::size_t next = 0;
    while (next < pulls.size() || !open.empty()) {
        const auto first = std::min_element(open.begin(), open.end(), [&](const auto& a, const auto& b) {
            return links.ends_at(a.first) < links.ends_at(b.first);
        });
        if (next < pulls.size() &&
            (first == open.end() || pulls[next].begin <= links.ends_at(first->first))) {
            const Pull& pull = pulls[next];
            open.emplace_back(links.begin({pull.bytes, pull.links, pull.limit}, pull.begin), next);
            ++next;
        } else {
            const SimTime now = links.ends_at(first->first);
            ends[first->second] = now;
            links.end(first->first, now);
            open.erase(first);
        }
        if (look && !open.empty())
            look(links, ends[open.front().second]);
    }
    return ends;
}

}  // namespace

TEST_CASE("a link carries no more than its bandwidth, and is not idle while it is wanted",
          "[models][shared_link][laws]") {
    check_property("over one link the last end is that of the summed bytes, in every busy period", [] {
        const std::vector<Pull> pulls = random_pulls(1, false);
        const std::vector<double> rates = random_bandwidths(1);
        const std::vector<SimTime> ends = run(pulls, rates);
        // A busy period ends where the work that came so far is done: Lindley's recursion over the pulls.
        double busy_until = 0;
        for (const Pull& pull : pulls) {
            busy_until =
                std::max(busy_until, to_seconds(pull.begin)) + static_cast<double>(pull.bytes) / rates[0];
        }
        const double last = to_seconds(*std::max_element(ends.begin(), ends.end()));
        RC_ASSERT(std::abs(last - std::max(busy_until, 0.0)) < 1e-6);
    });
}

TEST_CASE("over one link, another transfer makes none end earlier", "[models][shared_link][laws]") {
    check_property("ends with one more are not before the ends without", [] {
        std::vector<Pull> pulls = random_pulls(1, true);
        const std::vector<double> rates = random_bandwidths(1);
        const std::vector<SimTime> with = run(pulls, rates);
        const auto left_out =
            static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(pulls.size())));
        pulls.erase(pulls.begin() + static_cast<std::ptrdiff_t>(left_out));
        const std::vector<SimTime> without = run(pulls, rates);
        for (std::size_t i = 0; i < without.size(); ++i) {
            // Shares are rounded down, differently for different numbers of transfers: a few nanoseconds.
            RC_ASSERT(with[i < left_out ? i : i + 1] >= without[i] - 50ns);
        }
    });
}

TEST_CASE("no transfer is faster than alone, and the order of equal beginnings does not matter",
          "[models][shared_link][laws]") {
    check_property("ends are those alone or later, and the same in another order", [] {
        std::vector<Pull> pulls = random_pulls(4, true);
        const std::vector<double> rates = random_bandwidths(4);
        const std::vector<SimTime> ends = run(pulls, rates);
        for (std::size_t i = 0; i < pulls.size(); ++i) {
            double alone = pulls[i].limit.value_or(1e15);
            for (const LinkId link : pulls[i].links) alone = std::min(alone, rates[link.value]);
            const double shortest = static_cast<double>(pulls[i].bytes) / alone;
            RC_ASSERT(to_seconds(ends[i] - pulls[i].begin) >= shortest - 1e-8);
        }
        for (Pull& pull : pulls) pull.begin = SimTime{};
        const std::vector<SimTime> forth = run(pulls, rates);
        std::reverse(pulls.begin(), pulls.end());
        std::vector<SimTime> back = run(pulls, rates);
        std::reverse(back.begin(), back.end());
        RC_ASSERT(forth == back);
    });
}

TEST_CASE("bytes moved are what the rates say", "[models][shared_link][laws]") {
    check_property("between two looks without a change, bytes left fall in proportion to time", [] {
        SharedLinks links;
        const std::vector<double> rates = random_bandwidths(3);
        for (const double rate : rates) links.add(rate);
        std::vector<TransferId> open;
        for (Pull& pull : random_pulls(3, true)) {
            open.push_back(links.begin({pull.bytes + 1'000'000, pull.links, pull.limit}, SimTime{}));
        }
        SimTime first = SimTime::max();
        for (const TransferId one : open) first = std::min(first, links.ends_at(one));
        const SimTime half{first.time_since_epoch() / 2};
        for (const TransferId one : open) {
            const auto start = links.bytes_left(one, SimTime{});
            const auto middle = links.bytes_left(one, half);
            const auto end = links.bytes_left(one, half + (half - SimTime{}));
            RC_ASSERT(std::abs((start - middle) - (middle - end)) <= 2);
        }
    });
}
