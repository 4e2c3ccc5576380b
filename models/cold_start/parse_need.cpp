#include "models/cold_start/parse_need.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/cold_start/loaders.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kStoredParams[] = {
    required_param("name", ParamKind::kText, "pools that use the same name share what a host keeps"),
    optional_param("bytes", ParamKind::kBytes,
                   "its size; of weights, default: the served model's own; of both: the phase's \"bytes\""),
};

void refuse(ParamReader& reader, std::string_view chosen, std::initializer_list<std::string_view> others) {
    for (const std::string_view name : others) {
        if (reader.has(name)) {
            throw InputError(reader.where(name), "does not go with \"" + std::string(chosen) + "\"",
                             "leave out one of the two");
        }
    }
}

struct NamedSize {
    std::string name;
    std::optional<std::int64_t> bytes;
    std::string where;
};

NamedSize read_stored(const ConfigNode& node) {
    ParamReader reader(node, kStoredParams);
    NamedSize stored{reader.text("name"), reader.optional_bytes("bytes"), node.where()};
    reader.finish();
    return stored;
}

void check_bytes(double bytes, const std::string& where) {
    if (!(bytes <= kMostBytes))
        throw InputError(where, "moves more than 1e15 bytes", R"(write the size with its unit, "16GB")");
}

void check_transfer_time(double seconds, const std::string& where) {
    if (!(seconds <= kLongestTransferSeconds)) {
        throw InputError(where, "at this bandwidth the bytes take more than 30 days",
                         R"(write the rate with its unit, as in "3.2GB/s")");
    }
}

/// The links that the bytes cross; none without "over".
std::vector<LinkId> read_links(ParamReader& reader, const StartGround& shared) {
    std::vector<LinkId> links;
    const ConfigNode* over = reader.node("over");
    if (over == nullptr)
        return links;
    for (const ConfigNode& name : over->items()) {
        const LinkId link = shared.link(name.as_text(), name.where());
        if (std::find(links.begin(), links.end(), link) != links.end())
            throw InputError(over->where(), "names a link twice", "name it once");
        links.push_back(link);
    }
    return links;
}

/// The image or the weights that the phase names; empty: neither.
std::optional<Stored> parse_stored(ParamReader& reader, PhaseGround& ground, StartGround& shared,
                                   const StoredOverrides& overrides) {
    const ConfigNode* image = reader.node("image");
    const ConfigNode* weights = reader.node("weights");
    if (image == nullptr && weights == nullptr)
        return std::nullopt;
    if (image != nullptr)
        refuse(reader, "image", {"weights"});
    const StoredKind kind = image != nullptr ? StoredKind::kImage : StoredKind::kWeights;
    const ConfigNode* said = image != nullptr ? overrides.image : overrides.weights;
    const NamedSize own = read_stored(image != nullptr ? *image : *weights);
    NamedSize named = said != nullptr ? read_stored(*said) : own;
    if (!named.bytes)
        named.bytes = ground.bytes;
    const std::optional<std::int64_t> moved = reader.optional_bytes("bytes");
    if (!named.bytes)
        named.bytes = moved ? moved : own.bytes;
    if (!named.bytes) {
        throw InputError(named.where, "its size is missing",
                         R"(write "bytes": "16GB"; of weights, the service "llm" knows it)");
    }
    ground.bytes = *named.bytes;
    return Stored{kind, {shared.name(kind, named.name, *named.bytes, named.where), 0, 0}, *named.bytes};
}

/// The time that "cached" or "in_memory" states, or bytes over its bandwidth; empty: neither is given.
std::optional<PhaseTime> parse_near(ParamReader& reader, std::string_view time, std::string_view bandwidth,
                                    const Stored& stored, const Distribution& noise) {
    const ConfigNode* law = reader.node(time);
    const std::optional<double> rate = reader.optional_byte_rate(bandwidth);
    if (law != nullptr && rate)
        refuse(reader, time, {bandwidth});
    if (law != nullptr)
        return PhaseTime::law(parse_distribution(*law, LawUnit::kSeconds));
    if (!rate)
        return std::nullopt;
    check_byte_rate(*rate, reader.where(bandwidth));
    const double seconds = static_cast<double>(stored.bytes) / *rate;
    check_transfer_time(seconds, reader.where(bandwidth));
    return PhaseTime::transfer(Duration::zero(), seconds, noise);
}

/// What holds when the host keeps what the phase needs.
void parse_kept(ParamReader& reader, const Stored& stored, PhaseNeed& need) {
    const Distribution noise = need.away ? need.away->noise : Distribution::constant(1);
    if (const auto rate = reader.optional_byte_rate("cached_bandwidth")) {
        check_byte_rate(*rate, reader.where("cached_bandwidth"));
        check_bytes(static_cast<double>(stored.bytes), reader.where());
        need.from_disk =
            PhaseHaul{Duration::zero(), static_cast<double>(stored.bytes), noise, *rate, {}, false, true};
    }
    if (const auto time = parse_near(reader, "cached", "cached_bandwidth", stored, noise))
        need.on_disk = *time;
    const auto memory = parse_near(reader, "in_memory", "memory_bandwidth", stored, noise);
    need.in_memory = memory ? *memory : need.on_disk;
    if (stored.kind == StoredKind::kImage && memory) {
        throw InputError(reader.where(), "images are not kept in memory",
                         R"(write "cached": the time when the host's disk has the image)");
    }
}

void refuse_kept_alone(ParamReader& reader) {
    for (const std::string_view name : {"cached", "cached_bandwidth", "in_memory", "memory_bandwidth"}) {
        if (reader.has(name)) {
            throw InputError(reader.where(name), "the phase names nothing that a host could keep",
                             R"(add "image": {"name": ...} or "weights": {"name": ...})");
        }
    }
}

/// A phase whose weights go to the GPU by a loader that was measured.
PhaseWays parse_loader(ParamReader& reader, const PhaseGround& ground, const std::optional<Stored>& stored,
                       const StartGround& shared) {
    refuse(reader, "loader",
           {"image", "time", "measured", "count", "noise", "latency", "cached", "cached_bandwidth",
            "in_memory", "memory_bandwidth"});
    const std::string name = *reader.optional_text("loader");
    const Loader& loader =
        find_loader(name, reader.optional_text("storage"), reader.where("loader"), reader.where("storage"));
    const std::optional<std::int64_t> said = reader.optional_bytes("bytes");
    const std::optional<std::int64_t> bytes = stored ? stored->bytes : said ? said : ground.bytes;
    if (!bytes) {
        throw InputError(reader.where(), "how much the loader loads is missing",
                         R"(write "bytes": "16GB"; the service "llm" knows it)");
    }
    const auto rate = reader.optional_byte_rate("bandwidth");
    PhaseHaul disk{loader.overhead,
                   static_cast<double>(*bytes),
                   loader.noise,
                   rate ? std::min(*rate, loader.bandwidth) : loader.bandwidth,
                   {},
                   false,
                   true};
    check_byte_rate(*disk.limit, reader.where("bandwidth"));
    check_bytes(disk.bytes, reader.where());
    PhaseWays ways{time_alone(disk, shared, reader.where()), PhaseNeed{}};
    PhaseNeed& need = *ways.need;
    need.stored = stored;
    if (reader.has("over")) {
        need.away = disk;
        need.away->over_disk = false;
        need.away->over_nic = true;
        need.away->over = read_links(reader, shared);
        ways.time = time_alone(*need.away, shared, reader.where());
    } else {
        need.away = disk;
    }
    need.on_disk = time_alone(disk, shared, reader.where());
    need.from_disk = disk;
    need.in_memory =
        loader.memory_bandwidth
            ? PhaseTime::transfer(Duration::zero(), static_cast<double>(*bytes) / *loader.memory_bandwidth,
                                  loader.memory_noise)
            : need.on_disk;
    return ways;
}

}  // namespace

PhaseHaul parse_haul(ParamReader& reader, std::optional<std::int64_t> bytes, const StartGround& shared) {
    const std::optional<std::int64_t> said = reader.optional_bytes("bytes");
    PhaseHaul haul;
    haul.limit = reader.optional_byte_rate("bandwidth");
    haul.latency = reader.optional_duration("latency").value_or(Duration::zero());
    haul.noise = parse_noise(reader);
    haul.over = read_links(reader, shared);
    if (!said && !bytes) {
        throw InputError(reader.where(), "how much the phase moves is missing",
                         R"(write "bytes": "16GB", or a "time" in place of the transfer)");
    }
    if (!haul.limit && haul.over.empty()) {
        throw InputError(reader.where(), "nothing says how fast the bytes move",
                         R"(write "bandwidth": "1GB/s", "over": ["registry"], or both)");
    }
    if (haul.limit)
        check_byte_rate(*haul.limit, reader.where("bandwidth"));
    haul.bytes = static_cast<double>(said ? *said : *bytes);
    check_bytes(haul.bytes, said ? reader.where("bytes") : reader.where());
    return haul;
}

PhaseTime time_alone(const PhaseHaul& haul, const StartGround& shared, const std::string& where) {
    double rate = haul.limit.value_or(1e15);
    for (const LinkId link : haul.over) rate = std::min(rate, shared.bandwidth(link));
    const double seconds = haul.bytes / rate;
    check_transfer_time(seconds, where);
    return PhaseTime::transfer(haul.latency, seconds, haul.noise);
}

PhaseWays parse_phase_ways(ParamReader& reader, PhaseGround ground, StartGround& shared,
                           const StoredOverrides& overrides) {
    const std::optional<Stored> stored = parse_stored(reader, ground, shared, overrides);
    if (reader.has("loader"))
        return parse_loader(reader, ground, stored, shared);
    if (reader.has("storage"))
        throw InputError(reader.where("storage"), "is the storage of a \"loader\"",
                         "name one, or leave it out");
    const bool over = reader.has("over");
    if (!stored)
        refuse_kept_alone(reader);
    if (over) {
        refuse(reader, "over", {"time", "measured"});
    } else if (!stored) {
        return {parse_phase_time(reader, ground), std::nullopt};
    }
    PhaseNeed need;
    need.stored = stored;
    std::optional<PhaseTime> time;
    if (reader.has("time") || reader.has("measured")) {
        time = parse_phase_time(reader, ground);
    } else {
        if (reader.has("count"))
            throw InputError(reader.where("count"), "goes with \"measured\" alone", "leave it out");
        need.away = parse_haul(reader, ground.bytes, shared);
        need.away->over_nic = true;
        time = time_alone(*need.away, shared, reader.where());
    }
    if (stored)
        parse_kept(reader, *stored, need);
    return {*time, std::move(need)};
}

}  // namespace spillway
