#include "app/forecast/usage_counters.hpp"

#include <cstddef>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// Each counter of `totals`, always in the same order: all but the window.
template <typename Totals, typename Visit>
void visit_counters(Totals& totals, Visit visit) {
    for (auto& one : totals.states) visit(one);
    for (auto& one : totals.idle) visit(one);
    visit(totals.failed_starts);
    visit(totals.rounding);
    visit(totals.stranded);
    visit(totals.billed_instances);
    for (auto* list : {&totals.steps, &totals.covered, &totals.unused, &totals.storage}) {
        for (auto& one : *list) visit(one);
    }
    visit(totals.slots);
    visit(totals.failed_slots);
    visit(totals.drained);
    visit(totals.requests);
    visit(totals.input_tokens);
    visit(totals.output_tokens);
}

Int128 common_divisor(Int128 a, Int128 b) {
    while (b != 0) {
        const Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

}  // namespace

UsageCounters counters_of(const UsageTotals& totals) {
    UsageCounters counters;
    visit_counters(totals, [&](const auto& one) { counters.push_back(one); });
    return counters;
}

UsageTotals usage_from(const UsageCounters& counters, const UsageTotals& like, Duration window) {
    UsageTotals totals = like;
    totals.window = window;
    std::size_t at = 0;
    visit_counters(totals, [&](auto& one) {
        SPILLWAY_CHECK(at < counters.size(), "usage has more counters than its row");
        one = static_cast<std::remove_reference_t<decltype(one)>>(counters[at++]);
    });
    SPILLWAY_CHECK(at == counters.size(), "usage has fewer counters than its row");
    return totals;
}

UsageFraction::UsageFraction(Int128 numerator, Int128 denominator) {
    SPILLWAY_CHECK(numerator > 0 && denominator > 0, "a part of usage is positive");
    const Int128 common = common_divisor(numerator, denominator);
    numerator_ = numerator / common;
    denominator_ = denominator / common;
}

Int128 UsageFraction::of(Int128 count) const {
    Int128 rest = 0;
    const bool overflow = __builtin_mul_overflow(count % denominator_, numerator_, &rest);
    SPILLWAY_CHECK(!overflow, "usage does not fit 128 bits");
    return count / denominator_ * numerator_ + (2 * rest + denominator_) / (2 * denominator_);
}

}  // namespace spillway
