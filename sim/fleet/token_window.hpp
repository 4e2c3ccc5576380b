#pragma once

#include <optional>
#include <vector>

#include "sim/fleet/token_observer.hpp"

namespace spillway {

/// Passes what the engines of a pool report on to the run's observers, cut to the measured window [0,
/// horizon): a gap belongs to the moment of its later token. Engines may report late, and across both ends of
/// the window. Fleet-internal.
class TokenWindow final : public TokenObserver {
public:
    /// `horizon` is empty until it is known, and lies ahead until then. Both outlive this.
    TokenWindow(PoolId pool, const std::vector<GapObserver*>& observers,
                const std::optional<SimTime>& horizon)
        : pool_(pool), observers_(observers), horizon_(horizon) {}

    void gaps(const TokenGaps& gaps) override;

private:
    void pass_on(const TokenGaps& gaps);

    PoolId pool_;
    const std::vector<GapObserver*>& observers_;
    const std::optional<SimTime>& horizon_;
};

/// Those of `gaps` that end at or after `from` and before `to`; their number may be 0.
TokenGaps ending_between(const TokenGaps& gaps, Ticks from, Ticks to);

}  // namespace spillway
