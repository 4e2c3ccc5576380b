#include "models/service/token_rate.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "models/service/slot_model.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kTokenRateParams[] = {
    required_param("prefill_rate", ParamKind::kRate,
                   "prompt tokens of one request processed, as in \"8000/s\""),
    required_param("decode_rate", ParamKind::kRate, "tokens made for one request, as in \"40/s\""),
    default_param("overhead", ParamKind::kDurationLaw, "0s", "before the prefill, once a request"),
    kErrorParam,
};

constexpr double kLongestSeconds = 30.0 * 365 * 24 * 3600;

struct TokenTime {
    double seconds_per_input_token;
    double seconds_per_output_token;
    Distribution overhead;
    StreamKey key;
    std::string where;
    double factor;  // of the model's error, which the seconds a token have in them

    SlotTimes operator()(const ServiceRequest& request) const {
        const double luck =
            overhead.is_constant() ? 0.5 : RandomStream(key, request.origin, request.attempt).uniform();
        const Duration before = scaled(overhead.duration(luck), factor);
        const Duration first = before + tokens_time(request.input_tokens, seconds_per_input_token);
        // The prefill makes the first token.
        const std::uint32_t decoded = request.output_tokens - std::min(request.output_tokens, 1U);
        return {first, first + tokens_time(decoded, seconds_per_output_token)};
    }

    Duration tokens_time(std::uint32_t tokens, double seconds_each) const {
        const double seconds = tokens * seconds_each;
        if (!(seconds < kLongestSeconds)) {
            throw InputError(where, std::to_string(tokens) + " tokens take more than 30 years at this rate",
                             "look for a request of so many tokens in the traffic");
        }
        return from_seconds(seconds);
    }
};

class TokenRateFactory final : public ServiceFactory {
public:
    explicit TokenRateFactory(TokenTime timing) : timing_(std::move(timing)) {}

    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return std::make_unique<SlotModel<TokenTime>>(timing_);
    }
    std::optional<LeastService> least(const ServiceRequest& request, int concurrency) const override {
        return least_of(timing_(request), concurrency);
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        return work.mean_slot_seconds > 0 ? concurrency / work.mean_slot_seconds : 0;
    }

private:
    TokenTime timing_;
};

double seconds_per_token(ParamReader& reader, std::string_view name) {
    const double rate = reader.rate(name);
    if (!(rate > 0))
        throw InputError(reader.where(name), "a token rate must be above 0", R"(as in "40/s")");
    return 1 / rate;
}

}  // namespace

std::span<const ParamSpec> token_rate_service_params() { return kTokenRateParams; }

std::unique_ptr<ServiceFactory> make_token_rate_service(ParamReader& reader, const ModelContext& context) {
    const double error = context.service_error(read_error(reader));
    const double input = error * seconds_per_token(reader, "prefill_rate");
    const double output = error * seconds_per_token(reader, "decode_rate");
    Distribution overhead = parse_distribution(*reader.node("overhead"), LawUnit::kSeconds);
    return std::make_unique<TokenRateFactory>(
        TokenTime{input, output, std::move(overhead), context.stream("service"), reader.where(), error});
}

}  // namespace spillway
