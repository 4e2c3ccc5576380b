#include "models/llm/engine_factory.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/llm/batch_engine.hpp"
#include "models/llm/best_rate.hpp"
#include "models/llm/least_llm.hpp"
#include "models/llm/reference_engine.hpp"

namespace spillway {
namespace {

class Factory final : public ServiceFactory {
public:
    Factory(EngineSetup setup, MeasuredRange measured, std::optional<std::int64_t> model_bytes,
            Stepping stepping)
        : setup_(std::move(setup)),
          measured_(std::move(measured)),
          model_bytes_(model_bytes),
          stepping_(stepping) {}

    std::unique_ptr<ServiceModel> make(TokenObserver* tokens) const override {
        if (stepping_ == Stepping::kEveryIteration)
            return std::make_unique<ReferenceEngine>(setup_, tokens);
        return std::make_unique<BatchEngine>(setup_, tokens);
    }
    std::optional<LeastService> least(const ServiceRequest& request, int concurrency) const override {
        if (!shares_ || shares_for_ != concurrency) {
            shares_ = token_shares(setup_, concurrency);
            shares_for_ = concurrency;
        }
        return least_of_llm(setup_, *shares_, request);
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        if (work.completed == 0)
            return 0;
        const auto each = [&work](std::uint64_t tokens) {
            return static_cast<double>(tokens) / static_cast<double>(work.completed);
        };
        // What was redone after preemptions is the price of a run, not of the mix.
        const ServiceUsage& done = work.engine;
        const std::uint64_t computed =
            done.prefill_tokens - std::min(done.prefill_tokens, done.redone_tokens);
        return spillway::best_rate(
            setup_, {each(computed), each(done.cached_tokens), each(done.output_tokens)}, concurrency);
    }
    bool shows_engines() const override { return true; }
    std::optional<int> own_concurrency() const override {
        return static_cast<int>(setup_.rules.max_sequences);
    }
    std::optional<std::int64_t> model_bytes() const override { return model_bytes_; }
    std::vector<std::string> beyond_measured(const ServiceUsage& usage) const override {
        return spillway::beyond_measured(measured_, usage);
    }

private:
    EngineSetup setup_;
    MeasuredRange measured_;
    std::optional<std::int64_t> model_bytes_;
    Stepping stepping_;
    mutable std::optional<TokenShares> shares_;  // worked out when somebody asks
    mutable int shares_for_ = 0;
};

}  // namespace

std::unique_ptr<ServiceFactory> make_engine_factory(EngineSetup setup, MeasuredRange measured,
                                                    std::optional<std::int64_t> model_bytes,
                                                    Stepping stepping) {
    return std::make_unique<Factory>(std::move(setup), std::move(measured), model_bytes, stepping);
}

}  // namespace spillway
