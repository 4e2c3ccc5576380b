#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// By when a request must be served that the objectives do not let go.
enum class PromiseKind : std::uint8_t {
    kAnswer,      ///< its answer is there before the limit
    kFirstToken,  ///< its first token is, and the rest follows
    kPaced,       ///< the same, and the rest at a pace
    kEver,        ///< it completes
};

struct Promise {
    PromiseKind kind = PromiseKind::kEver;
    Duration limit{0};
    Duration pace{0};        ///< of each token after the first, at most
    std::size_t budget = 0;  ///< index into ServicePlan::may_miss
    std::string text;        ///< the objective
};

/// One promise a class, as far as it has one. Every run whose objectives hold keeps it.
struct ServicePlan {
    std::vector<std::optional<Promise>> by_class;
    std::vector<double> may_miss;  ///< requests, by budget
    /// By class: index into may_be_cold, where an objective bounds how many may meet a cold start.
    std::vector<std::optional<std::size_t>> cold_by_class;
    std::vector<double> may_be_cold;
};

/// Requests that a settled run may leave open at the end of its window, of so many offered ones.
double left_open(std::uint64_t offered);

/// The plans that the objectives of a scenario make: each class has one objective in each plan, every usable
/// objective stands in one plan at least. `offered` is by class. Throws InputError when there is no
/// objective, or none that asks for any request to be served.
std::vector<ServicePlan> service_plans(const Scenario& scenario, const std::vector<std::uint64_t>& offered);

}  // namespace spillway
