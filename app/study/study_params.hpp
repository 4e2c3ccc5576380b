#pragma once

#include <array>

#include "sim/core/config.hpp"

namespace spillway::study_tables {

// What a study file may say; the reader, its errors and `spillway schema study` are made of it.

inline constexpr std::array kVariant{
    required_param("name", ParamKind::kText, "What results call it."),
    required_param("set", ParamKind::kObject,
                   "Fields of the scenario and their values: {\"pools[chat].policy\": {...}}."),
};

inline constexpr std::array kAxis{
    optional_param("name", ParamKind::kText,
                   "What results and constraints call it; without it, the last name of \"at\"."),
    optional_param("at", ParamKind::kText, "The field of the scenario: \"pools[chat].policy.idle_timeout\"."),
    optional_param("values", ParamKind::kList, "What it takes, one after the other."),
    optional_param("from", ParamKind::kQuantity, "First value of a range, a number or text with a unit."),
    optional_param("to", ParamKind::kQuantity, "Last value of the range, in the same unit."),
    optional_param("step", ParamKind::kQuantity, "From one value of a grid to the next, in the same unit."),
    optional_param("count", ParamKind::kCount, "Values of a grid from first to last, in place of a step."),
    choice_param("spacing", "linear|log", "linear", "How values lie in the range."),
    list_param("variants", kVariant, "Changes of several fields, each with a name, in place of \"at\"."),
};

inline constexpr std::array kStudy{
    default_param("name", ParamKind::kText, "unnamed", "What the study is about, in a few words."),
    required_param("scenario", ParamKind::kText, "The scenario file; its name starts at the study's folder."),
    list_param("axes", kAxis, "What varies from point to point."),
    choice_param("design", "grid|list|random|sobol", "grid",
                 "grid: each value of an axis with each of the others; list: the points below; random: "
                 "independent draws; sobol: a low-discrepancy sequence."),
    optional_param("list", ParamKind::kList, "The points of the design list: {axis: value, ...}."),
    optional_param("points", ParamKind::kCount, "How many points the designs random and sobol have."),
    default_param("seed", ParamKind::kCount, "1", "Of the design random."),
    optional_param("constraints", ParamKind::kList,
                   "What a point must meet: \"spare + floor <= 8\", \"fleet != zero\"."),
    optional_param("metrics", ParamKind::kList, "What is kept of each run; `spillway list metrics`."),
    default_param("replications", ParamKind::kCount, "1",
                  "Runs of each point. One is the scenario's own draw, without intervals."),
    optional_param("precision", ParamKind::kRatio,
                   "Further runs until the 95% half-width of each watched metric is this share of its mean."),
    optional_param("watched", ParamKind::kList, "Metrics that precision is about; without it, the first."),
    default_param("max_replications", ParamKind::kCount, "200", "Where precision stops in any case."),
    optional_param("vary", ParamKind::kText,
                   "What replications draw anew: \"luck,traffic,model\", or some of them."),
    optional_param(
        "block", ParamKind::kDuration,
        "Recorded traffic is drawn in blocks of that length; without it, of an hour, or a 20th of a "
        "trace below 20 hours."),
};

}  // namespace spillway::study_tables
