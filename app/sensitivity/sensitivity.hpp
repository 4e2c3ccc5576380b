#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/sensitivity/field_range.hpp"
#include "app/sensitivity/morris.hpp"
#include "app/sensitivity/variant_runs.hpp"
#include "app/study/estimate.hpp"

namespace spillway {

/// What `spillway sensitivity` is asked.
struct SensitivityQuestion {
    std::vector<FieldRange> fields;  ///< empty: default_fields()
    std::vector<Metric> metrics;
    Vary vary;
    std::uint64_t replications = 10;
    std::uint64_t trajectories = 0;  ///< of the screening; 0: none
    std::uint32_t levels = 4;
};

/// One field moved alone, the others where the scenario has them; one metric.
struct FieldSwing {
    std::size_t field = 0;
    Estimate low;
    Estimate high;
    std::optional<Change> swing;  ///< at high less at low, by pairs of equal draws
    double reach = 0;             ///< the widest apart that two of low, base and high are, in means
};

/// What one metric depends on.
struct MetricSensitivity {
    Metric metric;
    Estimate base;
    std::vector<FieldSwing> swings;       ///< the widest first
    std::vector<MorrisEffect> screening;  ///< by field; empty: none was asked for
};

/// A field by default that was passed over, and why.
struct FieldPassedOver {
    std::string path;
    std::string why;
};

/// Everything that the outputs of `spillway sensitivity` say.
struct SensitivityReport {
    std::string scenario;
    std::vector<FieldRange> fields;
    std::vector<std::string> base_values;  ///< by field; empty: the scenario leaves it to its default
    bool by_default = false;               ///< the fields were not named
    std::vector<FieldPassedOver> passed_over;
    Vary vary;
    std::vector<std::string> draws;  ///< what is drawn from, in words
    std::uint64_t replications = 0;
    std::uint64_t trajectories = 0;
    std::uint32_t levels = 0;
    std::vector<MetricSensitivity> metrics;
};

/// Runs all of it, spread over threads; the same for any number of them. Throws InputError.
SensitivityReport measure_sensitivity(const ScenarioFile& file, const SensitivityQuestion& question);

std::string sensitivity_text(const SensitivityReport& report);
std::string sensitivity_json(const SensitivityReport& report);
/// One row a metric and field.
std::string sensitivity_csv(const SensitivityReport& report);

}  // namespace spillway
