#pragma once

#include <algorithm>
#include <optional>

#include "sim/core/time.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// A token bucket that holds one minute's allowance and starts full.
class TokenBucket {
public:
    explicit TokenBucket(std::optional<double> per_minute)
        : per_minute_(per_minute), level_(per_minute.value_or(0)) {}

    bool has(double amount, SimTime now) noexcept {
        if (!per_minute_)
            return true;
        if (filled_)
            level_ = std::min(*per_minute_, level_ + to_seconds(now - *filled_) / 60 * *per_minute_);
        filled_ = now;
        return level_ >= amount;
    }
    void take(double amount) noexcept {
        if (per_minute_)
            level_ -= amount;
    }

private:
    std::optional<double> per_minute_;
    double level_;
    std::optional<SimTime> filled_;
};

/// What a pool lets in: requests and tokens a minute, requests in a window of the clock, requests at once.
class RateLimit {
public:
    explicit RateLimit(const RateLimitSpec& spec)
        : limited_(spec.requests_per_minute || spec.tokens_per_minute || spec.per_window || spec.concurrent),
          spec_(spec),
          requests_(spec.requests_per_minute),
          tokens_(spec.tokens_per_minute) {}

    bool limited() const noexcept { return limited_; }

    /// What a pool has when a request comes.
    struct Load {
        int workers = 0;  ///< ready
        int open = 0;     ///< requests that wait or run
    };
    /// Lets a request of so many tokens in and counts it, or refuses it and counts nothing.
    [[nodiscard]] bool admit(double tokens, SimTime now) noexcept { return admit(tokens, now, Load{}); }
    [[nodiscard]] bool admit(double tokens, SimTime now, const Load& load) noexcept {
        if (!limited_)
            return true;
        if (spec_.concurrent && load.open >= limit_of(*spec_.concurrent, load))
            return false;
        const std::int64_t window = slot_number(now, spec_.window);
        if (spec_.per_window && window == window_ && in_window_ >= limit_of(*spec_.per_window, load))
            return false;
        if (!requests_.has(1, now) || !tokens_.has(tokens, now))
            return false;
        in_window_ = (window == window_ ? in_window_ : 0) + 1;
        window_ = window;
        requests_.take(1);
        tokens_.take(tokens);
        return true;
    }

private:
    static double limit_of(const ScaledLimit& limit, const Load& load) noexcept {
        return std::max(limit.base, limit.per_worker * load.workers);
    }

    bool limited_;
    RateLimitSpec spec_;
    TokenBucket requests_;
    TokenBucket tokens_;
    std::int64_t window_ = 0;
    double in_window_ = 0;
};

}  // namespace spillway
