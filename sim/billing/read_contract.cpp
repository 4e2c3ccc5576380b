#include "sim/billing/read_contract.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/billing/contract_params.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

void replace_flag(ParamReader& reader, std::string_view name, bool& value) {
    if (reader.has(name))
        value = reader.flag(name);
}

void replace_duration(ParamReader& reader, std::string_view name, Duration& value) {
    if (const auto given = reader.optional_duration(name))
        value = *given;
}

void replace_bytes(ParamReader& reader, std::string_view name, std::int64_t& value) {
    const auto given = reader.optional_bytes(name);
    if (!given)
        return;
    if (*given < 0)
        throw InputError(reader.where(name), "a size is 0 or more");
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

int positive_count(ParamReader& reader, std::string_view name) {
    const std::int64_t value = reader.integer(name);
    if (value < 1 || value > 1'000'000) {
        throw InputError(reader.where(name),
                         fmt::format("{} is out of range: it must be 1 to 1000000", value));
    }
    return static_cast<int>(value);
}

void overlay_billed(const ConfigNode& node, BilledStates& billed) {
    ParamReader reader(node, contract_tables::kBilled);
    replace_flag(reader, "throttled", billed.throttled);
    replace_flag(reader, "acquire", billed.acquire);
    replace_flag(reader, "pull", billed.pull);
    replace_flag(reader, "init", billed.init);
    replace_flag(reader, "idle", billed.idle);
    replace_flag(reader, "draining", billed.draining);
    replace_flag(reader, "stopping", billed.stopping);
    replace_flag(reader, "failed", billed.failed);
    replace_flag(reader, "failed_start", billed.failed_start);
    replace_flag(reader, "cancelled_start", billed.cancelled_start);
    reader.finish();
}

std::vector<PriceStep> read_steps(const ConfigNode& list) {
    std::vector<PriceStep> steps;
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, contract_tables::kStep);
        const int first = positive_count(reader, "first");
        if (!steps.empty() && first <= steps.back().first) {
            throw InputError(reader.where("first"), "steps must ascend",
                             "each step says below which number its workers lie");
        }
        steps.push_back({first, read_price(*reader.node("price"), Measure::kTime)});
        reader.finish();
    }
    return steps;
}

std::vector<Commitment> read_commitments(const ConfigNode& list) {
    std::vector<Commitment> commitments;
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, contract_tables::kCommitment);
        commitments.push_back(
            {positive_count(reader, "instances"), read_price(*reader.node("price"), Measure::kTime)});
        reader.finish();
    }
    return commitments;
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

void apply_multiplier(const Decimal& factor, Contract& contract) {
    if (contract.price)
        contract.price = multiply(*contract.price, factor);
    for (PriceStep& step : contract.steps) step.price = multiply(step.price, factor);
    if (contract.cpu)
        contract.cpu->price = multiply(contract.cpu->price, factor);
    if (contract.memory)
        contract.memory->price = multiply(contract.memory->price, factor);
}

}  // namespace

std::span<const ParamSpec> contract_params() noexcept { return contract_tables::kContract; }

void overlay_contract(ParamReader& reader, Contract& contract) {
    if (const auto price = optional_price(reader, "instance", Measure::kTime))
        contract.price = price;
    if (reader.has("per"))
        contract.per = static_cast<PricePer>(reader.choice("per"));
    if (reader.has("gpus"))
        contract.gpus = positive_count(reader, "gpus");
    if (const ConfigNode* node = reader.node("steps"))
        contract.steps = read_steps(*node);
    if (const ConfigNode* node = reader.node("billed"))
        overlay_billed(*node, contract.billed);
    replace_duration(reader, "step", contract.step);
    replace_duration(reader, "minimum", contract.minimum);
    if (const ConfigNode* node = reader.node("cpu"))
        overlay_cpu(*node, contract.cpu);
    if (const ConfigNode* node = reader.node("memory"))
        overlay_memory(*node, contract.memory);
    if (const ConfigNode* node = reader.node("storage"))
        overlay_storage(*node, contract.storage);
    if (const ConfigNode* node = reader.node("egress"))
        overlay_egress(*node, contract.egress);
    if (const ConfigNode* node = reader.node("commitments"))
        contract.commitments = read_commitments(*node);
    if (const ConfigNode* node = reader.node("tokens"))
        contract.tokens = read_tokens(*node);
    replace_duration(reader, "month", contract.month);
    if (const auto factor = reader.optional_number("multiplier")) {
        const auto decimal = parse_decimal(fmt::format("{}", *factor));
        if (!decimal || decimal->mantissa <= 0 || decimal->mantissa > 100'000 || decimal->decimals > 3) {
            throw InputError(reader.where("multiplier"), fmt::format("{} is no multiplier", *factor),
                             "a number such as 1.75, above 0, in steps of 0.001");
        }
        apply_multiplier(*decimal, contract);
    }
}

}  // namespace spillway
