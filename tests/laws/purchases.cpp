#include "tests/laws/purchases.hpp"

#include "tests/support/rapidcheck.hpp"

using namespace std::chrono_literals;

namespace spillway::laws {
namespace {

std::int64_t draw(std::int64_t low, std::int64_t high) { return *rc::gen::inRange(low, high + 1); }
bool toss() { return draw(0, 1) == 1; }

}  // namespace

Purchase draw_purchase(const PoolPlan& pool) {
    Purchase purchase;
    purchase.gpus_per_worker = pool.gpus_per_worker;
    purchase.gpus_per_instance = pool.gpus_per_instance;
    Contract& contract = purchase.contract;
    contract.price = Price{{draw(1, 99'999'999), 6}, PriceUnit::kHour};
    contract.step = 1s * draw(0, 2);
    contract.minimum = contract.step * draw(0, 30);
    contract.billed.acquire = toss();
    if (purchase.shares_instances())
        return purchase;
    contract.billed.throttled = toss();
    contract.billed.idle = toss();
    contract.billed.draining = toss();
    contract.billed.stopping = toss();
    contract.billed.failed_start = toss();
    contract.billed.cancelled_start = toss();
    return purchase;
}

}  // namespace spillway::laws
