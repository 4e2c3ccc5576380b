#include <algorithm>

#include "policies/entries.hpp"
#include "policies/scale/platforms/hpa_rules.hpp"
#include "policies/scale/reasons.hpp"

namespace spillway {
namespace {

constexpr auto kKubernetesHpaParams = join(kHpaParams, window_params("15s", "15s", "15s"));

class KubernetesHpa final : public ScalePolicy {
public:
    KubernetesHpa(const HpaSettings& settings, const Wakes& wakes)
        : drain_limit_(settings.drain_limit), wakes_(wakes), rules_(settings) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        // An HPA never scales to zero, and leaves a pool alone that is there.
        ScaleDecision decision = keep_size(view, std::max(view.min_workers, 1));
        decision.victims = VictimOrder::kNewest;
        decision.drain_limit = drain_limit_;
        if (why == Trigger::kTick && view.present() > 0)
            rules_.decide(view, decision);
        return decision;
    }

private:
    std::optional<Duration> drain_limit_;
    Wakes wakes_;
    HpaRules rules_;
};

std::unique_ptr<ScalePolicy> read_kubernetes_hpa(ParamReader& reader, const PolicyContext& context) {
    return std::make_unique<KubernetesHpa>(read_hpa(reader, context.own_pool()), read_window_wakes(reader));
}

}  // namespace

ScalePolicyEntry kubernetes_hpa_entry() {
    return {"kubernetes-hpa", "Kubernetes' horizontal pod autoscaler: in proportion to a metric.",
            kKubernetesHpaParams, read_kubernetes_hpa};
}

}  // namespace spillway
