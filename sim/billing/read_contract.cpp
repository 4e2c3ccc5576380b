#include "sim/billing/read_contract.hpp"

#include <fmt/format.h>

#include "sim/billing/contract_params.hpp"
#include "sim/billing/read_meters.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using namespace contract_reading;

void replace_flag(ParamReader& reader, std::string_view name, bool& value) {
    if (reader.has(name))
        value = reader.flag(name);
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

/// `known` is that of the catalog at the same place in the list, or null.
Commitment read_commitment(const ConfigNode& node, const Commitment* known) {
    ParamReader reader(node, contract_tables::kCommitment);
    Commitment commitment;
    if (reader.has("instances"))
        commitment.instances = positive_count(reader, "instances");
    commitment.spend = optional_price(reader, "spend", Measure::kTime);
    if ((commitment.instances > 0) == commitment.spend.has_value()) {
        throw InputError(reader.where(),
                         "a commitment is for a number of instances or for an amount of money",
                         "give \"instances\": 2, or \"spend\": \"$10/h\"");
    }
    commitment.price = price_or(reader, "price", Measure::kTime, known != nullptr ? &known->price : nullptr);
    reader.finish();
    if (commitment.spend && (commitment.spend->amount.mantissa == 0 || commitment.price.amount.mantissa == 0))
        throw InputError(node.where(),
                         "a savings plan buys use for money: neither its spend nor its price is 0");
    return commitment;
}

std::vector<Commitment> read_commitments(const ConfigNode& list, const std::vector<Commitment>& known) {
    std::vector<Commitment> commitments;
    for (const ConfigNode& item : list.items()) {
        const std::size_t place = commitments.size();
        commitments.push_back(read_commitment(item, place < known.size() ? &known[place] : nullptr));
    }
    return commitments;
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
        contract.commitments = read_commitments(*node, contract.commitments);
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
