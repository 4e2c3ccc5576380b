#include "sim/billing/read_meters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/billing/contract_params.hpp"
#include "sim/core/error.hpp"

namespace spillway::contract_reading {
namespace {

void replace_bytes(ParamReader& reader, std::string_view name, std::int64_t& value) {
    const auto given = reader.optional_bytes(name);
    if (!given)
        return;
    if (*given < 0)
        throw InputError(reader.where(name), "a size is 0 or more");
    value = *given;
}

std::vector<EgressTier> read_tiers(const ConfigNode& list) {
    std::vector<EgressTier> tiers;
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, contract_tables::kTier);
        tiers.push_back({reader.optional_bytes("up_to"), read_price(*reader.node("price"), Measure::kBytes)});
        reader.finish();
    }
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const bool last = i + 1 == tiers.size();
        const std::int64_t below = i == 0 ? 0 : *tiers[i - 1].up_to;
        if (last == tiers[i].up_to.has_value() || (!last && *tiers[i].up_to <= below)) {
            throw InputError(list.items()[i].where(), "tiers must ascend to one without bound",
                             "give \"up_to\" for every tier but the last");
        }
    }
    if (tiers.empty())
        throw InputError(list.where(), "there is no tier");
    return tiers;
}

}  // namespace

void replace_duration(ParamReader& reader, std::string_view name, Duration& value) {
    if (const auto given = reader.optional_duration(name))
        value = *given;
}

std::optional<Price> optional_price(ParamReader& reader, std::string_view name, Measure measure) {
    const ConfigNode* node = reader.node(name);
    if (node == nullptr)
        return std::nullopt;
    return read_price(*node, measure);
}

Price price_or(ParamReader& reader, std::string_view name, Measure measure, const Price* present) {
    if (const auto given = optional_price(reader, name, measure))
        return *given;
    if (present != nullptr)
        return *present;
    throw InputError(reader.where(), fmt::format("\"{}\" is missing", name), "the catalog has none for it");
}

void overlay_cpu(const ConfigNode& node, std::optional<CpuMeter>& cpu) {
    ParamReader reader(node, contract_tables::kCpu);
    std::int64_t milli = cpu ? cpu->milli_vcpus : 0;
    if (const auto vcpu = reader.optional_number("vcpu")) {
        const double thousandths = *vcpu * 1000;
        milli = std::llround(thousandths);
        if (!(*vcpu >= 0 && *vcpu <= 100'000) || std::abs(thousandths - static_cast<double>(milli)) > 1e-6) {
            throw InputError(reader.where("vcpu"), fmt::format("{} is no number of vCPUs", *vcpu),
                             "0 or more, in steps of 0.001");
        }
    }
    cpu = CpuMeter{milli, price_or(reader, "price", Measure::kVcpuTime, cpu ? &cpu->price : nullptr)};
    reader.finish();
}

void overlay_memory(const ConfigNode& node, std::optional<MemoryMeter>& memory) {
    ParamReader reader(node, contract_tables::kMemory);
    std::int64_t bytes = memory ? memory->bytes : 0;
    replace_bytes(reader, "size", bytes);
    memory =
        MemoryMeter{bytes, price_or(reader, "price", Measure::kByteTime, memory ? &memory->price : nullptr)};
    reader.finish();
}

void overlay_storage(const ConfigNode& list, std::vector<Storage>& storage) {
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, contract_tables::kStorage);
        const std::string name = reader.text("name");
        const auto found = std::find_if(storage.begin(), storage.end(),
                                        [&](const Storage& known) { return known.name == name; });
        const bool known = found != storage.end();
        Storage entry = known ? *found : Storage{name, 0, {}, StorageTime::kRunning, Duration{0}};
        replace_bytes(reader, "size", entry.bytes);
        entry.price = price_or(reader, "price", Measure::kByteTime, known ? &entry.price : nullptr);
        if (reader.has("when"))
            entry.time = static_cast<StorageTime>(reader.choice("when"));
        replace_duration(reader, "step", entry.step);
        reader.finish();
        if (known) {
            *found = entry;
        } else {
            storage.push_back(entry);
        }
    }
}

void overlay_egress(const ConfigNode& node, std::optional<Egress>& present) {
    ParamReader reader(node, contract_tables::kEgress);
    Egress egress = present.value_or(Egress{});
    const ConfigNode* tiers = reader.node("tiers");
    const std::optional<Price> price = optional_price(reader, "price", Measure::kBytes);
    if (price && tiers != nullptr)
        throw InputError(reader.where(), "both \"price\" and \"tiers\" are given");
    if (price)
        egress.tiers = {{std::nullopt, *price}};
    if (tiers != nullptr)
        egress.tiers = read_tiers(*tiers);
    if (egress.tiers.empty())
        throw InputError(reader.where(), "\"price\" is missing", "write it as $0.09/GB");
    replace_bytes(reader, "free", egress.free_bytes);
    replace_bytes(reader, "bytes_per_request", egress.bytes_per_request);
    replace_bytes(reader, "bytes_per_output_token", egress.bytes_per_output_token);
    reader.finish();
    present = egress;
}

TokenPrices read_tokens(const ConfigNode& node) {
    ParamReader reader(node, contract_tables::kTokens);
    TokenPrices tokens;
    tokens.input = read_price(*reader.node("input"), Measure::kTokens);
    tokens.output = read_price(*reader.node("output"), Measure::kTokens);
    tokens.cached_input = optional_price(reader, "cached_input", Measure::kTokens);
    tokens.cached_per_million = std::llround(reader.ratio("cached_share") * 1e6);
    tokens.request = optional_price(reader, "request", Measure::kRequests);
    reader.finish();
    return tokens;
}

}  // namespace spillway::contract_reading
