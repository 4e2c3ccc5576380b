#include "app/report/bill_json.hpp"

#include <array>

#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

/// The nearest double, which reads back as the same nano-dollars up to some nine million dollars.
Json usd(Money money) { return Json::parse(exact_usd(money)); }

Json lines(const PoolBill& bill) {
    Json json = Json::array();
    for (std::size_t i = 0; i < bill.bill.lines.size(); ++i) {
        const BillLine& line = bill.bill.lines[i];
        Json one{{"line", line_name(line.kind)},      {"group", line_group(line.kind)},
                 {"usage", readable_usage(line, {})}, {"unit", readable_unit(line)},
                 {"price", format_price(line.price)}, {"amount_usd", usd(line.amount)}};
        if (!line.name.empty())
            one["name"] = line.name;
        if (bill.month)
            one["month_usd"] = usd(bill.month->lines[i].amount);
        json.push_back(std::move(one));
    }
    return json;
}

Json reconciliation(const Reconciliation& one) {
    Json differences = Json::array();
    for (const BillDifference& difference : one.differences) {
        differences.push_back({{"name", difference.name}, {"amount_usd", usd(difference.amount)}});
    }
    return {{"textbook_usd", usd(one.textbook)}, {"differences", differences}, {"bill_usd", usd(one.bill)}};
}

Json provenance(const Provenance& from) {
    return {{"catalog", from.catalog},
            {"source", from.source},
            {"date", from.date},
            {"confidence", from.confidence}};
}

Json on_demand_price(const OnDemandCost& cost) {
    static constexpr std::array kFrom{"own_pool", "other_pool", "catalog", "serverless"};
    const Contract& contract = cost.purchase.contract;
    Json json{{"from", kFrom[static_cast<std::size_t>(cost.from)]},
              {"pool", cost.pool.empty() ? Json(nullptr) : Json(cost.pool)},
              {"price", format_price(*contract.price)}};
    json["price_from"] =
        contract.provenance.catalog.empty() ? Json(nullptr) : provenance(contract.provenance);
    return json;
}

}  // namespace

std::string bill_json(const PoolBill& bill) {
    Json json{
        {"total_usd", usd(bill.bill.total)},
        {"month_usd", bill.month ? usd(bill.month->total) : Json(nullptr)},
        {"lines", lines(bill)},
        {"reconciliation", reconciliation(bill.reconciliation)},
        {"textbook_serverless_month_usd", usd(bill.textbook_month)},
        {"textbook_on_demand_month_usd", bill.on_demand ? usd(bill.on_demand->month) : Json(nullptr)},
        {"textbook_on_demand_instances", bill.on_demand ? Json(bill.on_demand->instances) : Json(nullptr)},
        {"textbook_on_demand_price", bill.on_demand ? on_demand_price(*bill.on_demand) : Json(nullptr)}};
    const Provenance& from = bill.purchase.contract.provenance;
    if (!from.catalog.empty())
        json["price_from"] = provenance(from);
    return json.dump();
}

}  // namespace spillway
