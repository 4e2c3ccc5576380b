#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/route/worker_tokens.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kPrefixAffinityParams{
    default_param("min_share", ParamKind::kRatio, "30%",
                  "of the prompt that a worker must have cached to be preferred for it"),
    default_param("overload_requests", ParamKind::kCount, "64",
                  "a worker is overloaded with more requests than these above the least loaded one ..."),
    default_param("overload_factor", ParamKind::kNumber, "1.5",
                  "... if it also has more than so many times as many"),
};

class PrefixAffinity final : public WorkerRoute {
public:
    PrefixAffinity(double min_share, int overload_requests, double overload_factor)
        : min_share_(min_share), requests_(overload_requests), factor_(overload_factor) {}

    WorkerId pick(const RequestView& request, WorkerChoices& choices, RandomStream&) override {
        const std::vector<WorkerTokens> workers = ask_engines(choices, request);
        const WorkerTokens& warmest = *std::min_element(
            workers.begin(), workers.end(), [](const WorkerTokens& left, const WorkerTokens& right) {
                if (left.engine.prefix_tokens != right.engine.prefix_tokens)
                    return left.engine.prefix_tokens > right.engine.prefix_tokens;
                return left.before(right);
            });
        const auto cached = static_cast<double>(warmest.engine.prefix_tokens);
        const bool worth = cached > 0 && cached >= min_share_ * request.input_tokens;
        return worth && !is_overloaded(warmest, workers) ? warmest.worker : fewest_tokens(workers).worker;
    }
    bool asks_engines() const override { return true; }

private:
    bool is_overloaded(const WorkerTokens& worker, const std::vector<WorkerTokens>& workers) const {
        int least = worker.load;
        for (const WorkerTokens& other : workers) least = std::min(least, other.load);
        return worker.load - least > requests_ && worker.load > factor_ * least;
    }

    double min_share_;
    int requests_;
    double factor_;
};

std::unique_ptr<WorkerRoute> read_prefix_affinity(ParamReader& reader, const PolicyContext&) {
    const double share = reader.ratio("min_share");
    const int requests = read_count(reader, "overload_requests");
    const double factor = reader.number("overload_factor");
    if (factor < 1) {
        throw InputError(reader.where("overload_factor"), "must be 1 or more",
                         "a worker with as many requests as the least loaded one is not overloaded");
    }
    return std::make_unique<PrefixAffinity>(share, requests, factor);
}

}  // namespace

WorkerRouteEntry prefix_affinity_entry() {
    return {"prefix-affinity",
            "The worker that has cached most of the prompt, unless it is overloaded; else as least-tokens.",
            kPrefixAffinityParams, read_prefix_affinity};
}

}  // namespace spillway
