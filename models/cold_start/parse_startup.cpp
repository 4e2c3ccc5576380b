#include "models/cold_start/parse_startup.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/cold_start/parse_need.hpp"
#include "models/cold_start/parse_snapshot.hpp"
#include "models/cold_start/phase_error.hpp"
#include "models/cold_start/phase_graph.hpp"
#include "models/cold_start/phase_model.hpp"
#include "models/cold_start/phase_time.hpp"
#include "models/cold_start/startup_presets.hpp"
#include "models/learned/learned_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

// In the order of StartPhase.
constexpr std::string_view kPhaseWords = "acquire|pull|container|runtime|weights|graphs|warm-up";

constexpr ParamSpec kImageParams[] = {
    required_param("name", ParamKind::kText, "pools that use the same name share what a host keeps of it"),
    optional_param("bytes", ParamKind::kBytes, "its size; default: the phase's \"bytes\""),
};
constexpr ParamSpec kWeightsParams[] = {
    required_param("name", ParamKind::kText, "pools that use the same name share what a host keeps of them"),
    optional_param("bytes", ParamKind::kBytes, "their size; default: the served model's own"),
};

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
    optional_param(
        "over", ParamKind::kList,
        "names of the scenario's links that the bytes cross, with the host's NIC; []: the NIC alone"),
    object_param("image", kImageParams, "an image that the start's host may keep"),
    object_param("weights", kWeightsParams, "weights that the start's host may keep"),
    optional_param("cached", ParamKind::kDurationLaw,
                   "how long it takes when the host's disk has them; default: no time"),
    optional_param("cached_bandwidth", ParamKind::kByteRate,
                   "in place of \"cached\": at which the bytes come from the host's disk"),
    optional_param("in_memory", ParamKind::kDurationLaw,
                   "how long it takes when the host's memory has the weights; default: as from disk"),
    optional_param("memory_bandwidth", ParamKind::kByteRate,
                   "in place of \"in_memory\": at which the bytes come from the host's memory"),
    optional_param("loader", ParamKind::kText,
                   "in place of a time: what loads the weights, as `spillway list loaders` names it"),
    optional_param("storage", ParamKind::kText,
                   "that the loader reads from, as measured; default: the first it was measured on"),
    kErrorParam,
};

constexpr ParamSpec kFailureParams[] = {
    required_param("probability", ParamKind::kRatio, "share of starts that never become ready"),
    optional_param("after", ParamKind::kDurationLaw,
                   "from the start's begin to its failure; default: when it would have been ready"),
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

/// What phases are read with, beside their own members.
struct PhaseReading {
    const ModelContext& context;
    StartGround& ground;
    StoredOverrides overrides{};
};

PhaseSpec parse_phase(const ConfigNode& node, const std::vector<PhaseSpec>& written,
                      const PhaseReading& reading) {
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
    const bool is_model = kind == StartPhase::kWeights || reader.has("weights");
    const PhaseGround ground{is_model ? reading.context.model_bytes : std::nullopt,
                             reader.has("measured") ? start_profile(reading.context, node.where()) : nullptr};
    PhaseWays ways = parse_phase_ways(reader, ground, reading.ground, reading.overrides);
    const StatedError error = error_of_phase(reader, name, ground.profile, reading.context.pool);
    if (ways.need || ways.time.mean_seconds() > 0)
        scale(ways, reading.context.error_of(error.profile, error.mean));
    reader.finish();
    if (kind == StartPhase::kAcquire && ways.need)
        throw InputError(node.where(), "a node is acquired before it can keep or fetch anything",
                         "move it to a phase of another kind");
    return {std::move(name),  kind,         std::move(ways.time),
            std::move(after), node.where(), std::move(ways.need)};
}

std::vector<PhaseSpec> parse_phases(const ConfigNode& list, const PhaseReading& reading) {
    std::vector<PhaseSpec> phases;
    for (const ConfigNode& item : list.items()) phases.push_back(parse_phase(item, phases, reading));
    return phases;
}

PhaseGraph learned_phases(const std::string& name, const std::string& where, const PhaseReading& reading) {
    const LearnedFile file = read_learned_file(reading.context.folder, name, where);
    if (!file.startup) {
        throw InputError(where,
                         name + " has no start-up" + (file.no_startup.empty() ? "" : ": " + file.no_startup),
                         "write its phases here, as you know or guess them");
    }
    return {parse_phases(*file.startup, reading), file.startup->where()};
}

/// The name that a phase has, or an override of one.
std::string phase_name(const ConfigNode& phase) {
    const ConfigNode* name = phase.find("name");
    const ConfigNode* word = phase.find("phase");
    return name != nullptr ? name->as_text() : word != nullptr ? word->as_text() : std::string();
}

/// The preset's phases, with those of the same name in their places.
PhaseGraph preset_phases(const StartupPreset& preset, const ConfigNode* own, const PhaseReading& reading,
                         const std::string& where) {
    std::vector<ConfigNode> items(preset.phases.items().begin(), preset.phases.items().end());
    std::vector<std::string> names;
    names.reserve(items.size());
    for (const ConfigNode& item : items) names.push_back(phase_name(item));
    if (own != nullptr) {
        for (const ConfigNode& item : own->items()) {
            const auto found = std::find(names.begin(), names.end(), phase_name(item));
            if (found == names.end())
                throw unknown_name(item.where(), "phase of the preset", phase_name(item),
                                   std::vector<std::string_view>(names.begin(), names.end()));
            items[static_cast<std::size_t>(found - names.begin())] = item;
        }
    }
    for (const ConfigNode& item : items) {
        if (item.find("bandwidth") != nullptr && item.find("bytes") == nullptr &&
            phase_name(item) == "weights" && !reading.context.model_bytes)
            throw InputError(where,
                             "the preset loads the model, and the service does not say how large it is",
                             R"(write "startup": {"weights": {"name": "my-model", "bytes": "16GB"}})");
    }
    const ConfigNode all = ConfigNode::list(preset.phases.where(), std::move(items));
    return {parse_phases(all, reading), all.where()};
}

const StartupPreset* preset_of(ParamReader& reader) {
    if (const auto name = reader.optional_text("preset"))
        return &find_startup_preset(*name, reader.where("preset"));
    for (const std::string_view member : {"image", "weights"}) {
        if (reader.has(member))
            throw InputError(reader.where(member), "takes the place of a preset's, and there is none",
                             "write it in the phase that needs it");
    }
    return nullptr;
}

PhaseGraph graph_of(ParamReader& reader, const StartupPreset* preset, const PhaseReading& reading) {
    const std::optional<std::string> learned = reader.optional_text("learned");
    const ConfigNode* phases = reader.node("phases");
    if (preset != nullptr && learned)
        throw InputError(reader.where(), "has both \"preset\" and \"learned\"", "one of the two");
    if (preset != nullptr)
        return preset_phases(*preset, phases, reading, reader.where());
    if (learned.has_value() == (phases != nullptr)) {
        throw InputError(reader.where(),
                         learned ? "has both \"phases\" and \"learned\"" : "\"phases\" is missing",
                         learned ? "one of the two" : R"(or "learned": a file that `spillway learn` wrote)");
    }
    if (learned)
        return learned_phases(*learned, reader.where("learned"), reading);
    return {parse_phases(*phases, reading), phases->where()};
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

std::span<const ParamSpec> startup_params() {
    static const std::array kStartupParams{
        list_param("phases", kPhaseParams, "what a start goes through"),
        optional_param("learned", ParamKind::kText,
                       "in place of phases: those that `spillway learn` wrote to this file"),
        optional_param(
            "preset", ParamKind::kText,
            "a platform's start, as `spillway list startups` names it; phases beside it take the place "
            "of those of the same name"),
        object_param("image", kImageParams, "in place of the image of the preset"),
        object_param("weights", kWeightsParams, "in place of the weights of the preset"),
        object_param("snapshot", snapshot_params(),
                     "what a worker that ran leaves behind for the next start"),
        object_param("failure", kFailureParams, "starts that fail"),
    };
    return kStartupParams;
}

std::unique_ptr<StartupModel> make_startup(const ConfigNode& node, const ModelContext& context) {
    ModelContext own = context;
    if (!own.ground)
        own.ground = std::make_shared<StartGround>();
    PhaseReading reading{own, *own.ground};
    if (node.kind() == ConfigNode::Kind::kList) {
        return std::make_unique<PhaseModel>(PhaseGraph(parse_phases(node, reading), node.where()),
                                            StartFailure{}, own);
    }
    ParamReader reader(node, startup_params());
    const StartupPreset* preset = preset_of(reader);
    reading.overrides = {reader.node("image"), reader.node("weights")};
    if (const ConfigNode* weights = reading.overrides.weights; weights != nullptr && !own.model_bytes) {
        if (const ConfigNode* bytes = weights->find("bytes"))
            own.model_bytes = bytes->as_bytes();
    }
    PhaseGraph graph = graph_of(reader, preset, reading);
    const ConfigNode* snapshot = reader.node("snapshot");
    if (snapshot == nullptr && preset != nullptr && preset->snapshot)
        snapshot = &*preset->snapshot;
    const ConfigNode* failure = reader.node("failure");
    std::optional<SnapshotSpec> kept;
    if (snapshot != nullptr) {
        kept = parse_snapshot(*snapshot, graph, own);
        own.error_of("start: snapshot", std::nullopt);
    }
    reader.finish();
    return std::make_unique<PhaseModel>(std::move(graph),
                                        failure == nullptr ? StartFailure{} : parse_failure(*failure), own,
                                        std::move(kept));
}

}  // namespace spillway
