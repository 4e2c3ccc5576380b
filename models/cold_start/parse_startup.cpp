#include "models/cold_start/parse_startup.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cold_start/phase_graph.hpp"
#include "models/cold_start/phase_model.hpp"
#include "models/cold_start/phase_time.hpp"
#include "models/learned/learned_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

// In the order of StartPhase.
constexpr std::string_view kPhaseWords = "acquire|pull|container|runtime|weights|graphs|warm-up";

constexpr ParamSpec kPhaseParams[] = {
    {"phase", ParamKind::kChoice, Presence::kRequired, {}, "what the start does in it", kPhaseWords},
    optional_param("name", ParamKind::kText, "names it for \"after\"; default: the word of \"phase\""),
    optional_param(
        "after", ParamKind::kList,
        "names of the phases that must have ended; default: the phase written before it; []: none"),
    optional_param("time", ParamKind::kDurationLaw, "how long it takes"),
    optional_param("bytes", ParamKind::kBytes,
                   "what it moves, in place of a time; of weights, default: the served model's own"),
    optional_param("bandwidth", ParamKind::kByteRate, "at which the bytes move"),
    optional_param("latency", ParamKind::kDuration, "before the first byte"),
    optional_param(
        "measured", ParamKind::kText,
        "in place of both: a time of the GPU's own profile, as \"load cold direct x4\"; it moves bytes, "
        "or makes as many nodes as \"count\" says"),
    optional_param("count", ParamKind::kCount, "nodes of CUDA graphs that a measured time makes"),
    optional_param("noise", ParamKind::kNumberLaw, "multiplies bytes / bandwidth; its mean must be 1"),
};

constexpr ParamSpec kFailureParams[] = {
    required_param("probability", ParamKind::kRatio, "share of starts that never become ready"),
    optional_param("after", ParamKind::kDurationLaw,
                   "from the start's begin to its failure; default: when it would have been ready"),
};

constexpr ParamSpec kStartupParams[] = {
    list_param("phases", kPhaseParams, "what a start goes through"),
    optional_param("learned", ParamKind::kText,
                   "in place of phases: those that `spillway learn` wrote to this file"),
    object_param("failure", kFailureParams, "starts that fail"),
};

std::vector<std::string> names_in(const ConfigNode& list) {
    std::vector<std::string> names;
    for (const ConfigNode& item : list.items()) names.push_back(item.as_text());
    return names;
}

/// The profile of the run's own for the pool's GPU: the catalogue's have no starts. Null: there is none.
const GpuProfile* start_profile(const ModelContext& context, const std::string& where) {
    const bool own =
        context.profiles != nullptr && context.gpu && context.profiles->own(*context.gpu) != nullptr;
    return own ? &context.profiles->find(*context.gpu, where) : nullptr;
}

PhaseSpec parse_phase(const ConfigNode& node, const std::vector<PhaseSpec>& written,
                      const ModelContext& context) {
    ParamReader reader(node, kPhaseParams);
    const auto kind = static_cast<StartPhase>(reader.choice("phase"));
    std::string name = reader.optional_text("name").value_or(node.find("phase")->as_text());
    std::vector<std::string> after;
    if (const ConfigNode* list = reader.node("after")) {
        after = names_in(*list);
    } else if (!written.empty()) {
        after.push_back(written.back().name);
    }
    // Only the weights are the model.
    const PhaseGround ground{kind == StartPhase::kWeights ? context.model_bytes : std::nullopt,
                             reader.has("measured") ? start_profile(context, node.where()) : nullptr};
    PhaseTime time = parse_phase_time(reader, ground);
    reader.finish();
    return {std::move(name), kind, std::move(time), std::move(after), node.where()};
}

PhaseGraph parse_phases(const ConfigNode& list, const ModelContext& context) {
    std::vector<PhaseSpec> phases;
    for (const ConfigNode& item : list.items()) phases.push_back(parse_phase(item, phases, context));
    return {phases, list.where()};
}

PhaseGraph learned_phases(const std::string& name, const std::string& where, const ModelContext& context) {
    const LearnedFile file = read_learned_file(context.folder, name, where);
    if (!file.startup) {
        throw InputError(where,
                         name + " has no start-up" + (file.no_startup.empty() ? "" : ": " + file.no_startup),
                         "write its phases here, as you know or guess them");
    }
    return parse_phases(*file.startup, context);
}

PhaseGraph graph_of(ParamReader& reader, const ModelContext& context) {
    const std::optional<std::string> learned = reader.optional_text("learned");
    const ConfigNode* phases = reader.node("phases");
    if (learned.has_value() == (phases != nullptr)) {
        throw InputError(reader.where(),
                         learned ? "has both \"phases\" and \"learned\"" : "\"phases\" is missing",
                         learned ? "one of the two" : R"(or "learned": a file that `spillway learn` wrote)");
    }
    return learned ? learned_phases(*learned, reader.where("learned"), context)
                   : parse_phases(*phases, context);
}

StartFailure parse_failure(const ConfigNode& node) {
    ParamReader reader(node, kFailureParams);
    StartFailure failure;
    failure.probability = reader.ratio("probability");
    if (const ConfigNode* after = reader.node("after"))
        failure.after = parse_distribution(*after, LawUnit::kSeconds);
    reader.finish();
    return failure;
}

}  // namespace

std::span<const ParamSpec> startup_params() { return kStartupParams; }

std::unique_ptr<StartupModel> make_startup(const ConfigNode& node, const ModelContext& context) {
    if (node.kind() == ConfigNode::Kind::kList) {
        return std::make_unique<PhaseModel>(parse_phases(node, context), StartFailure{}, context);
    }
    ParamReader reader(node, kStartupParams);
    PhaseGraph graph = graph_of(reader, context);
    const ConfigNode* failure = reader.node("failure");
    reader.finish();
    return std::make_unique<PhaseModel>(
        std::move(graph), failure == nullptr ? StartFailure{} : parse_failure(*failure), context);
}

}  // namespace spillway
