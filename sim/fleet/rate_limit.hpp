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

/// Requests and tokens a minute that a pool lets in.
class RateLimit {
public:
    explicit RateLimit(const RateLimitSpec& spec)
        : limited_(spec.requests_per_minute || spec.tokens_per_minute),
          requests_(spec.requests_per_minute),
          tokens_(spec.tokens_per_minute) {}

    /// Lets a request of so many tokens in and counts it, or refuses it and counts nothing.
    [[nodiscard]] bool admit(double tokens, SimTime now) noexcept {
        if (!limited_)
            return true;
        if (!requests_.has(1, now) || !tokens_.has(tokens, now))
            return false;
        requests_.take(1);
        tokens_.take(tokens);
        return true;
    }

private:
    bool limited_;
    TokenBucket requests_;
    TokenBucket tokens_;
};

}  // namespace spillway
