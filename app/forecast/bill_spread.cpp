#include "app/forecast/bill_spread.hpp"

#include <cstddef>
#include <functional>

#include "sim/core/int128.hpp"

namespace spillway {
namespace {

double share_over(const std::vector<Money>& bills, Money budget) {
    const auto over =
        std::count_if(bills.begin(), bills.end(), [&](const Money& bill) { return bill > budget; });
    return static_cast<double>(over) / static_cast<double>(bills.size());
}

template <typename Value>
Bounded<Value> bounded(const std::vector<Money>& bills, const ResampledBills& again,
                       const std::function<Value(const std::vector<Money>&)>& figure) {
    std::vector<Value> figures;
    figures.reserve(again.bills.size() / again.each);
    for (auto from = again.bills.begin(); from != again.bills.end();
         from += static_cast<std::ptrdiff_t>(again.each))
        figures.push_back(figure({from, from + static_cast<std::ptrdiff_t>(again.each)}));
    Bounded<Value> result;
    result.value = figure(bills);
    result.low = std::min(result.value, quantile_of(figures, 0.025));
    result.high = std::max(result.value, quantile_of(figures, 0.975));
    return result;
}

}  // namespace

Money mean_bill(const std::vector<Money>& bills) {
    Int128 sum = 0;
    for (const Money bill : bills) sum += bill.nanos();
    const auto count = static_cast<Int128>(bills.size());
    return Money::from_nanos(static_cast<std::int64_t>((sum + count / 2) / count));
}

BillSpread spread_of(const std::vector<Money>& bills, const ResampledBills& again,
                     const std::optional<Money>& budget) {
    BillSpread spread;
    spread.mean = bounded<Money>(bills, again, mean_bill);
    spread.p50 = bounded<Money>(bills, again, [](const auto& some) { return quantile_of(some, 0.5); });
    spread.p95 = bounded<Money>(bills, again, [](const auto& some) { return quantile_of(some, 0.95); });
    if (!budget)
        return spread;
    spread.over = bounded<double>(bills, again, [&](const auto& some) { return share_over(some, *budget); });
    // Where all months are on one side, the sets say nothing: the exact binomial limit of so many months.
    const double limit = std::pow(0.025, 1 / static_cast<double>(bills.size()));
    if (spread.over->value == 0)
        spread.over->high = std::max(spread.over->high, 1 - limit);
    if (spread.over->value == 1)
        spread.over->low = std::min(spread.over->low, limit);
    return spread;
}

}  // namespace spillway
