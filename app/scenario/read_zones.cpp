#include "app/scenario/read_zones.hpp"

#include <fmt/format.h>

#include "app/io/text_file.hpp"
#include "app/scenario/scenario_params.hpp"
#include "sim/core/error.hpp"
#include "traces/csv_table.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

CapacitySpec read_capacity(const ConfigNode& node) {
    ParamReader reader(node, tables::kCapacity);
    CapacitySpec capacity{parse_distribution(*reader.node("up"), LawUnit::kSeconds),
                          parse_distribution(*reader.node("down"), LawUnit::kSeconds)};
    if (!(capacity.up.mean() > 0))
        throw InputError(reader.where("up"), "must be above 0 in the mean");
    if (!(capacity.down.mean() > 0))
        throw InputError(reader.where("down"), "must be above 0 in the mean", "leave \"capacity\" out");
    reader.finish();
    return capacity;
}

std::vector<CapacityChange> read_availability(const std::string& name, const std::filesystem::path& folder) {
    CsvTable table(folder / name, name);
    const CsvColumn time = table.require("time");
    const CsvColumn available = table.require("available");
    std::vector<CapacityChange> changes;
    for (RowKind row = table.next(); row != RowKind::kEnd; row = table.next()) {
        Duration at{0};
        std::uint32_t instances = 0;
        if (row == RowKind::kBad || !table.span(time, TimeUnit::kSeconds, at) ||
            !table.count(available, instances)) {
            throw InputError(table.where(), table.problem());
        }
        if (!changes.empty() && SimTime{at} <= changes.back().at)
            throw InputError(table.where(), "times must ascend");
        changes.push_back({SimTime{at}, instances > 0});
    }
    if (changes.empty())
        throw InputError(name, "has no rows");
    return changes;
}

std::vector<OutageSpec> read_outages(const ConfigNode& list) {
    std::vector<OutageSpec> outages;
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, tables::kOutage);
        outages.push_back({SimTime{reader.duration("from")}, reader.duration("for")});
        if (outages.back().length == Duration::zero())
            throw InputError(reader.where("for"), "must be above 0");
        reader.finish();
    }
    return outages;
}

StockOutSpec read_stock_out(const ConfigNode& node) {
    ParamReader reader(node, tables::kStockOut);
    const StockOutSpec stock_out{reader.ratio("probability"), reader.duration("slot")};
    if (stock_out.slot < std::chrono::seconds{1})
        throw InputError(reader.where("slot"), "must be a second or more");
    reader.finish();
    return stock_out;
}

SweepSpec read_sweeps(const ConfigNode& node) {
    ParamReader reader(node, tables::kSweeps);
    SweepSpec sweeps{read_fault_rate(reader, "rate"),
                     parse_distribution(*reader.node("share"), LawUnit::kNumber)};
    if (!(sweeps.share.quantile(0x1p-53) >= 0 && sweeps.share.quantile(1 - 0x1p-53) <= 1))
        throw InputError(reader.where("share"), "reaches out of 0 to 1");
    reader.finish();
    return sweeps;
}

}  // namespace

double read_fault_rate(ParamReader& reader, std::string_view name) {
    const double rate = reader.rate(name);
    if (!(rate >= 0 && rate <= 1))
        throw InputError(reader.where(name), "is out of range: it must be 0 to \"1/s\"");
    return rate;
}

ZoneSpec read_zone_spec(ParamReader& reader, const std::filesystem::path& folder) {
    ZoneSpec zone;
    zone.name = reader.text("name");
    if (const ConfigNode* capacity = reader.node("capacity"))
        zone.capacity = read_capacity(*capacity);
    if (const auto file = reader.optional_text("availability")) {
        if (zone.capacity)
            throw InputError(reader.where("availability"), "is given beside \"capacity\"", "one of the two");
        require_file(folder / *file, *file, reader.where("availability"));
        zone.replay = read_availability(*file, folder);
    }
    if (const ConfigNode* outages = reader.node("outages"))
        zone.outages = read_outages(*outages);
    if (const ConfigNode* stock_out = reader.node("stock_out"))
        zone.stock_out = read_stock_out(*stock_out);
    if (const ConfigNode* sweeps = reader.node("sweeps"))
        zone.sweeps = read_sweeps(*sweeps);
    return zone;
}

}  // namespace spillway
