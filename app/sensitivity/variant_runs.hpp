#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/study/metric.hpp"
#include "app/study/scenario_file.hpp"
#include "app/study/vary.hpp"
#include "traces/combine/recordings.hpp"

namespace spillway {

/// Makes runs of variants of one scenario, over the same window and recordings. Threads may share it.
class VariantRunner {
public:
    /// Throws InputError for a scenario that cannot be run.
    VariantRunner(const ScenarioFile& file, std::vector<Metric> metrics, const Vary& vary);

    const Scenario& base() const noexcept { return base_; }
    const std::vector<Metric>& metrics() const noexcept { return metrics_; }
    /// Throws InputError for changes that cannot be made.
    Scenario variant(std::span<const FieldChange> changes) const;
    /// Why this variant cannot be run; empty when it can.
    std::string refusal(std::span<const FieldChange> changes) const;
    /// The readings of one replication.
    std::vector<Reading> run(const Scenario& variant, std::uint64_t replication) const;

private:
    const ScenarioFile& file_;
    std::vector<Metric> metrics_;
    Vary vary_;
    std::shared_ptr<Recordings> recordings_;
    Scenario base_;
};

}  // namespace spillway
