#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/study/estimate.hpp"
#include "app/study/result_store.hpp"

namespace spillway {

/// One finished point, as writers show it.
struct SweepRow {
    std::uint64_t id = 0;
    std::string refused;
    std::uint64_t replications = 0;
    bool precise = true;
    std::uint64_t unsettled = 0;
    std::uint64_t saturated = 0;
    double held_share = 0;
    std::vector<Estimate> figures;  ///< by metric; empty when the point was refused
    bool on_front = false;
};

/// Two metrics of a study, by their numbers.
using MetricPair = std::pair<std::size_t, std::size_t>;

/// The finished points of a study and the Pareto front of two of its metrics, of points that ran, settled and
/// have both. A value type: writers only format it.
struct SweepTable {
    StudyLayout layout;
    std::vector<SweepRow> rows;      ///< by their points' numbers
    std::optional<MetricPair> axes;  ///< of the front; empty: there is none
    std::vector<std::size_t> front;  ///< rows, the best in the first metric first

    bool has_intervals() const;
};

/// "cost,p99 total". Throws InputError at `where` for metrics that the study does not keep, or that have no
/// direction.
MetricPair parse_front(const std::string& text, const std::vector<Metric>& metrics, const std::string& where);

/// The front of studies that ask for none: cost against p99 total, where both are kept.
std::optional<MetricPair> default_front(const std::vector<Metric>& metrics);

SweepTable read_table(const ResultStore& store, const std::optional<MetricPair>& front);

/// One row a point. Its bytes depend on the results alone.
std::string sweep_csv(const SweepTable& table);
std::string sweep_json(const SweepTable& table);
/// For people: the answer, the front, and all points where they are few.
std::string sweep_text(const SweepTable& table);

}  // namespace spillway
