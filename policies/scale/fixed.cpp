#include "policies/scale/fixed.hpp"

#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"

namespace spillway {
namespace {

constexpr std::array kFixedParams{required_param("workers", ParamKind::kCount, "how many, always")};

class Fixed final : public ScalePolicy {
public:
    explicit Fixed(int workers) : workers_(workers) {}

    Wakes wakes() const override {
        Wakes wakes;
        wakes.live = true;  // it reads no metrics: none need to be sampled
        return wakes;
    }

    ScaleDecision decide(const PoolView& view, Trigger) override {
        ScaleDecision decision;
        decision.target = workers_;
        decision.victims = VictimOrder::kIdleThenBusy;
        decision.idle_reason = IdleReason::kHeadroom;
        decision.rule = "fixed number of workers";
        decision.observed = view.present();
        decision.threshold = workers_;
        return decision;
    }

private:
    int workers_;
};

std::unique_ptr<ScalePolicy> read_fixed(ParamReader& reader, const PolicyContext& context) {
    return make_fixed(read_workers(reader, "workers", context.own_pool()));
}

}  // namespace

std::unique_ptr<ScalePolicy> make_fixed(int workers) { return std::make_unique<Fixed>(workers); }

ScalePolicyEntry fixed_entry() {
    return {"fixed", "A constant number of workers, always on.", kFixedParams, read_fixed};
}

}  // namespace spillway
