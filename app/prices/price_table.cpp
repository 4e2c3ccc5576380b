#include "app/prices/price_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "app/prices/price_query.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

std::string kind_text(const PriceBook::Entry& entry) {
    return entry.offer ? std::string(offer_name(*entry.offer)) : "-";
}

/// GPUs that one such price buys at once.
int gpus_of(const Contract& contract) {
    return contract.per == PricePer::kGpu ? 1 : contract.gpus.value_or(1);
}

}  // namespace

std::string price_table(const std::vector<const PriceBook::Entry*>& prices) {
    TextTable table(
        {"price", "kind", "GPU", "GPUs", "amount", "$/h per GPU", "region", "date", "confidence", "source"},
        {0, 1, 2, 6, 7, 8, 9});
    for (const PriceBook::Entry* entry : prices) {
        const Contract& contract = entry->contract;
        const auto hour = gpu_hour(contract);
        table.add({entry->name, kind_text(*entry), entry->gpu.empty() ? "-" : entry->gpu,
                   contract.tokens ? "-" : std::to_string(gpus_of(contract)), amount_text(contract),
                   hour ? show_money(*hour, 4) : "-", entry->region.empty() ? "-" : entry->region,
                   contract.provenance.date, contract.provenance.confidence, contract.provenance.source});
    }
    return table.text();
}

std::string price_csv(const std::vector<const PriceBook::Entry*>& prices) {
    std::string text =
        "price,platform,kind,gpu,gpus,amount,usd_per_gpu_hour,region,date,confidence,source,note\n";
    for (const PriceBook::Entry* entry : prices) {
        const Contract& contract = entry->contract;
        const Provenance& from = contract.provenance;
        const auto hour = gpu_hour(contract);
        std::vector<std::string> cells{entry->name,
                                       entry->platform,
                                       kind_text(*entry),
                                       entry->gpu,
                                       contract.tokens ? "" : std::to_string(gpus_of(contract)),
                                       amount_text(contract),
                                       hour ? exact_usd(*hour) : "",
                                       entry->region,
                                       from.date,
                                       from.confidence,
                                       from.source,
                                       from.note};
        for (std::string& cell : cells) cell = csv_field(cell);
        text += fmt::format("{}\n", fmt::join(cells, ","));
    }
    return text;
}

std::string price_json(const std::vector<const PriceBook::Entry*>& prices) {
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    for (const PriceBook::Entry* entry : prices) {
        const Contract& contract = entry->contract;
        const Provenance& from = contract.provenance;
        const auto hour = gpu_hour(contract);
        const GpuFacts* known = gpu_of_price_list(entry->gpu);
        Json& one = list.emplace_back();
        one["price"] = entry->name;
        one["platform"] = entry->platform;
        one["kind"] = entry->offer ? Json(offer_name(*entry->offer)) : Json();
        one["gpu"] = entry->gpu;
        one["catalogue_gpu"] = known != nullptr ? Json(known->name) : Json();
        one["gpus"] = contract.tokens ? Json() : Json(gpus_of(contract));
        one["amount"] = amount_text(contract);
        one["usd_per_gpu_hour"] = hour ? Json::parse(exact_usd(*hour)) : Json();
        one["region"] = entry->region;
        one["date"] = from.date;
        one["confidence"] = from.confidence;
        one["source"] = from.source;
        one["note"] = from.note;
    }
    return list.dump(2) + '\n';
}

}  // namespace spillway
