#include "app/sensitivity/variant_runs.hpp"

#include <utility>

#include "app/scenario/assemble.hpp"
#include "app/study/replicate.hpp"
#include "sim/core/error.hpp"

namespace spillway {

VariantRunner::VariantRunner(const ScenarioFile& file, std::vector<Metric> metrics, const Vary& vary)
    : file_(file),
      metrics_(std::move(metrics)),
      vary_(vary),
      recordings_(std::make_shared<Recordings>()),
      base_(file.scenario()) {
    make_repeatable(base_, metrics_, "--metric", recordings_);
}

Scenario VariantRunner::variant(std::span<const FieldChange> changes) const {
    Scenario one = file_.with(changes).scenario();
    // A window that follows the traffic's end must not follow the variant's own.
    if (!one.horizon)
        one.horizon = base_.horizon;
    make_repeatable(one, metrics_, "--metric", recordings_);
    return one;
}

std::string VariantRunner::refusal(std::span<const FieldChange> changes) const {
    try {
        Scenario one = variant(changes);
        one.draws = draws_of(one.draws, vary_, 0);
        static_cast<void>(assemble(one));
        return {};
    } catch (const InputError& error) {
        return error.problem();
    }
}

std::vector<Reading> VariantRunner::run(const Scenario& variant, std::uint64_t replication) const {
    return run_replication(variant, metrics_, vary_, replication).readings;
}

}  // namespace spillway
