#include "sim/fleet/supply.hpp"

#include <limits>

#include "sim/core/check.hpp"

namespace spillway {

Supply::Supply(SupplySpec spec, std::span<const HostSpec> hosts) : spec_(std::move(spec)) {
    std::sort(spec_.hosts.begin(), spec_.hosts.end(), [](HostId a, HostId b) { return a.value < b.value; });
    for (const HostId host : spec_.hosts) hosts_.push_back({host, hosts[host.value].gpus, false});
}

std::optional<Supply::Grant> Supply::take(int gpus, const Warmth& warmth, double luck) {
    if (spec_.gpus && used_ + gpus > *spec_.gpus)
        return std::nullopt;
    Grant grant;
    if (!hosts_.empty()) {
        const std::optional<std::size_t> chosen = choose(gpus, warmth, luck);
        if (!chosen)
            return std::nullopt;
        hosts_[*chosen].free -= gpus;
        grant.host = hosts_[*chosen].id;
    }
    used_ += gpus;
    grant.place = places_.take();
    return grant;
}

/// The first by warmth and placement; among equals the lowest number or, at random, any.
std::optional<std::size_t> Supply::choose(int gpus, const Warmth& warmth, double luck) const {
    std::vector<std::size_t> best;
    int best_warmth = std::numeric_limits<int>::min();
    int best_free = 0;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        if (hosts_[i].free < gpus || hosts_[i].down)
            continue;
        const std::optional<int> spared = warmth(hosts_[i].id);
        if (!spared)
            continue;
        const int warm = spec_.prefers_warm ? *spared : 0;
        const int free = places_at_random()                      ? 0
                         : spec_.placement == Placement::kPacked ? -hosts_[i].free
                                                                 : hosts_[i].free;
        const bool better = best.empty() || warm > best_warmth || (warm == best_warmth && free > best_free);
        if (better) {
            best.clear();
            best_warmth = warm;
            best_free = free;
        }
        if (better || (warm == best_warmth && free == best_free))
            best.push_back(i);
    }
    if (best.empty())
        return std::nullopt;
    const auto nth = static_cast<std::size_t>(luck * static_cast<double>(best.size()));
    return best[places_at_random() ? nth : 0];
}

void Supply::give_back(int gpus, const Grant& grant) {
    used_ -= gpus;
    places_.give_back(grant.place);
    if (grant.host)
        host_of(*grant.host).free += gpus;
}

Supply::Host& Supply::host_of(HostId host) {
    const auto found = std::lower_bound(hosts_.begin(), hosts_.end(), host,
                                        [](const Host& one, HostId id) { return one.id.value < id.value; });
    SPILLWAY_CHECK(found != hosts_.end() && found->id == host, "a host of another supply");
    return *found;
}

std::optional<std::uint32_t> Instances::find_room(int gpus) const {
    std::optional<std::uint32_t> best;
    for (std::uint32_t number = 0; number < table_.size(); ++number) {
        const Instance& instance = table_[number];
        if (instance.workers == 0 || instance.ends || instance.gpus - instance.gpus_used < gpus)
            continue;
        if (!best || instance.gpus_used > table_[*best].gpus_used)
            best = number;
    }
    return best;
}

std::uint32_t Instances::buy(int gpus, const Supply::Grant& grant, SimTime now) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(table_.size()));
        table_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    Instance bought;
    bought.serial = ++bought_;
    bought.gpus = gpus;
    bought.begun = now;
    bought.grant = grant;
    table_[number] = std::move(bought);
    return number;
}

void Instances::give_up(std::uint32_t number) {
    table_[number].workers = 0;
    free_.push_back(number);
}

std::vector<std::uint32_t> Instances::open() const {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 0; number < table_.size(); ++number) {
        if (table_[number].workers > 0)
            numbers.push_back(number);
    }
    return numbers;
}

}  // namespace spillway
