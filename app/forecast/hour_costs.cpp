#include "app/forecast/hour_costs.hpp"

#include <algorithm>

#include "sim/billing/bill.hpp"
#include "sim/billing/life_charge.hpp"

namespace spillway {
namespace {

constexpr Duration kCostHour = std::chrono::hours{1};

std::size_t hour_at(SimTime time) { return static_cast<std::size_t>(time.time_since_epoch() / kCostHour); }

/// What an hour can be charged by itself.
Purchase hourly_part(Purchase purchase) {
    purchase.contract.steps.clear();
    purchase.contract.commitments.clear();
    purchase.contract.storage.clear();
    purchase.contract.egress.reset();
    purchase.contract.cpu.reset();
    purchase.contract.memory.reset();
    return purchase;
}

}  // namespace

HourCosts::HourCosts(std::vector<Purchase> purchases, Duration window) {
    const auto hours = static_cast<std::size_t>(window / kCostHour);
    purchases_.reserve(purchases.size());
    for (Purchase& purchase : purchases) purchases_.push_back(hourly_part(std::move(purchase)));
    hours_.resize(purchases_.size(), std::vector<Hour>(hours));
    arrived_.resize(hours);
}

void HourCosts::add_time(PoolId pool, SimTime from, SimTime to, Duration rounding) {
    std::vector<Hour>& hours = hours_[pool.value];
    const int gpus = purchases_[pool.value].gpus_per_instance;
    while (from < to) {
        const std::size_t hour = hour_at(from);
        if (hour >= hours.size())
            return;
        const SimTime next = SimTime{} + static_cast<std::int64_t>(hour + 1) * kCostHour;
        const SimTime until = std::min(to, next);
        hours[hour].gpu_time += Int128{(until - from).count()} * gpus;
        if (until == to)
            hours[hour].gpu_time += Int128{rounding.count()} * gpus;
        from = until;
    }
}

void HourCosts::worker_ended(const WorkerLife& life) {
    const Purchase& purchase = purchases_[life.pool.value];
    if (!purchase.contract.price || purchase.shares_instances())
        return;
    const Duration billed = charged_time(purchase, life);
    Duration after{0};  // at the end of the life, and not charged
    for (const WorkerState last : {WorkerState::kStopping, WorkerState::kFailed}) {
        if (!charges(purchase, last))
            after += life.clock.spent(last);
    }
    const SimTime until = life.at - after;
    add_time(life.pool, until - billed, until,
             rounding_of(purchase.contract, billed, life.end, life.began_before));
}

void HourCosts::instance_ended(const InstanceLife& life) {
    const Purchase& purchase = purchases_[life.pool.value];
    if (!purchase.contract.price || !purchase.shares_instances())
        return;
    const Duration billed =
        life.held + (purchase.contract.billed.acquire ? life.acquiring : Duration::zero());
    add_time(life.pool, life.at - billed, life.at,
             rounding_of(purchase.contract, billed, life.end, life.began_before));
}

/// Of a staged request, each stage completes in its own pool.
void HourCosts::request_ended(const RequestRecord& request) {
    if (!request.measured)
        return;
    const std::size_t hour = hour_at(request.arrived);
    if (hour < arrived_.size())
        ++arrived_[hour];
    if (!request.answer)
        add_request(request);
}

void HourCosts::stage_ended(const StageRecord& stage) { add_request(stage.request); }

void HourCosts::add_request(const RequestRecord& request) {
    if (!request.measured || request.outcome != Outcome::kCompleted || !request.pool)
        return;
    const std::size_t at = hour_at(request.arrived);
    if (at >= hours_[request.pool->value].size())
        return;
    Hour& hour = hours_[request.pool->value][at];
    ++hour.requests;
    hour.input_tokens += request.input_tokens;
    hour.output_tokens += request.output_tokens;
}

Money HourCosts::cost_of(std::size_t pool, const Hour& hour) const {
    UsageTotals totals;
    totals.window = kCostHour;
    totals.states[static_cast<std::size_t>(WorkerState::kBusy)] = hour.gpu_time;
    totals.requests = hour.requests;
    totals.input_tokens = hour.input_tokens;
    totals.output_tokens = hour.output_tokens;
    const Contract& contract = purchases_[pool].contract;
    return contract.price || contract.tokens ? price_usage(purchases_[pool], totals).total : Money{};
}

std::optional<DearestHour> HourCosts::dearest() const {
    std::optional<DearestHour> dearest;
    for (std::size_t i = 0; i < arrived_.size(); ++i) {
        DearestHour hour{i, {}, arrived_[i]};
        for (std::size_t pool = 0; pool < purchases_.size(); ++pool)
            hour.cost += cost_of(pool, hours_[pool][i]);
        if (!dearest || hour.cost > dearest->cost)
            dearest = hour;
    }
    return dearest;
}

}  // namespace spillway
