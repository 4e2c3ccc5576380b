#include "models/llm/least_llm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

constexpr std::uint32_t kTokenStep = 32;  // between two iterations that are looked at
constexpr double kPromptsPerDecode = 5;
constexpr int kWeightSteps = 40;

double seconds_of(Ticks ticks) { return static_cast<double>(ticks) / std::ldexp(1e9, kTickBits); }

/// Iterations by what they hold: their time without attention. Times grow with every part, so one with more
/// prompt tokens than it is counted for only errs to the low side.
class IterationTimes {
public:
    IterationTimes(const StepTime& step, const EngineRules& rules, std::uint32_t sequences)
        : rows_(sequences + 1) {
        for (std::uint32_t decodes = 0; decodes <= sequences; ++decodes) {
            for (std::uint32_t upto = 0;; upto += kTokenStep) {
                // The smallest stands for all of more prompt tokens than `upto` less a step.
                const std::uint32_t prompt = upto == 0 ? 0 : upto - kTokenStep + 1;
                if (decodes + prompt > rules.max_batched_tokens)
                    break;
                const StepShape shape{decodes, 0, prompt, 0, decodes};
                const bool empty = decodes == 0 && prompt == 0;
                rows_[decodes].push_back(empty ? 0 : seconds_of(step.of(shape)));
            }
        }
    }

    /// The largest weight of a prompt token alone.
    double most_for_prompts() const {
        double most = std::numeric_limits<double>::infinity();
        for (std::size_t k = 1; k < rows_[0].size(); ++k) most = std::min(most, rows_[0][k] / tokens(k));
        return std::isfinite(most) ? most : 0;
    }
    /// The largest weight of a decode beside prompt tokens of that weight.
    double most_for_decodes(double prompt) const {
        double most = std::numeric_limits<double>::infinity();
        for (std::size_t decodes = 1; decodes < rows_.size(); ++decodes) {
            for (std::size_t k = 0; k < rows_[decodes].size(); ++k) {
                const double left = rows_[decodes][k] - prompt * tokens(k);
                most = std::min(most, left / static_cast<double>(decodes));
            }
        }
        return std::isfinite(most) ? most : 0;
    }

private:
    static double tokens(std::size_t k) { return static_cast<double>(k * kTokenStep); }
    std::vector<std::vector<double>> rows_;  // by decodes
};

/// Tokens of the prompt that no cache can hold.
std::uint32_t least_computed(const EngineRules& rules, const ServiceRequest& request, std::uint32_t prompt) {
    if (!rules.prefix_cache)
        return prompt;
    if (!request.prefix_blocks.empty())
        return 1;
    const auto shared = static_cast<std::uint32_t>(std::ceil(rules.shared_prefix * prompt));
    return std::max(1U, prompt - std::min(prompt, shared));
}

}  // namespace

TokenShares token_shares(const EngineSetup& setup, int concurrency) {
    const StepTime step = setup.step.without_host();
    const std::uint32_t sequences =
        std::min(setup.rules.max_sequences, static_cast<std::uint32_t>(concurrency));
    const IterationTimes times(step, setup.rules, sequences);
    // What the weights are worth is concave in the one of prompts.
    double low = 0;
    double high = times.most_for_prompts();
    const auto worth = [&](double prompt) {
        return times.most_for_decodes(prompt) + kPromptsPerDecode * prompt;
    };
    for (int i = 0; i < kWeightSteps; ++i) {
        const double left = low + (high - low) / 3;
        const double right = high - (high - low) / 3;
        (worth(left) < worth(right) ? low : high) = worth(left) < worth(right) ? left : right;
    }
    TokenShares shares;
    shares.prompt = low;
    shares.decode = std::max(0.0, times.most_for_decodes(low));
    // Attention is the largest of lines: it is steeper the more it reads, and each decode reads a token at
    // least.
    shares.kv_token = std::numeric_limits<double>::infinity();
    for (std::uint32_t decodes = 1; decodes <= sequences; ++decodes) {
        const Ticks rise = step.of({decodes, decodes, 0, 0, decodes}) - step.of({decodes, 0, 0, 0, decodes});
        shares.kv_token = std::min(shares.kv_token, seconds_of(rise) / decodes);
    }
    constexpr double kLess = 1 - 1e-9;
    return {shares.decode * kLess, shares.prompt * kLess, std::max(0.0, shares.kv_token * kLess)};
}

LeastService least_of_llm(const EngineSetup& setup, const TokenShares& shares,
                          const ServiceRequest& request) {
    const EngineRules& rules = setup.rules;
    const std::uint32_t prompt = std::max(request.input_tokens, 1U);
    const std::uint32_t computed = least_computed(rules, request, prompt);
    std::uint32_t made = std::max(request.output_tokens, 1U);
    const std::uint32_t asked = request.max_tokens != 0 ? request.max_tokens : rules.default_max_tokens;
    const std::uint32_t room = rules.max_context > prompt ? rules.max_context - prompt : 1;
    made = std::max(1U, std::min(made, asked != 0 ? std::min(asked, room) : room));
    const double decodes = made - 1;

    LeastService least;
    const std::uint32_t chunk = std::min(computed, rules.max_batched_tokens);
    least.first_token = floor_duration(setup.step.of({0, 0, chunk, 0, 0}));
    const Ticks decode = setup.step.of({1, prompt, 0, 0, 1});
    least.last_token = least.first_token + floor_duration(decode * Ticks{made - 1});
    least.longest_rest = std::nullopt;
    const double read = decodes * prompt + decodes * (decodes + 1) / 2;
    least.worker_seconds = decodes * shares.decode + computed * shares.prompt + read * shares.kv_token;
    least.worker_seconds += seconds_of(setup.step.prefill_attention(prompt - computed, computed));
    return least;
}

}  // namespace spillway
