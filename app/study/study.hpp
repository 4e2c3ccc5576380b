#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/study/axis.hpp"
#include "app/study/design.hpp"
#include "app/study/metric.hpp"
#include "app/study/replicate.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// A study file, read and checked: many variants of one scenario, and what is kept of each.
struct Study {
    std::string where;  ///< the file, as errors name it
    std::string name;
    ScenarioFile scenario;
    std::vector<Axis> axes;
    std::vector<StudyPoint> points;
    std::vector<Metric> metrics;
    ReplicationRule rule;
    std::shared_ptr<Recordings> recordings;  ///< of all points

    /// What decides every result, as text: the study with its scenario, and what traffic and prices they
    /// name. Two studies of equal text have equal results.
    std::string identity;

    /// The scenario of one point, asked for the metrics. Throws InputError for what cannot be run.
    Scenario at(const StudyPoint& point) const;
};

/// Reads a study and checks all of it that can be checked without a run: every field that an axis names,
/// every value of every axis (built once, with the first values of the others), metrics and constraints.
/// Throws InputError with the place.
Study load_study(const std::filesystem::path& file, const ScenarioFile::Additions& additions = {});

/// The same from a parsed file, whose relative names start at `folder`.
Study read_study(const ConfigNode& node, const std::filesystem::path& folder,
                 const ScenarioFile::Additions& additions = {});

}  // namespace spillway
