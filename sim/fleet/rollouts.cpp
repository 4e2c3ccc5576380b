#include "sim/fleet/rollouts.hpp"

#include <algorithm>
#include <utility>

namespace spillway {

void Rollouts::begin() {
    for (std::uint32_t number = 0; number < state_.spec.rollouts.size(); ++number) {
        state_.simulator.schedule(state_.spec.rollouts[number].at, Phase::kControl,
                                  state_.event(FleetEvent::kRollout, number));
    }
}

void Rollouts::due(std::uint32_t number, SimTime now) {
    RolloutSpec& plan = state_.spec.rollouts[number];
    Pool& pool = *state_.pools[plan.pool.value];
    plans_[pool.id.value] = number;
    ++pool.version;
    pool.rolling = true;
    restart_starts(pool, plan, now);
    move_on(pool, now);
}

std::uint32_t Rollouts::under_way(const Pool& pool) const {
    std::uint32_t number = pool.coming.back();
    while (number != kNoNode && state_.workers[number].instance == kNoNode)
        number = state_.workers[number].links.previous;
    return number;
}

/// Starts of the old version are cancelled and asked for again; those that have not begun take the new one.
void Rollouts::restart_starts(Pool& pool, RolloutSpec& plan, SimTime now) {
    int cancelled = 0;
    while (true) {
        const std::uint32_t number = under_way(pool);
        if (number == kNoNode)
            break;
        lifecycle_.retire(number, std::nullopt, now);
        ++cancelled;
    }
    state_.for_each_worker([&](std::uint32_t number) {
        Worker& worker = state_.workers[number];
        if (worker.pool == pool.id && worker.instance == kNoNode)
            worker.version = pool.version;
    });
    if (plan.startup) {
        pool.spec.startup = std::move(plan.startup);
        pool.startup_since = pool.version;
    }
    for (; cancelled > 0; --cancelled) {
        if (!lifecycle_.ask(pool, StartCause::kRollout, now)) {
            control_.retry_start_later(pool, now);
            pool.surplus -= cancelled;
            break;
        }
    }
    control_.replace(pool, now);
}

/// Ready workers of another version, those with the least to do first.
std::vector<std::uint32_t> Rollouts::outdated_of(const Pool& pool) const {
    std::vector<std::uint32_t> outdated;
    state_.for_each_worker([&](std::uint32_t number) {
        const Worker& worker = state_.workers[number];
        if (worker.pool == pool.id && worker.is_ready() && worker.version != pool.version)
            outdated.push_back(number);
    });
    std::stable_sort(outdated.begin(), outdated.end(), [&](std::uint32_t one, std::uint32_t other) {
        return WorkerIndex::load_of(state_.workers[one]) < WorkerIndex::load_of(state_.workers[other]);
    });
    return outdated;
}

bool Rollouts::start_new(Pool& pool, const RolloutSpec& plan, int outdated, SimTime now) {
    bool started = false;
    // Of those wanted, `outdated - surplus` have no worker of the new version yet.
    while (!pool.start_refused && pool.surplus < plan.surge && outdated - pool.surplus > 0) {
        if (!lifecycle_.ask(pool, StartCause::kRollout, now)) {
            control_.retry_start_later(pool, now);
            break;
        }
        ++pool.surplus;
        started = true;
    }
    return started;
}

void Rollouts::move_on(Pool& pool, SimTime now) {
    const RolloutSpec& plan = state_.spec.rollouts[*plans_[pool.id.value]];
    std::vector<std::uint32_t> outdated = outdated_of(pool);
    bool moved = true;
    while (moved) {
        moved = start_new(pool, plan, static_cast<int>(outdated.size()), now);
        const int wanted = pool.present();
        while (!outdated.empty() && pool.index.ready() > wanted - plan.max_unavailable) {
            lifecycle_.retire(outdated.front(), std::nullopt, now);
            outdated.erase(outdated.begin());
            --pool.surplus;
            if (pool.clock.is_open())
                ++pool.usage.outdated_workers;
            moved = true;
        }
    }
    if (!outdated.empty())
        return;
    // A policy shrank the pool meanwhile, by workers that the rollout was about to replace.
    while (pool.surplus > 0) {
        const std::uint32_t extra =
            pool.coming.empty() ? pool.index.idle() > 0 ? pool.index.longest_idle() : pool.index.least_busy()
                                : pool.coming.back();
        if (extra == kNoNode) {
            pool.surplus = 0;
            break;
        }
        lifecycle_.retire(extra, std::nullopt, now);
        --pool.surplus;
    }
    pool.rolling = pool.surplus != 0;
}

}  // namespace spillway
