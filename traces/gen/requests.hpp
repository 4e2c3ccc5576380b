#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/distribution.hpp"
#include "sim/core/rng.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// Whole numbers of tokens by a law. A value type.
class TokenLaw {
public:
    TokenLaw() = default;
    explicit TokenLaw(Distribution law);

    bool is_constant() const noexcept { return !law_.has_value(); }
    /// The length at probability `u`, to the nearest token.
    std::uint32_t draw(double u) const { return is_constant() ? constant_ : to_tokens(law_->quantile(u)); }

private:
    static std::uint32_t to_tokens(double length) noexcept;

    std::uint32_t constant_ = 0;
    std::optional<Distribution> law_;
};

/// Fills in the requests of one leaf by the parameters that all generators have. What a request gets depends
/// on its id alone, not on when or in which order it is sent.
class RequestMaker {
public:
    /// Reads kGeneratorParams and takes the next leaf number.
    RequestMaker(ParamReader& params, const SourceContext& context);

    std::uint64_t leaf() const noexcept { return leaf_; }
    RunSeed seed() const noexcept { return seed_; }
    SimTime begin() const noexcept { return begin_; }
    /// No arrival at or after it; empty: no limit.
    std::optional<SimTime> end() const noexcept { return end_; }
    const TokenLaw& input() const noexcept { return input_; }
    const TokenLaw& output() const noexcept { return output_; }
    /// At most so many arrivals at or after time 0.
    std::uint64_t count() const noexcept { return count_; }
    /// Throws InputError when neither the parameters nor the run says where the traffic ends.
    void require_end(const ParamReader& params) const;

    /// The sequential stream of this leaf for one use.
    RandomStream stream(std::string_view purpose) const noexcept {
        return {StreamKey(seed_, purpose), leaf_};
    }

    /// The leaf's request `number`, as it arrives at `at`.
    void fill(Arrival& arrival, SimTime at, std::uint64_t number) const {
        give_common(arrival, at, number);
        if (draws_)
            draw(arrival, input_, output_);
    }
    /// The same with other token laws than the leaf's own.
    void fill(Arrival& arrival, SimTime at, std::uint64_t number, const TokenLaw& input,
              const TokenLaw& output) const {
        give_common(arrival, at, number);
        draw(arrival, input, output);
    }

private:
    void give_common(Arrival& arrival, SimTime at, std::uint64_t number) const {
        arrival = common_;
        arrival.at = at;
        arrival.origin = entity_id(leaf_, number);
    }
    void draw(Arrival& arrival, const TokenLaw& input, const TokenLaw& output) const;

    RunSeed seed_;
    std::uint64_t leaf_;
    Arrival common_;  // what all requests have
    SimTime begin_;
    std::optional<SimTime> end_;
    std::uint64_t count_;
    StreamKey token_key_;
    StreamKey service_key_;
    TokenLaw input_;
    TokenLaw output_;
    std::optional<Distribution> service_;
    bool draws_;  // something differs from request to request
};

}  // namespace spillway
