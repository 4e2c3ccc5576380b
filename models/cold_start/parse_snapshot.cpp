#include "models/cold_start/parse_snapshot.hpp"

#include <string>

#include "models/cold_start/parse_need.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kChanceParams[] = {
    default_param("at_once", ParamKind::kRatio, "1", "right after the worker left that made the snapshot"),
    optional_param("fade", ParamKind::kDuration,
                   "the chance falls by e in this time since then; without it, it stays"),
    choice_param("serves", "one|all", "one",
                 "one: each worker that leaves serves one start; all: any number at once, for snapshots that "
                 "every host can reach"),
};

constexpr ParamSpec kSnapshotParams[] = {
    optional_param("time", ParamKind::kDurationLaw, "how long the restore takes"),
    optional_param("bytes", ParamKind::kBytes,
                   "its size, which takes room in the host's weight cache; without it, it takes none"),
    optional_param("bandwidth", ParamKind::kByteRate,
                   "in place of \"time\": at which the bytes are read, from the host's disk"),
    optional_param("latency", ParamKind::kDuration, "before the first byte"),
    optional_param("noise", ParamKind::kNumberLaw, "multiplies bytes / bandwidth; its mean must be 1"),
    optional_param("over", ParamKind::kList, "links that the bytes cross, in place of the host's disk"),
    optional_param(
        "replaces", ParamKind::kList,
        "names of the phases that a restored start goes without; default: runtime, weights, graphs "
        "and warm-up"),
    optional_param("kept_for", ParamKind::kDurationLaw,
                   "unused, from when the worker left; without it, until it is evicted"),
    default_param("taken_in", ParamKind::kDuration, "0s", "from the worker's end to a complete snapshot"),
    object_param("chance", kChanceParams,
                 "where the platform does not tell its hosts: of landing where a snapshot lies"),
};

std::optional<SnapshotChance> read_chance(const ConfigNode* node) {
    if (node == nullptr)
        return std::nullopt;
    ParamReader reader(*node, kChanceParams);
    SnapshotChance chance;
    chance.at_once = reader.ratio("at_once");
    chance.fade = reader.optional_duration("fade");
    if (chance.fade && *chance.fade == Duration::zero())
        throw InputError(reader.where("fade"), "must be above 0", "leave the chance out for none");
    chance.serves_all = reader.choice("serves") == 1;
    reader.finish();
    return chance;
}

std::vector<std::string> read_replaced(const ConfigNode* list, const PhaseGraph& graph,
                                       const std::string& where) {
    std::vector<std::string> names;
    if (list != nullptr) {
        for (const ConfigNode& item : list->items()) names.push_back(item.as_text());
    } else {
        for (const PhaseGraph::Phase& phase : graph.phases()) {
            if (!is_cold_start(phase.kind))
                names.push_back(phase.name);
        }
    }
    if (names.empty())
        throw InputError(where, "the snapshot replaces no phase", R"(name them: "replaces": ["container"])");
    return names;
}

SnapshotSpec with_restore(ParamReader& reader, const StartGround& ground) {
    const ConfigNode* time = reader.node("time");
    if (time != nullptr) {
        for (const std::string_view name : {"bandwidth", "latency", "noise", "over"}) {
            if (reader.has(name))
                throw InputError(reader.where(name), "does not go with \"time\"", "leave out one of the two");
        }
        SnapshotSpec spec{PhaseTime::law(parse_distribution(*time, LawUnit::kSeconds))};
        spec.bytes = reader.optional_bytes("bytes");
        return spec;
    }
    if (!reader.has("bandwidth") && !reader.has("over")) {
        throw InputError(reader.where(), "the restore needs a time, or bytes with a bandwidth",
                         R"(write "time": "5s", or "bytes": "20GB" with "bandwidth": "4GB/s")");
    }
    PhaseHaul haul = parse_haul(reader, std::nullopt, ground);
    haul.over_nic = reader.has("over");
    haul.over_disk = !haul.over_nic;
    SnapshotSpec spec{time_alone(haul, ground, reader.where())};
    spec.haul = std::move(haul);
    spec.bytes = reader.optional_bytes("bytes");
    return spec;
}

}  // namespace

std::span<const ParamSpec> snapshot_params() { return kSnapshotParams; }

SnapshotSpec parse_snapshot(const ConfigNode& node, const PhaseGraph& graph, const ModelContext& context) {
    ParamReader reader(node, kSnapshotParams);
    SnapshotSpec spec = with_restore(reader, *context.ground);
    spec.replaces = read_replaced(reader.node("replaces"), graph, node.where());
    if (const ConfigNode* kept_for = reader.node("kept_for"))
        spec.kept_for = parse_distribution(*kept_for, LawUnit::kSeconds);
    spec.taken_in = reader.duration("taken_in");
    spec.chance = read_chance(reader.node("chance"));
    spec.where = node.where();
    reader.finish();
    return spec;
}

}  // namespace spillway
