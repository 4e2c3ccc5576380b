#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "sim/fleet/observer.hpp"

namespace spillway {

/// Writes one line a scaling decision that changed something or met a limit: when, which pool, from how many
/// to how many, and the rule that fired with the figure it saw and its threshold. Decisions before time 0 say
/// that they are the warm-up's.
class ExplainWriter final : public DecisionObserver {
public:
    /// `out` outlives the writer; pool names by PoolId.
    ExplainWriter(std::ostream& out, std::vector<std::string> pools) : out_(out), pools_(std::move(pools)) {}
    void decided(const DecisionRecord& decision) override;

private:
    std::ostream& out_;
    std::vector<std::string> pools_;
};

}  // namespace spillway
