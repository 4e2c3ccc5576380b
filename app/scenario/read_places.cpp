#include "app/scenario/read_places.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "app/scenario/read_zones.hpp"
#include "app/scenario/scenario_params.hpp"
#include "models/cold_start/phase_time.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

constexpr std::int64_t kMostHosts = 100'000;

int gpu_count(std::int64_t gpus, std::int64_t least, const std::string& where) {
    constexpr int kMost = std::numeric_limits<int>::max() / 2;
    if (gpus < least || gpus > kMost)
        throw InputError(where, fmt::format("must be {} to {}", least, kMost));
    return static_cast<int>(gpus);
}

/// The place of the item of that name; InputError with the nearest name.
template <class Item>
std::uint32_t find_named(const std::vector<Item>& items, std::string_view what, const std::string& name,
                         const std::string& where) {
    std::vector<std::string_view> names;
    for (std::uint32_t i = 0; i < items.size(); ++i) {
        if (items[i].name == name)
            return i;
        names.push_back(items[i].name);
    }
    throw unknown_name(where, what, name, names);
}

template <class Item>
void add_named(std::vector<Item>& items, Item item, std::string_view what, const std::string& where) {
    for (const Item& known : items) {
        if (known.name == item.name)
            throw InputError(where, fmt::format("two {} have the name \"{}\"", what, item.name));
    }
    items.push_back(std::move(item));
}

std::optional<ZoneId> read_zone(ParamReader& reader, const Scenario& scenario) {
    const auto name = reader.optional_text("zone");
    if (!name)
        return std::nullopt;
    return ZoneId{find_named(scenario.zones, "zone", *name, reader.where("zone"))};
}

void read_zones(const ConfigNode& list, Scenario& scenario) {
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, tables::kZone);
        add_named(scenario.zones, read_zone_spec(reader, scenario.folder), "zones", reader.where("name"));
        reader.finish();
    }
}

std::optional<SpotSpec> read_spot(ParamReader& reader) {
    const bool is_spot = reader.choice("kind") == 1;
    const ConfigNode* node = reader.node("interruption");
    if (!is_spot && node != nullptr)
        throw InputError(node->where(), "is of spot supplies alone", "\"kind\": \"spot\"");
    if (!is_spot)
        return std::nullopt;
    const ConfigNode defaults = ConfigNode::object(reader.where("interruption"), {});
    ParamReader interruption(node != nullptr ? *node : defaults, tables::kInterruption);
    const SpotSpec spot{interruption.duration("notice"), read_fault_rate(interruption, "rate")};
    interruption.finish();
    return spot;
}

std::optional<HostFaultSpec> read_faults(ParamReader& reader) {
    const ConfigNode* node = reader.node("faults");
    if (node == nullptr)
        return std::nullopt;
    ParamReader faults(*node, tables::kHostFaults);
    const HostFaultSpec spec{read_fault_rate(faults, "rate"),
                             parse_distribution(*faults.node("repair"), LawUnit::kSeconds)};
    faults.finish();
    return spec;
}

void read_supplies(const ConfigNode& list, Scenario& scenario) {
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, tables::kSupply);
        SupplySpec supply;
        supply.name = reader.text("name");
        if (const auto gpus = reader.optional_integer("gpus"))
            supply.gpus = gpu_count(*gpus, 0, reader.where("gpus"));
        supply.wait_when_short = reader.choice("when_short") == 0;
        supply.zone = read_zone(reader, scenario);
        supply.spot = read_spot(reader);
        supply.launch_interval = reader.optional_duration("launch_interval");
        supply.placement = static_cast<Placement>(reader.choice("placement"));
        supply.prefers_warm = reader.flag("prefers_warm");
        add_named(scenario.supplies, std::move(supply), "supplies", reader.where("name"));
        reader.finish();
    }
}

/// A rate that transfers can share.
std::optional<double> read_shared_rate(ParamReader& reader, std::string_view name) {
    const std::optional<double> rate = reader.optional_byte_rate(name);
    if (rate)
        check_byte_rate(*rate, reader.where(name));
    return rate;
}

void read_links(const ConfigNode& list, Scenario& scenario) {
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, tables::kLink);
        LinkSpec link{reader.text("name"), reader.byte_rate("bandwidth")};
        check_byte_rate(link.bandwidth, reader.where("bandwidth"));
        add_named(scenario.links, std::move(link), "links", reader.where("name"));
        reader.finish();
    }
}

HostGear read_gear(ParamReader& reader) {
    HostGear gear;
    gear.image_cache = reader.optional_bytes("image_cache");
    gear.weight_cache = reader.optional_bytes("weight_cache");
    gear.memory_cache = reader.optional_bytes("memory_cache");
    gear.nic = read_shared_rate(reader, "nic");
    gear.disk = read_shared_rate(reader, "disk");
    if (const ConfigNode* churn = reader.node("churn"))
        gear.churn = parse_distribution(*churn, LawUnit::kSeconds);
    return gear;
}

void read_hosts(const ConfigNode& list, Scenario& scenario) {
    std::vector<std::string> groups;
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, tables::kHosts);
        const std::string name = reader.text("name");
        if (std::find(groups.begin(), groups.end(), name) != groups.end())
            throw InputError(reader.where("name"), fmt::format("two groups have the name \"{}\"", name));
        groups.push_back(name);
        const std::int64_t count = reader.integer("count");
        if (count < 1 || count > kMostHosts)
            throw InputError(reader.where("count"), fmt::format("must be 1 to {}", kMostHosts));
        const int gpus = gpu_count(reader.integer("gpus"), 1, reader.where("gpus"));
        SupplySpec& supply = scenario.supplies[find_named(scenario.supplies, "supply", reader.text("supply"),
                                                          reader.where("supply"))];
        const std::optional<ZoneId> own_zone = read_zone(reader, scenario);
        const auto group = static_cast<std::uint32_t>(scenario.gear.size());
        scenario.gear.push_back(read_gear(reader));
        scenario.host_groups.insert(scenario.host_groups.end(), static_cast<std::size_t>(count), group);
        const std::optional<HostFaultSpec> faults = read_faults(reader);
        for (std::int64_t i = 0; i < count; ++i) {
            supply.hosts.push_back({static_cast<std::uint32_t>(scenario.hosts.size())});
            scenario.hosts.push_back(
                {fmt::format("{}-{}", name, i), gpus, own_zone ? own_zone : supply.zone, faults});
        }
        reader.finish();
    }
}

}  // namespace

void read_places(ParamReader& reader, Scenario& scenario) {
    if (const ConfigNode* links = reader.node("links"))
        read_links(*links, scenario);
    if (const ConfigNode* zones = reader.node("zones"))
        read_zones(*zones, scenario);
    if (const ConfigNode* supplies = reader.node("supplies"))
        read_supplies(*supplies, scenario);
    if (const ConfigNode* hosts = reader.node("hosts"))
        read_hosts(*hosts, scenario);
}

}  // namespace spillway
