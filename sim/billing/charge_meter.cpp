#include "sim/billing/charge_meter.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/billing/life_charge.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr int kFraction = 20;  // bits of a nanosecond

Int128 sum_of(const OwnerShares& shares) { return std::accumulate(shares.begin(), shares.end(), Int128{0}); }

/// Adds `amount` in the proportions of `by`, of which 40 bits count: a product of two times may not fit.
void spread(OwnerShares& to, Int128 amount, const OwnerShares& by) {
    const Int128 whole = sum_of(by);
    int shift = 0;
    while (whole >> shift >= Int128{1} << 40) ++shift;
    for (std::size_t i = 0; i < to.size() && whole > 0; ++i)
        to[i] += amount * (by[i] >> shift) / (whole >> shift);
}

Int128 fine(Duration time) { return Int128{time.count()} << kFraction; }

}  // namespace

ChargeMeter::ChargeMeter(std::vector<Purchase> purchases, std::size_t classes) : classes_(classes) {
    pools_.reserve(purchases.size());
    for (Purchase& purchase : purchases) pools_.emplace_back(std::move(purchase), classes);
}

/// The part of [since, now) inside the window, which begins at time 0; moves `since` on.
Int128 ChargeMeter::inside(SimTime& since, SimTime now) {
    const SimTime from = std::max(std::exchange(since, now), SimTime{});
    return now > from ? fine(now - from) : 0;
}

void ChargeMeter::advance(Life& life, SimTime now) const {
    if (life.over)
        return;
    const Int128 span = inside(life.since, now);
    if (life.in_flight > 0)
        (life.takes ? life.each.busy : life.each.draining) += span / life.in_flight;
}

/// Of the idle workers, as a PoolClock sees them, those beyond floor and buffer have time-outs running out.
void ChargeMeter::advance(Pool& pool, SimTime now) const {
    if (pool.over)
        return;
    const Int128 span = inside(pool.since, now);
    if (pool.idle_workers == 0 || pool.rest != IdleReason::kTimeout)
        return;
    const std::int64_t floor = std::clamp<std::int64_t>(pool.floor - pool.busy_workers, 0, pool.idle_workers);
    const std::int64_t buffer = std::min<std::int64_t>(pool.buffer, pool.idle_workers - floor);
    const std::int64_t rest = pool.idle_workers - floor - buffer;
    for (std::size_t owner = 0; owner < pool.idle.size(); ++owner)
        pool.shares.idle[owner] += span * rest * pool.idle[owner] / pool.idle_workers;
}

void ChargeMeter::request_stepped(const RequestStep& step) {
    Pool& pool = pools_[step.pool.value];
    switch (step.kind) {
        case RequestStepKind::kCame:
            pool.coming = step.class_id.value;
            return;
        case RequestStepKind::kWaits:
            pool.coming.reset();
            return;
        case RequestStepKind::kTook:
            pool.coming.reset();
            take(step);
            return;
        case RequestStepKind::kFreed:
            free(step);
            return;
        case RequestStepKind::kLost:
            pool.coming.reset();
            lose(step);
            return;
        case RequestStepKind::kEnds:
            if (const auto ended = attempts_.extract(step.request))
                settle(ended.mapped());
            return;
    }
}

void ChargeMeter::take(const RequestStep& step) {
    Pool& pool = pools_[step.pool.value];
    Life& life = *lives_[step.worker->value];
    advance(life, step.at);
    if (life.in_flight == 0 && life.takes) {
        advance(pool, step.at);
        count_idle(life, -1);
        ++pool.busy_workers;
    }
    ++life.in_flight;
    const std::size_t owner = step.class_id.value;
    ++pool.running[owner];
    attempts_[step.request] = {step.worker, step.pool, owner, life.each, {}, false};
}

void ChargeMeter::free(const RequestStep& step) {
    Pool& pool = pools_[step.pool.value];
    Attempt& attempt = attempts_.at(step.request);
    Life& life = *lives_[attempt.worker->value];
    advance(life, step.at);
    --life.in_flight;
    --pool.running[attempt.owner];
    attempt.served = life.each - attempt.before;
    attempt.worker.reset();
    life.used[attempt.owner] += attempt.served.busy + attempt.served.draining;
    life.owner = attempt.owner;
    if (life.in_flight == 0 && life.takes) {
        advance(pool, step.at);
        --pool.busy_workers;
        count_idle(life, 1);
    }
    if (!attempt.lost)
        return;
    settle(attempt);
    attempts_.erase(step.request);
}

/// Before the request leaves its slot, if it has one; after that, if it failed on its way back.
void ChargeMeter::lose(const RequestStep& step) {
    const auto found = attempts_.find(step.request);
    if (found == attempts_.end())
        return;
    found->second.lost = true;
    if (found->second.worker)
        return;
    settle(found->second);
    attempts_.erase(found);
}

void ChargeMeter::settle(const Attempt& attempt) {
    ChargeShares& shares = pools_[attempt.pool.value].shares;
    if (attempt.lost) {
        shares.failed[attempt.owner] += attempt.served.busy + attempt.served.draining;
        return;
    }
    shares.busy[attempt.owner] += attempt.served.busy;
    shares.draining[attempt.owner] += attempt.served.draining;
}

void ChargeMeter::count_idle(const Life& life, int change) {
    Pool& pool = pools_[life.pool.value];
    pool.idle[life.owner] += change;
    pool.idle_workers += change;
}

void ChargeMeter::worker_stepped(const WorkerStep& step) {
    if (step.kind == WorkerStepKind::kOrdered) {
        order(step);
        return;
    }
    Pool& pool = pools_[step.pool.value];
    Life& life = *lives_[step.worker.value];
    switch (step.kind) {
        case WorkerStepKind::kReady:
            advance(pool, step.at);
            advance(life, step.at);
            life.takes = true;
            count_idle(life, 1);
            break;
        case WorkerStepKind::kLeaves:
            advance(pool, step.at);
            advance(life, step.at);
            life.takes = false;
            if (life.in_flight == 0)
                count_idle(life, -1);
            else
                --pool.busy_workers;
            break;
        case WorkerStepKind::kEnded:
            lives_[step.worker.value].reset();
            break;
        case WorkerStepKind::kOrdered:
        case WorkerStepKind::kBegan:
        case WorkerStepKind::kPhases:
            break;
    }
}

void ChargeMeter::order(const WorkerStep& step) {
    if (lives_.size() <= step.worker.value)
        lives_.resize(step.worker.value + std::size_t{1});
    Life& life = lives_[step.worker.value].emplace();
    life.pool = step.pool;
    life.cause = cause_of(step);
    life.used.resize(classes_ + 1);
    life.owner =
        static_cast<std::size_t>(std::max_element(life.cause.begin(), life.cause.end()) - life.cause.begin());
    life.since = step.at;
    life.over = step.at > SimTime{} && !step.now.measured;
    // A pool that had no worker when the window closed hears of that with the next one.
    if (life.over)
        pools_[step.pool.value].over = true;
}

OwnerShares ChargeMeter::cause_of(const WorkerStep& step) const {
    const Pool& pool = pools_[step.pool.value];
    OwnerShares cause(classes_ + 1);
    const bool for_floor = step.cause == StartCause::kDecision && pool.target <= pool.floor;
    if (step.cause == StartCause::kOpening || step.cause == StartCause::kRollout || for_floor) {
        cause[nobody()] = 1;
        return cause;
    }
    if (step.cause == StartCause::kRequest && pool.coming) {
        cause[*pool.coming] = 1;
        return cause;
    }
    for (std::size_t i = 0; i < classes_; ++i) cause[i] = step.now.waiting_by_class[i];
    if (pool.coming)
        ++cause[*pool.coming];
    if (sum_of(cause) == 0)
        cause.assign(pool.running.begin(), pool.running.end());
    if (sum_of(cause) == 0)
        cause[nobody()] = 1;
    return cause;
}

void ChargeMeter::control_stepped(const ControlStep& step) {
    Pool& pool = pools_[step.pool.value];
    advance(pool, step.at);
    pool.floor = step.decision.floor;
    pool.buffer = step.decision.buffer;
    pool.rest = step.decision.idle_reason;
    pool.target = step.target;
}

void ChargeMeter::worker_ended(const WorkerLife& life) {
    Pool& pool = pools_[life.pool.value];
    Life& one = *lives_[life.worker.value];
    if (life.end == LifeEnd::kRunning) {
        advance(pool, life.at);
        advance(one, life.at);
        pool.over = one.over = true;
    }
    ChargeShares& shares = pool.shares;
    const Purchase& purchase = pool.purchase;
    const Duration charged = charged_time(purchase, life);
    const auto spent = [&](WorkerState state) { return fine(life.clock.spent(state)); };
    if (is_failed_start(life)) {
        spread(shares.failed, fine(charged), one.cause);
    } else {
        for (const WorkerState state :
             {WorkerState::kAsked, WorkerState::kAcquiring, WorkerState::kPulling, WorkerState::kStarting})
            spread(shares.states[static_cast<std::size_t>(state)], spent(state), one.cause);
    }
    for (const WorkerState state : {WorkerState::kStopping, WorkerState::kFailed})
        shares.states[static_cast<std::size_t>(state)][one.owner] += spent(state);
    const Duration rounding = purchase.shares_instances()
                                  ? Duration::zero()
                                  : rounding_of(purchase.contract, charged, life.end, life.began_before);
    spread(shares.rounding, fine(rounding), sum_of(one.used) > 0 ? one.used : one.cause);
}

void ChargeMeter::request_ended(const RequestRecord& request) {
    if (!request.answer)
        add_completed(request);
}

void ChargeMeter::stage_ended(const StageRecord& stage) { add_completed(stage.request); }

void ChargeMeter::add_completed(const RequestRecord& request) {
    if (!request.measured || request.outcome != Outcome::kCompleted || !request.pool)
        return;
    ChargeShares& shares = pools_[request.pool->value].shares;
    ++shares.requests[request.class_id.value];
    shares.input_tokens[request.class_id.value] += request.input_tokens;
    shares.output_tokens[request.class_id.value] += request.output_tokens;
}

}  // namespace spillway
