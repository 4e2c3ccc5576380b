#include "tests/laws/purchases.hpp"

#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;

namespace spillway::laws {
namespace {

std::int64_t draw_units(std::int64_t low, std::int64_t high) { return *rc::gen::inRange(low, high + 1); }
bool flips() { return draw_units(0, 1) == 1; }

}  // namespace

Purchase draw_purchase(const PoolPlan& pool) {
    Purchase purchase;
    purchase.gpus_per_worker = pool.gpus_per_worker;
    purchase.gpus_per_instance = pool.gpus_per_instance;
    Contract& contract = purchase.contract;
    contract.price = Price{{draw_units(1, 99'999'999), 6}, PriceUnit::kHour};
    contract.step = 1s * draw_units(0, 2);
    contract.minimum = contract.step * draw_units(0, 30);
    contract.billed.acquire = flips();
    if (purchase.shares_instances())
        return purchase;
    contract.billed.throttled = flips();
    contract.billed.idle = flips();
    contract.billed.draining = flips();
    contract.billed.stopping = flips();
    contract.billed.failed_start = flips();
    contract.billed.cancelled_start = flips();
    return purchase;
}

}  // namespace spillway::laws
