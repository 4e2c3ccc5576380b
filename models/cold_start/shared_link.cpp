#include "models/cold_start/shared_link.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

// kMostBytes * 1e9 * 2^20 leaves seven bits of 128 free.
constexpr Int128 kScale = Int128{1} << 20;
constexpr Int128 kNanoseconds = 1'000'000'000;
/// An end further away than this is looked at again then.
constexpr std::int64_t kFarAway = std::int64_t{1} << 60;

Int128 scaled_rate(double bytes_per_second) {
    SPILLWAY_CHECK(bytes_per_second >= 1 && bytes_per_second <= kMostBytes, "a rate of bytes out of range");
    return Int128{static_cast<std::int64_t>(std::llround(bytes_per_second))} * kScale +
           static_cast<std::int64_t>(
               std::llround((bytes_per_second - std::round(bytes_per_second)) * static_cast<double>(kScale)));
}

Int128 divided_up(Int128 amount, Int128 by) { return (amount + by - 1) / by; }

}  // namespace

LinkId SharedLinks::add(double bytes_per_second) {
    const Work rate = scaled_rate(bytes_per_second);
    links_.push_back({rate, rate});
    return {static_cast<std::uint32_t>(links_.size() - 1)};
}

TransferId SharedLinks::begin(Haul haul, SimTime now) {
    SPILLWAY_CHECK(haul.bytes >= 0 && static_cast<double>(haul.bytes) <= kMostBytes, "bytes out of range");
    SPILLWAY_CHECK(!haul.links.empty() || haul.limit, "a transfer without any bound on its rate");
    settle(now);
    if (unused_.empty()) {
        unused_.push_back(static_cast<std::uint32_t>(transfers_.size()));
        transfers_.emplace_back();
    }
    const TransferId id{unused_.back()};
    unused_.pop_back();
    transfers_[id.value] = {Int128{haul.bytes} * kNanoseconds * kScale,
                            haul.limit ? scaled_rate(*haul.limit) : scaled_rate(kMostBytes), 0,
                            std::move(haul.links)};
    active_.push_back(id.value);
    share();
    return id;
}

void SharedLinks::end(TransferId transfer, SimTime now) {
    settle(now);
    SPILLWAY_CHECK(std::erase(active_, transfer.value) == 1, "no such transfer is under way");
    unused_.push_back(transfer.value);
    share();
}

SimTime SharedLinks::ends_at(TransferId transfer) const {
    const Transfer& one = transfers_[transfer.value];
    const Work needed = divided_up(one.left, one.rate);
    return settled_ + Duration{needed > kFarAway ? kFarAway : static_cast<std::int64_t>(needed)};
}

std::int64_t SharedLinks::bytes_left(TransferId transfer, SimTime now) const {
    const Transfer& one = transfers_[transfer.value];
    const Work left = std::max<Work>(0, one.left - one.rate * (now - settled_).count());
    return static_cast<std::int64_t>(divided_up(left, kNanoseconds * kScale));
}

Duration SharedLinks::alone(const Haul& haul) const {
    Work rate = haul.limit ? scaled_rate(*haul.limit) : scaled_rate(kMostBytes);
    for (const LinkId link : haul.links) rate = std::min(rate, links_[link.value].rate);
    const Work needed = divided_up(Int128{haul.bytes} * kNanoseconds * kScale, rate);
    return Duration{needed > kFarAway ? kFarAway : static_cast<std::int64_t>(needed)};
}

void SharedLinks::settle(SimTime now) {
    SPILLWAY_CHECK(now >= settled_ || active_.empty(), "transfers go back in time");
    const Work passed = (now - settled_).count();
    settled_ = now;
    for (const std::uint32_t number : active_) {
        Transfer& one = transfers_[number];
        one.left = std::max<Work>(0, one.left - one.rate * passed);
    }
}

/// Water-filling: each round, the transfers that the lowest share holds get it, all of them at once.
void SharedLinks::share() {
    for (const std::uint32_t number : active_) {
        for (const LinkId link : transfers_[number].links) {
            links_[link.value].free = links_[link.value].rate;
            links_[link.value].open = 0;
        }
    }
    for (const std::uint32_t number : active_) {
        for (const LinkId link : transfers_[number].links) ++links_[link.value].open;
    }
    std::vector<std::uint32_t> open = active_;
    while (!open.empty()) {
        const Work level = smallest_share(open);
        const auto held = std::stable_partition(open.begin(), open.end(), [&](std::uint32_t number) {
            return !is_held_at(transfers_[number], level);
        });
        for (auto one = held; one != open.end(); ++one) {
            transfers_[*one].rate = std::max<Work>(1, level);
            for (const LinkId link : transfers_[*one].links) {
                links_[link.value].free -= level;
                --links_[link.value].open;
            }
        }
        open.erase(held, open.end());
    }
}

SharedLinks::Work SharedLinks::smallest_share(const std::vector<std::uint32_t>& open) const {
    Work level = scaled_rate(kMostBytes);
    for (const std::uint32_t number : open) {
        level = std::min(level, transfers_[number].limit);
        for (const LinkId link : transfers_[number].links)
            level = std::min(level, links_[link.value].free / links_[link.value].open);
    }
    return level;
}

bool SharedLinks::is_held_at(const Transfer& transfer, Work share) const {
    return transfer.limit <= share ||
           std::any_of(transfer.links.begin(), transfer.links.end(), [&](LinkId link) {
               return links_[link.value].free / links_[link.value].open <= share;
           });
}

}  // namespace spillway
