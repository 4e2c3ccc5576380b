#include "app/bound/bound_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

double hours_of(const Bounds& bounds) { return bounds.runs.front().result.window_hours(); }

std::string show_above(const std::optional<double>& share) {
    return share ? fmt::format("{:+.1f}%", 100 * *share) : "-";
}

std::string answer(const Bounds& bounds) {
    if (!bounds.floor.reachable) {
        return fmt::format("No fleet of these pools can hold {}: too many requests take longer even alone\n",
                           bounds.floor.objective);
    }
    std::string text =
        fmt::format("No policy pays less than {} for this traffic", show_usd(bounds.floor.dollars));
    if (!bounds.best)
        return text + "; no schedule was found that holds the objectives\n";
    text += fmt::format("; the best known clairvoyant schedule pays {}",
                        show_usd(to_usd(bounds.best->result.cost)));
    const std::optional<double> gap = bounds.gap();
    if (!gap)
        return text + '\n';
    return text + fmt::format(", {:.1f}% more{}\n", 100 * *gap, *gap > kLooseGap ? ": a loose gap" : "");
}

class Rows {
public:
    explicit Rows(const Bounds& bounds) : bounds_(bounds) {}

    void add(const std::string& what, const std::string& by, double dollars, const char* holds) {
        const std::optional<double> best =
            bounds_.best ? above(dollars, to_usd(bounds_.best->result.cost)) : std::nullopt;
        table_.add({what, by, show_usd(dollars), show_usd(dollars / hours_of(bounds_)),
                    show_above(above(dollars, bounds_.floor.dollars)), show_above(best), holds});
    }
    std::string text() const { return table_.text(); }

private:
    const Bounds& bounds_;
    TextTable table_{{"what", "of", "window", "$/h", "above floor", "above best known", "objectives"},
                     {0, 1}};
};

std::string table(const Bounds& bounds) {
    Rows rows(bounds);
    if (bounds.floor.reachable)
        rows.add("floor", bounds.floor.objective, bounds.floor.dollars, "-");
    if (bounds.best)
        rows.add("best known schedule", bounds.best->pool, to_usd(bounds.best->result.cost), "hold");
    if (bounds.fixed) {
        rows.add(bounds.fixed->result.scenario, bounds.fixed->pool, to_usd(bounds.fixed->result.cost),
                 "hold");
    }
    for (const ComparedRun& run : bounds.runs) {
        const char* const holds = !run.meets ? "missed" : run.is_bounded ? "hold" : "hold, too many starts";
        rows.add(run.result.scenario, "policy", to_usd(run.result.cost), holds);
    }
    return rows.text();
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json cost_json(const Bounds& bounds, const RunResult& result) {
    const double dollars = to_usd(result.cost);
    Json json;
    json["cost_usd"] = dollars;
    json["above_floor"] =
        number(bounds.floor.reachable ? above(dollars, bounds.floor.dollars) : std::nullopt);
    json["above_best_known"] =
        number(bounds.best ? above(dollars, to_usd(bounds.best->result.cost)) : std::nullopt);
    return json;
}

}  // namespace

std::string bound_text(const Bounds& bounds) {
    std::string text = answer(bounds) + '\n' + table(bounds);
    for (const ComparedRun& run : bounds.runs) {
        if (!run.meets)
            text +=
                fmt::format("\n{} misses an objective: the floor is not one of it\n", run.result.scenario);
    }
    return text;
}

std::string bound_json(const Bounds& bounds) {
    Json json;
    json["schema"] = "spillway.bound/1";
    json["window_hours"] = hours_of(bounds);
    json["reachable"] = bounds.floor.reachable;
    json["floor"] = {{"cost_usd", bounds.floor.reachable ? Json(bounds.floor.dollars) : Json(nullptr)},
                     {"objective", bounds.floor.objective},
                     {"slots", bounds.floor.slots},
                     {"programmes", bounds.floor.blocks}};
    json["gap"] = number(bounds.gap());
    json["best_known"] = nullptr;
    if (bounds.best) {
        json["best_known"] = cost_json(bounds, bounds.best->result);
        json["best_known"]["pool"] = bounds.best->pool;
    }
    json["best_fixed"] = nullptr;
    if (bounds.fixed) {
        json["best_fixed"] = cost_json(bounds, bounds.fixed->result);
        json["best_fixed"]["pool"] = bounds.fixed->pool;
        json["best_fixed"]["workers"] = bounds.fixed->workers;
    }
    json["scenarios"] = Json::array();
    for (const ComparedRun& run : bounds.runs) {
        Json one{{"scenario", run.result.scenario}, {"meets_objectives", run.meets}};
        one.update(cost_json(bounds, run.result));
        json["scenarios"].push_back(std::move(one));
    }
    return json.dump(2) + '\n';
}

}  // namespace spillway
