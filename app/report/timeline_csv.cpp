#include "app/report/timeline_csv.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "sim/billing/bill.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

constexpr std::array kShown{WorkerState::kAsked,    WorkerState::kAcquiring, WorkerState::kPulling,
                            WorkerState::kStarting, WorkerState::kIdle,      WorkerState::kBusy,
                            WorkerState::kDraining, WorkerState::kStopping};

double usd_per_worker_second(const Purchase& purchase) {
    constexpr std::int64_t kHourNs =
        3'600'000'000'000;  // an hour's charge keeps the digits that a second's would lose
    return to_usd(charge_gpu_time(purchase, Int128{kHourNs} * purchase.gpus_per_worker)) / 3600;
}

}  // namespace

TimelineWriter::TimelineWriter(std::ostream& out, const std::vector<PoolSetup>& pools) : out_(out) {
    for (const PoolSetup& setup : pools) {
        Column& column = pools_.emplace_back();
        column.name = csv_field(setup.name);
        column.has_workers = setup.sort == PoolSort::kWorkers;
        if (!setup.purchase || !setup.purchase->contract.price)
            continue;
        for (const WorkerState state : kShown) {
            if (!bills(setup.purchase->contract.billed, state))
                continue;
            column.usd_per_s[static_cast<std::size_t>(state)] = usd_per_worker_second(*setup.purchase);
        }
    }
    out_ << "from_s,to_s,pool,asked,acquiring,pulling,starting,idle,busy,draining,stopping,queued,in_flight,"
            "arrivals,"
            "ended,cost_usd_per_s\n";
}

void TimelineWriter::snapshot(const PoolSnapshot& snapshot) {
    const TimelineRow row = timeline_.add(snapshot);
    const Column& pool = pools_[row.pool.value];
    fmt::print(out_, "{},{},{}", to_seconds(row.from), to_seconds(row.to), pool.name);
    double cost = 0;
    for (const WorkerState state : kShown) {
        const auto index = static_cast<std::size_t>(state);
        cost += row.workers[index] * pool.usd_per_s[index];
        out_ << ',';
        if (pool.has_workers)
            fmt::print(out_, "{}", row.workers[index]);
    }
    fmt::print(out_, ",{},{},{},{},", row.queued, row.in_flight, row.arrivals, row.ended);
    if (pool.has_workers)
        fmt::print(out_, "{:.9g}", cost);
    out_ << '\n';
}

}  // namespace spillway
