#include <algorithm>

#include "policies/entries.hpp"
#include "policies/route/worker_tokens.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

class LeastTokens final : public WorkerRoute {
public:
    WorkerId pick(const RequestView& request, WorkerChoices& choices, RandomStream&) override {
        return fewest_tokens(ask_engines(choices, request)).worker;
    }
    bool asks_engines() const override { return true; }
};

std::unique_ptr<WorkerRoute> read_least_tokens(ParamReader&, const PolicyContext&) {
    return std::make_unique<LeastTokens>();
}

}  // namespace

std::vector<WorkerTokens> ask_engines(const WorkerChoices& choices, const RequestView& request) {
    std::vector<WorkerTokens> workers;
    workers.reserve(static_cast<std::size_t>(choices.count()));
    for (int n = 0; n < choices.count(); ++n) {
        const WorkerId worker = choices.nth(n);
        const std::optional<EngineView> engine = choices.engine(worker, request);
        SPILLWAY_CHECK(engine.has_value(), "a route asks for the tokens of a service that has none");
        workers.push_back({worker, choices.load(worker), *engine});
    }
    return workers;
}

const WorkerTokens& fewest_tokens(const std::vector<WorkerTokens>& workers) {
    return *std::min_element(workers.begin(), workers.end(),
                             [](const auto& left, const auto& right) { return left.before(right); });
}

WorkerRouteEntry least_tokens_entry() {
    return {
        "least-tokens",
        "The worker whose engine has the fewest tokens: in use by running requests, and waiting in prompts.",
        {},
        read_least_tokens};
}

}  // namespace spillway
