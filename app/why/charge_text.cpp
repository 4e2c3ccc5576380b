#include "app/why/charge_text.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

/// The columns of a summary: what is in none of the first goes to the last.
constexpr std::array<std::string_view, 5> kColumns{"busy", "starting", "idle", "failed work", "other"};

std::size_t column_of(LineKind kind) {
    const auto found = std::find(kColumns.begin(), kColumns.end() - 1, line_group(kind));
    return static_cast<std::size_t>(found - kColumns.begin());
}

struct Sums {
    std::array<Money, kColumns.size()> by_column;
    Money total;

    void add(const ChargeRow& row) {
        by_column[column_of(row.kind)] += row.amount;
        total += row.amount;
    }
};

std::string owner_name(const ChargeRow& row) { return row.of_class.value_or("(nobody's)"); }

double share_of(Money part, Money whole) { return whole == Money{} ? 0 : to_usd(part) / to_usd(whole); }

std::string pool_name(const ChargeRow& row) {
    return row.model ? fmt::format("{} ({})", row.pool, *row.model) : row.pool;
}

/// Sums by a key, in the order in which the keys come first.
class Groups {
public:
    Sums& at(const std::string& key) {
        const auto found = std::find_if(groups_.begin(), groups_.end(),
                                        [&](const auto& group) { return group.first == key; });
        return found != groups_.end() ? found->second : groups_.emplace_back(key, Sums{}).second;
    }
    const std::vector<std::pair<std::string, Sums>>& all() const noexcept { return groups_; }

private:
    std::vector<std::pair<std::string, Sums>> groups_;
};

std::string sums_table(const std::string& title, const Groups& groups, Money total) {
    std::vector<std::string> header{title};
    header.insert(header.end(), kColumns.begin(), kColumns.end());
    header.insert(header.end(), {"total", "share"});
    TextTable table(header);
    for (const auto& [key, sums] : groups.all()) {
        std::vector<std::string> row{key};
        for (const Money amount : sums.by_column) row.push_back(show_money(amount, 4));
        row.push_back(show_money(sums.total, 4));
        row.push_back(show_share(share_of(sums.total, total)));
        table.add(std::move(row));
    }
    return table.text();
}

Groups by_owner(const ChargeAnswer& answer) {
    Groups groups;
    for (const std::string& one : answer.classes) groups.at(one);
    for (const ChargeRow& row : answer.rows) groups.at(owner_name(row)).add(row);
    return groups;
}

std::string line_words(const ChargeRow& row) {
    return row.name.empty() ? std::string(line_name(row.kind))
                            : fmt::format("{} ({})", line_name(row.kind), row.name);
}

std::string lines_table(const ChargeAnswer& answer) {
    TextTable table({"line by line", "of", "by", "amount"}, {0, 1, 2});
    for (const ChargeRow& row : answer.rows)
        table.add({line_words(row), row.pool, owner_name(row), show_money(row.amount, 6)});
    table.add({"total", "", "", show_money(answer.total, 6)});
    return table.text();
}

}  // namespace

std::string charge_text(const ChargeAnswer& answer) {
    const Groups owners = by_owner(answer);
    std::string text =
        fmt::format("{} in {}:", show_money(answer.total, 4), show(answer.horizon.time_since_epoch()));
    for (const auto& [owner, sums] : owners.all())
        text += fmt::format("{} {} {}", &owner == &owners.all().front().first ? "" : ",", owner,
                            show_share(share_of(sums.total, answer.total)));
    text += ".\n\n" + sums_table("who pays", owners, answer.total) + '\n';
    Groups pools;
    for (const ChargeRow& row : answer.rows) pools.at(pool_name(row)).add(row);
    text += sums_table("of which pool", pools, answer.total) + '\n' + lines_table(answer);
    for (const std::string& pool : answer.unpriced)
        text += fmt::format("\n  Pool {} has no price, and is in no figure.\n", pool);
    return text;
}

std::string charge_json(const ChargeAnswer& answer) {
    const auto usd = [](Money money) { return Json::parse(exact_usd(money)); };
    const auto or_null = [](const std::optional<std::string>& text) {
        return text ? Json(*text) : Json(nullptr);
    };
    Json rows = Json::array();
    for (const ChargeRow& row : answer.rows) {
        rows.push_back({{"pool", row.pool},
                        {"model", or_null(row.model)},
                        {"class", or_null(row.of_class)},
                        {"group", line_group(row.kind)},
                        {"line", line_name(row.kind)},
                        {"name", row.name.empty() ? Json(nullptr) : Json(row.name)},
                        {"amount_usd", usd(row.amount)}});
    }
    Json classes = Json::array();
    for (std::size_t i = 0; i < answer.classes.size(); ++i) {
        Money sum;
        for (const ChargeRow& row : answer.rows)
            sum += row.of_class == answer.classes[i] ? row.amount : Money{};
        classes.push_back(
            {{"class", answer.classes[i]}, {"completed", answer.completed[i]}, {"amount_usd", usd(sum)}});
    }
    const Json json{{"scenario", answer.scenario},
                    {"window_s", to_seconds(answer.horizon)},
                    {"total_usd", usd(answer.total)},
                    {"classes", classes},
                    {"rows", rows},
                    {"unpriced_pools", answer.unpriced}};
    return json.dump(2) + '\n';
}

std::string charge_csv(const ChargeAnswer& answer) {
    std::string text = "pool,model,class,group,line,name,amount_usd\n";
    for (const ChargeRow& row : answer.rows) {
        text += fmt::format(
            "{},{},{},{},{},{},{}\n", csv_field(row.pool), csv_field(row.model.value_or("")),
            csv_field(row.of_class.value_or("")), csv_field(std::string(line_group(row.kind))),
            csv_field(std::string(line_name(row.kind))), csv_field(row.name), exact_usd(row.amount));
    }
    return text;
}

}  // namespace spillway
