#pragma once
// What a fleet would report, written as a day in the life of a worker.

#include <initializer_list>
#include <string>
#include <vector>

#include "sim/billing/bill.hpp"
#include "sim/billing/meter.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway::tests {

struct Stay {
    WorkerState state;
    Duration time;
};

/// A life that begins at `begin` and goes through `stays`.
inline WorkerLife make_life(const std::vector<Stay>& stays, LifeEnd end = LifeEnd::kStopped,
                            SimTime begin = SimTime{}) {
    WorkerClock clock;
    SimTime now = begin;
    clock.begin(stays.empty() ? WorkerState::kAsked : stays.front().state, now);
    for (const Stay& stay : stays) {
        clock.enter(stay.state, now);
        now += stay.time;
    }
    clock.enter(WorkerState::kStopped, now);
    return {PoolId{0}, WorkerId{0}, 0, end, clock, now};
}

/// The integrals of a pool whose idle time was all of one kind and whose requests did not overlap.
inline PoolUsage make_usage(const std::vector<WorkerLife>& lives, Duration window) {
    PoolUsage usage;
    usage.window = window;
    for (const WorkerLife& life : lives) {
        usage.idle_timeout += life.clock.spent(WorkerState::kIdle);
        usage.slot_time += life.clock.spent(WorkerState::kBusy) + life.clock.spent(WorkerState::kDraining);
    }
    return usage;
}

inline ConfigNode price_node(std::vector<ConfigNode::Member> members) {
    return ConfigNode::object("s.json: price", std::move(members));
}

/// A member of a price object.
inline ConfigNode::Member text_member(const std::string& name, const std::string& value) {
    return {name, ConfigNode::text("s.json: price." + name, value)};
}

inline Purchase catalog_purchase(const std::string& name, int gpus = 1) {
    static const PriceBook kBook = PriceBook::built_in();
    return {read_contract(price_node({text_member("catalog", name)}), kBook), gpus, gpus};
}

/// An hourly price with nothing else to it: billed by the nanosecond.
inline Purchase plain_purchase(std::string_view price) {
    Purchase purchase;
    purchase.contract.price = parse_price(price);
    purchase.contract.step = Duration::zero();
    return purchase;
}

struct Billed {
    UsageTotals totals;
    Bill bill;
};

inline Billed bill_lives(const Purchase& purchase, const std::vector<WorkerLife>& lives,
                         Duration window = std::chrono::hours{1}) {
    Meter meter({purchase});
    for (const WorkerLife& life : lives) meter.worker_ended(life);
    Billed billed;
    billed.totals = meter.totals(make_usage(lives, window));
    billed.bill = price_usage(purchase, billed.totals);
    return billed;
}

}  // namespace spillway::tests
