#include "app/study/study.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "app/io/text_file.hpp"
#include "app/io/text_list.hpp"
#include "app/scenario/assemble.hpp"
#include "app/study/inputs.hpp"
#include "app/study/study_params.hpp"
#include "app/version.hpp"
#include "calibration/common/host_facts.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::vector<Axis> read_axes(const ConfigNode* list, const std::string& where) {
    std::vector<Axis> axes;
    if (list == nullptr || list->items().empty())
        throw InputError(member_place(where, "axes"), "is missing or empty", "a study varies something");
    for (const ConfigNode& item : list->items()) {
        axes.push_back(Axis::read(item));
        const auto same = std::count_if(axes.begin(), axes.end(),
                                        [&](const Axis& one) { return one.name() == axes.back().name(); });
        if (same > 1)
            throw InputError(item.where(), fmt::format("two axes are called \"{}\"", axes.back().name()),
                             "give one of them a \"name\"");
    }
    return axes;
}

Design read_design(ParamReader& reader, const std::vector<Axis>& axes) {
    Design design;
    design.where = reader.where();
    design.kind = static_cast<DesignKind>(reader.choice("design"));
    design.points = static_cast<std::uint64_t>(reader.optional_integer("points").value_or(0));
    design.seed = static_cast<std::uint64_t>(reader.integer("seed"));
    if (const ConfigNode* list = reader.node("list"))
        design.list.assign(list->items().begin(), list->items().end());
    const bool drawn = design.kind == DesignKind::kRandom || design.kind == DesignKind::kSobol;
    if (design.points > 0 && !drawn)
        throw InputError(reader.where("points"), "goes with the designs random and sobol");
    if (!design.list.empty() && design.kind != DesignKind::kList)
        throw InputError(reader.where("list"), "goes with the design list");
    std::vector<std::string> names;
    names.reserve(axes.size());
    for (const Axis& axis : axes) names.push_back(axis.name());
    if (const ConfigNode* list = reader.node("constraints")) {
        for (const ConfigNode& item : list->items())
            design.constraints.push_back(Constraint::parse(item, names));
    }
    return design;
}

/// The numbers of the metrics that precision is about.
std::vector<std::size_t> watched(const ConfigNode* list, const std::vector<Metric>& metrics) {
    if (list == nullptr)
        return {0};
    std::vector<std::size_t> numbers;
    for (const ConfigNode& item : list->items()) {
        const std::string name = parse_metric(item.as_text(), item.where()).name;
        const auto found =
            std::find_if(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.name == name; });
        if (found == metrics.end())
            throw InputError(item.where(), fmt::format("\"{}\" is not among the study's metrics", name));
        numbers.push_back(static_cast<std::size_t>(found - metrics.begin()));
    }
    return numbers;
}

ReplicationRule read_rule(ParamReader& reader, const std::vector<Metric>& metrics) {
    ReplicationRule rule;
    rule.first = static_cast<std::uint64_t>(reader.integer("replications"));
    rule.most = static_cast<std::uint64_t>(reader.integer("max_replications"));
    rule.precision = reader.optional_ratio("precision");
    rule.watched = watched(reader.node("watched"), metrics);
    const auto vary = reader.optional_text("vary");
    constexpr std::uint64_t kMost = 1'000'000;
    if (rule.first == 0 || rule.first > kMost)
        throw InputError(reader.where("replications"), "is out of range", "from 1 to a million");
    if (rule.most == 0 || rule.most > kMost)
        throw InputError(reader.where("max_replications"), "is out of range", "from 1 to a million");
    if (vary)
        rule.vary = parse_vary(*vary, reader.where("vary"));
    rule.vary.block = reader.optional_duration("block");
    if (rule.vary.block == Duration::zero())
        throw InputError(reader.where("block"), "is 0");
    if (rule.precision && *rule.precision == 0)
        throw InputError(reader.where("precision"), "is 0");
    if (!rule.precision) {
        for (const char* name : {"watched", "max_replications"}) {
            if (reader.has(name))
                throw InputError(reader.where(name), "needs \"precision\"");
        }
        rule.most = rule.first;
        if (rule.first == 1 && !vary)
            rule.vary = {false, false, false, {}};
        return rule;
    }
    rule.first = std::min(std::max<std::uint64_t>(rule.first, kFirstLook), rule.most);
    return rule;
}

/// Whether it may name other inputs: a trace, prices, a profile.
bool names_inputs(const AxisValue& value) {
    return std::any_of(value.changes.begin(), value.changes.end(), [](const FieldChange& change) {
        return change.at.starts_with("traffic") || change.at.starts_with("prices") ||
               change.at.starts_with("gpu_profiles");
    });
}

std::string inputs_text(const Scenario& scenario) {
    const Inputs inputs = inputs_of(scenario);
    return fmt::format("traffic {} prices {} files {}\n", inputs.traffic, inputs.prices, inputs.files);
}

/// The values of an axis, each once.
std::vector<AxisValue> distinct_values(const Study& study, std::size_t axis) {
    if (!study.axes[axis].values().empty())
        return study.axes[axis].values();
    if (study.axes[axis].is_drawable())
        return {study.axes[axis].at(0)};
    std::vector<AxisValue> values;
    std::set<std::string> seen;
    for (const StudyPoint& point : study.points) {
        if (seen.insert(point.values[axis].label).second)
            values.push_back(point.values[axis]);
    }
    return values;
}

/// What is wrong with a value of an axis: told where the study says the value, unless the scenario is wrong
/// by itself.
[[noreturn]] void blame_value(const Study& study, const Axis& axis, const AxisValue& value,
                              const InputError& error) {
    static_cast<void>(assemble(study.scenario.scenario()));
    if (error.where().starts_with(study.where))
        throw error;
    throw InputError(value.where,
                     fmt::format("{} {}: {}: {}", axis.name(), value.label, error.where(), error.problem()),
                     error.hint());
}

/// Builds each value of each axis once, with the first of the others, so that what cannot be run is told
/// before anything runs. Returns what their inputs are, where they name any.
std::string try_values(const Study& study) {
    std::string inputs;
    const std::vector<AxisValue>& first = study.points.front().values;
    for (std::size_t axis = 0; axis < study.axes.size(); ++axis) {
        for (const AxisValue& value : distinct_values(study, axis)) {
            StudyPoint point{0, first};
            point.values[axis] = value;
            try {
                const Scenario scenario = study.at(point);
                static_cast<void>(assemble(scenario));
                if (names_inputs(value))
                    inputs += inputs_text(scenario);
            } catch (const InputError& error) {
                blame_value(study, study.axes[axis], value, error);
            }
        }
    }
    return inputs;
}

}  // namespace

Scenario Study::at(const StudyPoint& point) const {
    Scenario changed = scenario.with(point.changes()).scenario();
    if (rule.vary.traffic) {
        make_repeatable(changed, metrics, where + ": metrics", recordings);
    } else {
        ask_for(metrics, where + ": metrics", changed);
    }
    return changed;
}

Study read_study(const ConfigNode& node, const std::filesystem::path& folder,
                 const ScenarioFile::Additions& additions) {
    ParamReader reader(node, study_tables::kStudy);
    const std::string name = reader.text("name");
    const std::string file = reader.text("scenario");
    require_file(folder / file, file, reader.where("scenario"));
    Study study{node.where(), name, ScenarioFile::load(folder / file, additions), {}, {}, {}, {}, {}, {}};
    study.recordings = std::make_shared<Recordings>();
    study.axes = read_axes(reader.node("axes"), reader.where());
    const ConfigNode* metrics = reader.node("metrics");
    study.metrics =
        metrics == nullptr ? default_metrics() : parse_metrics(text_list(metrics), metrics->where());
    study.rule = read_rule(reader, study.metrics);
    const Design design = read_design(reader, study.axes);
    reader.finish();
    study.points = design_points(design, study.axes);
    const std::string inputs = try_values(study) + inputs_text(study.scenario.scenario());
    study.identity = fmt::format("spillway {} {}\n{}\n{}\n{}", version(), source_revision(), json_text(node),
                                 json_text(study.scenario.node()), inputs);
    return study;
}

Study load_study(const std::filesystem::path& file, const ScenarioFile::Additions& additions) {
    return read_study(read_config_file(file), file.parent_path(), additions);
}

}  // namespace spillway
