#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "sim/billing/bill.hpp"
#include "sim/billing/money.hpp"

namespace spillway {

/// A part of one line of one pool's bill, and who caused it.
struct ChargeRow {
    std::string pool;
    std::optional<std::string> model;     ///< that the pool serves, where its service names one
    std::optional<std::string> of_class;  ///< empty: the pool's own, which no request caused
    LineKind kind;
    std::string name;  ///< of the storage, the step, the tier; else empty
    Money amount;
};

/// The bills of a run's priced pools, split over who caused them.
struct ChargeAnswer {
    std::string scenario;
    SimTime horizon;
    std::vector<ChargeRow> rows;  ///< by pool, line and class; what is 0 is left out. They add up to `total`
    Money total;
    std::vector<std::string> classes;
    std::vector<std::uint64_t> completed;  ///< measured requests, by class
    std::vector<std::string> unpriced;     ///< pools without a price
};

/// Runs the scenario.
ChargeAnswer charge_run(const Scenario& scenario);

}  // namespace spillway
