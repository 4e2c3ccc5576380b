#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/plan/objectives.hpp"
#include "app/study/estimate.hpp"
#include "app/study/scenario_file.hpp"
#include "app/study/vary.hpp"

namespace spillway {

/// What is varied on the way to the crossing.
enum class LoadAxis : std::uint8_t {
    kLoad,        ///< the rate of all traffic, times the factor
    kDuty,        ///< the share of the time that has traffic: the window goes on in silence after it
    kBurstiness,  ///< the same requests, those of each period within its first 1/factor
};

struct BreakEvenRules {
    LoadAxis axis = LoadAxis::kLoad;
    double from = 0.125;                        ///< above 0; at least 1 for burstiness
    double to = 8;                              ///< above from; at most 1 for the duty cycle
    Duration every = std::chrono::minutes(10);  ///< the period of burstiness
    std::uint64_t count = 13;                   ///< points between them, in equal ratios
    std::uint64_t replications = 10;
    Vary vary;
};

/// What both ways cost at one load.
struct LoadPoint {
    double load = 0;
    std::vector<Reading> serverless;  ///< USD an hour, by replication
    std::optional<int>
        fixed_workers;  ///< the smallest fixed fleet that seems to hold; empty: none of 4,096 does
    std::vector<Reading> on_demand;    ///< USD an hour, by replication
    std::optional<Standing> standing;  ///< of the objectives, by the serverless fleet; empty: there are none

    /// Serverless less on-demand, replication by replication; empty where one has no price.
    std::optional<Change> difference() const;
};

/// A load at which the cheaper way changes.
struct Crossing {
    double load = 0;
    double low = 0;            ///< the difference's interval holds 0 from here
    double high = 0;           ///< to here
    bool to_on_demand = true;  ///< above it, on-demand is the cheaper
};

/// What the textbook says, and what moves the crossing away from it: USD an hour at the scenario's own load.
struct TextbookLine {
    std::string what;
    double usd_per_hour = 0;
};

struct BreakEven {
    std::string scenario;
    std::string alternative;  ///< what on-demand is
    BreakEvenRules rules;
    std::vector<LoadPoint> points;  ///< by load: the grid, and what was looked at on the way to the crossings
    std::vector<Crossing> crossings;
    std::optional<double> textbook;  ///< the load at which the textbook's two figures are equal, in the range
    std::vector<TextbookLine>
        effects;  ///< from calls x seconds x price to the bill, and from its fleet to ours
};

/// Runs the scenario over loads beside `alternative`, or, without one, beside the smallest fixed fleet of its
/// first pool of workers that meets the objectives, at that GPU's on-demand price; and narrows each crossing
/// down to 2%. Throws InputError for a scenario without a price or, where a fixed fleet is to be found,
/// without objectives.
BreakEven find_break_even(const ScenarioFile& file, const std::optional<ScenarioFile>& alternative,
                          const BreakEvenRules& rules);

/// Months until growth (0.1: by a tenth a month) brings the load from 1 to `load`; empty when it never does.
std::optional<double> months_until(double load, double growth);

std::string break_even_text(const BreakEven& result, const std::optional<double>& growth);
std::string break_even_json(const BreakEven& result, const std::optional<double>& growth);
std::string break_even_csv(const BreakEven& result);

}  // namespace spillway
