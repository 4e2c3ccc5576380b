#include "app/bound/offered.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

float low(double value) {
    const auto near = static_cast<float>(value);
    return near <= value ? near : std::nextafterf(near, -1);
}
float high(double value) {
    const auto near = static_cast<float>(value);
    return near >= value ? near : std::nextafterf(near, std::numeric_limits<float>::infinity());
}

std::uint64_t mix(std::uint64_t digest, std::uint64_t value) {
    constexpr std::uint64_t kPrime = 1099511628211U;
    for (int shift = 0; shift < 64; shift += 8) digest = (digest ^ (value >> shift & 0xff)) * kPrime;
    return digest;
}

/// Calls `take` for every request of the measured window.
template <class Take>
void play(Assembly& assembly, std::optional<SimTime> horizon, Take take) {
    RequestSource& source = *assembly.source;
    Arrival arrival;
    while (const std::optional<SimTime> next = source.next_time()) {
        if (horizon && *next >= *horizon)
            return;
        source.pop(arrival);
        if (arrival.at >= SimTime{})
            take(arrival);
    }
}

/// The least of the attempts that a client may make: each has draws of its own.
LeastService least_service(const BoundPool& pool, ServiceRequest request, std::uint32_t attempts) {
    std::optional<LeastService> least;
    for (request.attempt = 0; request.attempt < attempts; ++request.attempt) {
        const std::optional<LeastService> one = pool.spec->service->least(request, pool.spec->concurrency);
        if (!one) {
            throw InputError(pool.node.where() + ".service",
                             "no least time of a request is known of this model: there is no bound",
                             "all but \"multiplexed\" have one");
        }
        if (!least)
            least = one;
        least->first_token = std::min(least->first_token, one->first_token);
        least->last_token = std::min(least->last_token, one->last_token);
        if (least->longest_rest && one->longest_rest)
            least->longest_rest = std::max(*least->longest_rest, *one->longest_rest);
        least->worker_seconds = std::min(least->worker_seconds, one->worker_seconds);
    }
    least->worker_seconds /= pool.cost.workers;
    return *least;
}

float longest_rest(const LeastService& least) {
    return least.longest_rest ? high(to_seconds(*least.longest_rest))
                              : std::numeric_limits<float>::infinity();
}

/// What a request takes in each pool.
class ServiceReader {
public:
    ServiceReader(const Scenario& scenario, const std::vector<BoundPool>& pools, Offered& offered)
        : scenario_(scenario), pools_(pools), offered_(offered) {
        const auto workers = std::count_if(pools.begin(), pools.end(), [](const BoundPool& pool) {
            return pool.sort == PoolSort::kWorkers;
        });
        offered.work_ratios.assign(static_cast<std::size_t>(workers),
                                   std::numeric_limits<double>::infinity());
        offered.duration_ratios = offered.work_ratios;
        if (workers > 0)
            offered.work_ratios[0] = offered.duration_ratios[0] = 1;
    }

    void take(const Arrival& arrival) {
        constexpr float kInfinite = std::numeric_limits<float>::infinity();
        OfferedRequest& request = offered_.requests.emplace_back();
        request = {arrival.at, arrival.class_id, kInfinite, kInfinite, 0, 0, 0, 0, 0, kInfinite};
        request.paced_tokens = high(std::max(1.0, static_cast<double>(arrival.output_tokens)) - 1);
        std::optional<LeastService> first;
        std::size_t worker_pool = 0;
        for (const BoundPool& pool : pools_) {
            const LeastService least = least_service(pool, told(arrival), attempts(arrival));
            request.first_token = std::min(request.first_token, low(to_seconds(least.first_token)));
            request.last_token = std::min(request.last_token, low(to_seconds(least.last_token)));
            request.rest = std::max(request.rest, longest_rest(least));
            if (pool.spec->path)
                request.way_in = std::max(request.way_in,
                                          high(to_seconds(pool.spec->path->gateway_in(arrival.origin, 0))));
            if (pool.sort == PoolSort::kApi) {
                const double cost = api_cost(*pool.purchase.contract.tokens, pool.purchase.contract.month,
                                             arrival.input_tokens, arrival.output_tokens);
                request.api_cost = std::min(request.api_cost, low(cost));
                continue;
            }
            if (!first) {
                first = least;
                request.duration = low(to_seconds(least.last_token));
                request.work = low(least.worker_seconds);
            } else {
                compare(*first, least, worker_pool);
            }
            ++worker_pool;
        }
    }

private:
    static ServiceRequest told(const Arrival& arrival) {
        ServiceRequest request;
        request.origin = arrival.origin;
        request.class_id = arrival.class_id;
        request.input_tokens = arrival.input_tokens;
        request.output_tokens = arrival.output_tokens;
        request.max_tokens = arrival.max_tokens;
        request.measured = arrival.service;
        request.prefix_blocks = arrival.prefix_blocks;
        return request;
    }
    std::uint32_t attempts(const Arrival& arrival) const {
        return scenario_.classes[arrival.class_id.value].spec.retry.attempts;
    }
    void compare(const LeastService& first, const LeastService& other, std::size_t pool) {
        // A part in 10^12 for what the divisions round.
        constexpr double kLess = 1 - 1e-12;
        double& work = offered_.work_ratios[pool];
        if (first.worker_seconds > 0)
            work = std::min(work, kLess * other.worker_seconds / first.worker_seconds);
        double& duration = offered_.duration_ratios[pool];
        if (first.last_token > Duration::zero())
            duration =
                std::min(duration, kLess * to_seconds(other.last_token) / to_seconds(first.last_token));
    }

    const Scenario& scenario_;
    const std::vector<BoundPool>& pools_;
    Offered& offered_;
};

}  // namespace

PlayedTraffic play_traffic(const Scenario& scenario, Assembly& assembly) {
    if (assembly.source->reacts()) {
        throw InputError(member_place(scenario.where, "traffic"),
                         "has clients that wait for answers: another policy would have had other requests",
                         "a bound needs traffic that is the same under every policy, such as a trace");
    }
    PlayedTraffic facts;
    facts.by_class.resize(scenario.classes.size());
    SimTime last{};
    constexpr std::uint64_t kBasis = 14695981039346656037U;
    facts.digest = kBasis;
    play(assembly, assembly.fleet.horizon, [&](const Arrival& arrival) {
        ++facts.by_class[arrival.class_id.value];
        last = arrival.at;
        for (const auto value : {static_cast<std::uint64_t>(arrival.at.time_since_epoch().count()),
                                 arrival.origin, std::uint64_t{arrival.class_id.value},
                                 std::uint64_t{arrival.input_tokens}, std::uint64_t{arrival.output_tokens}})
            facts.digest = mix(facts.digest, value);
    });
    const SimTime after = std::chrono::floor<std::chrono::seconds>(last) + std::chrono::seconds{1};
    facts.horizon = assembly.fleet.horizon.value_or(after);
    facts.digest = mix(facts.digest, static_cast<std::uint64_t>(facts.horizon.time_since_epoch().count()));
    return facts;
}

Offered read_offered(const Scenario& scenario, Assembly& assembly, const std::vector<BoundPool>& pools,
                     SimTime horizon) {
    Offered offered;
    ServiceReader reader(scenario, pools, offered);
    play(assembly, horizon, [&](const Arrival& arrival) { reader.take(arrival); });
    for (std::vector<double>* ratios : {&offered.work_ratios, &offered.duration_ratios}) {
        for (double& ratio : *ratios) ratio = std::isfinite(ratio) ? ratio : 0;
    }
    return offered;
}

}  // namespace spillway
