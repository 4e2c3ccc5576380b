#include "policies/scale/platforms/kpa_formula.hpp"

#include <algorithm>
#include <cmath>

#include "policies/scale/demand.hpp"

namespace spillway {
namespace {

int whole(double pods) { return static_cast<int>(std::fmin(pods, 1e9)); }

}  // namespace

void KpaFormula::begin(int ready, SimTime now) {
    if (ready <= 1)
        return;
    panic_since_ = now;
    max_panic_pods_ = ready;
}

KpaScale KpaFormula::scale(const KpaInput& input) {
    const double ready = std::max(1, input.ready);
    const int most = whole(std::ceil(settings_.max_scale_up_rate * ready));
    const int least = whole(std::floor(ready / settings_.max_scale_down_rate));
    const int for_stable = workers_for(input.stable, settings_.target);
    const int for_panic = workers_for(input.panic, settings_.target);

    KpaScale scale{};
    scale.stable_pods = std::min(std::max(for_stable, least), most);
    scale.panic_pods = std::min(std::max(for_panic, least), most);
    if (settings_.activation_scale > 1) {
        if (for_stable > 0)
            scale.stable_pods = std::max(scale.stable_pods, settings_.activation_scale);
        if (for_panic > 0)
            scale.panic_pods = std::max(scale.panic_pods, settings_.activation_scale);
    }

    if (for_panic / ready >= settings_.panic_threshold) {
        panic_since_ = input.now;
    } else if (panic_since_ && *panic_since_ + settings_.stable_window < input.now) {
        panic_since_.reset();
        max_panic_pods_ = 0;
    }

    scale.desired = scale.stable_pods;
    scale.panicking = panic_since_.has_value();
    if (scale.panicking) {
        max_panic_pods_ = std::max({max_panic_pods_, scale.stable_pods, scale.panic_pods});
        scale.desired = max_panic_pods_;
    }
    if (settings_.scale_down_delay > Duration::zero()) {
        delayed_.note(input.now, scale.desired, input.now - settings_.scale_down_delay + Duration{1});
        scale.desired = delayed_.max();
    }
    return scale;
}

}  // namespace spillway
