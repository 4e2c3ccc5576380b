#include "sim/billing/meter.hpp"

#include <algorithm>
#include <utility>

#include "sim/billing/life_charge.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// The window cut off its end: the life goes on, and its rounding with it.
bool is_cut(LifeEnd end) noexcept { return end == LifeEnd::kRunning; }

}  // namespace

Meter::Meter(std::vector<Purchase> purchases, Duration into_hour) {
    pools_.reserve(purchases.size());
    for (Purchase& purchase : purchases) {
        Pool& pool = pools_.emplace_back(Pool{std::move(purchase), {}, CommitmentHours{into_hour}, {}});
        pool.totals.storage.resize(pool.purchase.contract.storage.size());
    }
}

void Meter::add_state(Pool& pool, WorkerState state, Duration time) {
    const Int128 gpu_time = Int128{time.count()} * pool.purchase.gpus_per_worker;
    if (state == WorkerState::kIdle) {
        pool.idle += gpu_time;
    } else {
        pool.totals.states[static_cast<std::size_t>(state)] += gpu_time;
    }
}

void Meter::worker_ended(const WorkerLife& life) {
    Pool& pool = pools_[life.pool.value];
    const Purchase& purchase = pool.purchase;
    if (!purchase.contract.price)
        return;
    const bool failed_start = is_failed_start(life);
    const Duration billed = charged_time(purchase, life);
    if (failed_start)
        pool.totals.failed_starts += Int128{billed.count()} * purchase.gpus_per_worker;
    for (int i = 0; i < kWorkerStates && !failed_start; ++i) {
        const auto state = static_cast<WorkerState>(i);
        if (charges(purchase, state))
            add_state(pool, state, life.clock.spent(state));
    }
    pool.totals.drained +=
        Int128{life.clock.spent(WorkerState::kDraining).count()} * purchase.gpus_per_worker;
    if (purchase.shares_instances())
        return;
    Duration after{0};  // at the end of the life, and not charged
    for (const WorkerState last : {WorkerState::kStopping, WorkerState::kFailed}) {
        if (!charges(purchase, last))
            after += life.clock.spent(last);
    }
    add_span(pool, {life.end, life.began_before, billed, life.at - after});
}

void Meter::instance_ended(const InstanceLife& life) {
    Pool& pool = pools_[life.pool.value];
    const Purchase& purchase = pool.purchase;
    if (!purchase.contract.price || !purchase.shares_instances())
        return;
    const bool bills_acquire = purchase.contract.billed.acquire;
    const Duration acquiring = bills_acquire ? life.acquiring : Duration::zero();
    pool.totals.states[static_cast<std::size_t>(WorkerState::kAcquiring)] +=
        Int128{acquiring.count()} * life.gpus;
    const Int128 held = Int128{life.held.count()} * life.gpus;
    SPILLWAY_CHECK(life.gpu_time.count() <= held, "an instance's workers had more GPUs than it has");
    pool.totals.stranded += held - life.gpu_time.count();
    add_span(pool, {life.end, life.began_before, life.held + acquiring, life.at});
}

void Meter::add_span(Pool& pool, const Span& span) {
    if (span.billed == Duration::zero())
        return;
    const Contract& contract = pool.purchase.contract;
    const Duration rounding = rounding_of(contract, span.billed, span.end, span.began_before);
    const int gpus = pool.purchase.gpus_per_instance;
    pool.totals.rounding += Int128{rounding.count()} * gpus;
    pool.totals.billed_instances += (span.billed + rounding).count();
    if (!contract.steps.empty())
        pool.at_once.add(span.until - span.billed, span.until + rounding);
    if (!contract.commitments.empty())
        pool.hours.add(span.until - span.billed, span.until, rounding);
    add_storage(pool, span);
}

void Meter::add_storage(Pool& pool, const Span& span) {
    const std::vector<Storage>& storage = pool.purchase.contract.storage;
    for (std::size_t i = 0; i < storage.size(); ++i) {
        if (storage[i].time != StorageTime::kRunning)
            continue;
        const Duration time = is_cut(span.end) ? span.billed : round_up(span.billed, storage[i].step);
        pool.totals.storage[i] += Int128{time.count()} * storage[i].bytes;
    }
}

/// Of a staged request, each stage completes in its own pool.
void Meter::request_ended(const RequestRecord& request) {
    if (!request.answer)
        add_request(request);
}

void Meter::stage_ended(const StageRecord& stage) { add_request(stage.request); }

void Meter::add_request(const RequestRecord& request) {
    if (!request.measured || request.outcome != Outcome::kCompleted || !request.pool)
        return;
    UsageTotals& totals = pools_[request.pool->value].totals;
    ++totals.requests;
    totals.input_tokens += request.input_tokens;
    totals.output_tokens += request.output_tokens;
}

UsageTotals Meter::totals(const PoolUsage& usage) const {
    const Pool& pool = pools_[usage.pool.value];
    const Contract& contract = pool.purchase.contract;
    const Int128 gpus = pool.purchase.gpus_per_worker;
    UsageTotals totals = pool.totals;
    totals.window = usage.window;
    totals.slots = usage.slot_time.count() * gpus;
    totals.failed_slots = usage.failed_slot_time.count() * gpus;
    for (std::size_t i = 0; i < contract.storage.size(); ++i) {
        if (contract.storage[i].time == StorageTime::kAlways) {
            totals.storage[i] = Int128{usage.window.count()} * contract.storage[i].bytes;
        }
    }
    std::vector<int> firsts;
    for (const PriceStep& step : contract.steps) firsts.push_back(step.first);
    for (const Int128 time : pool.at_once.between(firsts))
        totals.steps.push_back(time * pool.purchase.gpus_per_instance);
    std::vector<Ratio> committed;
    for (const Commitment& commitment : contract.commitments)
        committed.push_back(covered_instances(commitment, pool.purchase));
    for (const CommitmentHours::Cover& cover : pool.hours.apply(committed, usage.window)) {
        totals.covered.push_back(cover.covered * pool.purchase.gpus_per_instance);
        totals.unused.push_back(cover.unused * pool.purchase.gpus_per_instance);
    }
    if (!contract.price)
        return totals;

    if (contract.billed.idle) {
        totals.idle = {usage.idle_floor.count() * gpus, usage.idle_buffer.count() * gpus,
                       usage.idle_timeout.count() * gpus, usage.idle_headroom.count() * gpus};
    }
    Int128 idle = 0;
    for (const Int128 reason : totals.idle) idle += reason;
    SPILLWAY_CHECK(idle == pool.idle, "idle time by reason differs from the workers' idle time");
    Int128 sum = idle + totals.failed_starts + totals.rounding + totals.stranded;
    for (const Int128 state : totals.states) sum += state;
    SPILLWAY_CHECK(sum == totals.billed_instances * pool.purchase.gpus_per_instance,
                   "the parts of billed GPU time differ from the whole");
    return totals;
}

}  // namespace spillway
