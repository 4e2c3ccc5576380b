#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/advise/advise.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

constexpr double kNoDifference = 1e-9;  // seconds: what is left of differences that cancel

double without_dust(double usd) { return std::abs(usd) < kNoMoney ? 0 : usd; }

std::string signed_usd(double usd) { return (usd < 0 ? "-" : "") + show_usd(std::abs(usd)); }

/// In saved_percent with one digit; -0.0 is 0.0.
double saved_percent(double share) {
    const double tenths = std::round(1000 * share);
    return tenths == 0 ? 0 : tenths / 10;
}

std::string money_words(const Change& saved) {
    return fmt::format("{} ± {}", signed_usd(without_dust(saved.mean)),
                       show_usd(without_dust(saved.half_width)));
}

std::string saved_words(const std::optional<Change>& saved) {
    return saved ? fmt::format("{:.1f}% ± {:.1f}%", saved_percent(saved->mean),
                               saved_percent(saved->half_width))
                 : "-";
}

/// "saves $0.41 an hour (23.1%, 95% 21.5 to 24.6)".
std::string saves_words(const AdvisedSetting& setting) {
    std::string text = fmt::format("saves {} an hour", show_usd(setting.saved_usd.mean));
    if (setting.saved_month_usd)
        text += fmt::format(", {} a month", show_usd(setting.saved_month_usd->mean));
    if (setting.saved)
        text += fmt::format(" ({:.1f}%, 95% {:.1f} to {:.1f})", saved_percent(setting.saved->mean),
                            saved_percent(setting.saved->low()), saved_percent(setting.saved->high()));
    return text;
}

bool holds_and_saves(const AdviceRow& row) {
    return row.setting && row.setting->standing == Standing::kHolds && row.setting->surely_saves();
}

std::string best_words(const AdviceRow& row) {
    return fmt::format("{} ({}) {}", row.saving->title, row.setting->candidate.label,
                       saves_words(*row.setting));
}

std::string first_line(const Advice& advice) {
    if (!advice.rows.empty() && holds_and_saves(advice.rows.front())) {
        std::string text = "Most money: " + best_words(advice.rows.front());
        if (advice.together)
            text += fmt::format("; together, {}: {}", together_names(*advice.together),
                                saves_words(advice.together->setting));
        return text + "\n";
    }
    if (advice.together && advice.together->setting.standing == Standing::kHolds)
        return fmt::format("Most money: together, {}: {}; none of them alone both saves and holds\n",
                           together_names(*advice.together), saves_words(advice.together->setting));
    std::string text = "Nothing of what was tried both holds the objectives and saves money for sure";
    if (advice.together)
        return fmt::format("{}; unclear whether it holds: together, {}: {}\n", text,
                           together_names(*advice.together), saves_words(advice.together->setting));
    const auto open = std::find_if(advice.rows.begin(), advice.rows.end(), [](const AdviceRow& row) {
        return row.setting && row.setting->standing == Standing::kOpen && row.setting->surely_saves();
    });
    if (open != advice.rows.end())
        text += "; unclear whether it holds: " + best_words(*open);
    return text + "\n";
}

std::string as_it_stands(const Advice& advice) {
    const Estimate cost = estimate(advice.base.of(kCostReading));
    std::string text =
        fmt::format("as it stands: {} ± {} an hour; {} its objectives", show_usd(cost.mean),
                    show_usd(without_dust(cost.half_width)), standing_name(advice.base_standing));
    if (advice.base_standing == Standing::kOpen)
        text = fmt::format("as it stands: {} ± {} an hour; unclear whether it holds its objectives",
                           show_usd(cost.mean), show_usd(without_dust(cost.half_width)));
    return text + (advice.base_reason.empty() ? "" : ": " + advice.base_reason) + "\n";
}

std::string promise_line(const Advice& advice) {
    std::string text = advice.own_objectives
                           ? "objectives: "
                           : "no objectives; held is what stays within a tenth of p95 and p99 and 0.1 points "
                             "of failures as it stands: ";
    for (std::size_t k = 0; k < advice.objectives.size(); ++k)
        text += (k > 0 ? ", " : "") + advice.objectives[k].text;
    return text + "\n";
}

/// "2.1 s -> 3.4 s (+1.3 s ± 0.2 s)".
std::string change_words(const Advice& advice, const AdvisedSetting& setting, std::size_t metric) {
    const MetricUnit unit = advice.metrics[metric].unit;
    const auto figure = [&](const Estimate& one) {
        if (one.never > 0)
            return std::string("never");
        return one.has_mean() ? show_value(unit, one.mean) : std::string("-");
    };
    const std::vector<Reading> base = advice.base.of(metric);
    const std::vector<Reading> head = setting.runs.of(metric);
    const Estimate before = estimate(base);
    const Estimate after = estimate(head);
    std::string text = fmt::format("{} -> {}", figure(before), figure(after));
    if (before.has_mean() && after.has_mean()) {
        Estimate difference = estimate(differences(base, head));
        if (std::abs(difference.mean) < kNoDifference)
            difference.mean = 0;
        text +=
            fmt::format(" ({}{} ± {})", difference.mean < 0 ? "-" : "+",
                        show_value(unit, std::abs(difference.mean)), show_value(unit, difference.half_width));
    }
    return text;
}

std::string stands_words(const AdvisedSetting& setting) {
    return std::string(standing_name(setting.standing)) +
           (setting.reason.empty() ? "" : ": " + setting.reason);
}

std::vector<std::string> money_cells(const Advice& advice, const std::string& title,
                                     const AdvisedSetting& setting) {
    std::vector<std::string> row{title, setting.candidate.label, money_words(setting.saved_usd)};
    if (advice.month)
        row.push_back(setting.saved_month_usd ? money_words(*setting.saved_month_usd) : "-");
    row.push_back(saved_words(setting.saved));
    row.push_back(saved_words(setting.tuned));
    row.push_back(stands_words(setting));
    return row;
}

std::string money_table(const Advice& advice) {
    std::vector<std::string> header{"saving", "setting", "saves an hour"};
    if (advice.month)
        header.emplace_back("saves a month");
    header.insert(header.end(), {"of the cost", "when tuned", "objectives"});
    TextTable table(header, {0, 1, header.size() - 1});
    for (const AdviceRow& row : advice.rows) {
        if (row.setting)
            table.add(money_cells(advice, std::string(row.saving->title), *row.setting));
    }
    return table.text();
}

std::string latency_table(const Advice& advice) {
    std::vector<std::string> header{"what it does to"};
    for (const std::size_t metric : advice.shown) header.push_back(advice.metrics[metric].name);
    TextTable table(header, {0});
    const auto add = [&](const std::string& title, const AdvisedSetting& setting) {
        std::vector<std::string> row{title};
        for (const std::size_t metric : advice.shown) row.push_back(change_words(advice, setting, metric));
        table.add(std::move(row));
    };
    for (const AdviceRow& row : advice.rows) {
        if (row.setting)
            add(std::string(row.saving->title), *row.setting);
    }
    if (advice.together)
        add("together", advice.together->setting);
    return table.text();
}

/// The savings on top of each other, each with its setting.
std::string together_lines(const Advice& advice) {
    if (!advice.together)
        return {};
    const AdvisedSetting& setting = advice.together->setting;
    return fmt::format("\ntogether: {}\n  {}\n  {}; when tuned {}; {}\n", together_names(*advice.together),
                       setting.candidate.label, saves_words(setting), saved_words(setting.tuned),
                       stands_words(setting));
}

std::string tried_tables(const Advice& advice) {
    const bool any = std::any_of(advice.rows.begin(), advice.rows.end(),
                                 [](const AdviceRow& row) { return row.setting.has_value(); });
    return any ? money_table(advice) + together_lines(advice) + "\n" + latency_table(advice) : std::string{};
}

std::string assumption_lines(const Advice& advice) {
    std::string text;
    for (const AdviceRow& row : advice.rows) {
        if (row.setting)
            text += fmt::format("  {}: {}\n", row.saving->title, row.saving->assumes);
    }
    return text.empty() ? text : "\nassumed, and in no interval\n" + text;
}

std::string lacking_lines(const Advice& advice) {
    std::string text;
    for (const AdviceRow& row : advice.rows) {
        if (!row.setting)
            text += fmt::format("  {}: {}\n", row.saving->title, row.why_not);
    }
    return text.empty() ? text : "\nnot tried\n" + text;
}

}  // namespace

std::string together_names(const AdvisedTogether& together) {
    std::string names;
    for (const Saving* saving : together.savings)
        names += (names.empty() ? "" : " + ") + std::string(saving->title);
    return names;
}

std::string advice_text(const Advice& advice) {
    std::size_t tries = 0;
    for (const AdviceRow& row : advice.rows) tries += row.tries;
    std::string text = first_line(advice) + as_it_stands(advice) + promise_line(advice);
    text +=
        fmt::format("{}: {} in {}; {}; {}; 95% intervals; what varies: {}\n\n", advice.scenario,
                    show_counted(advice.rows.size(), "saving"), show_counted(tries, "setting"), advice.split,
                    show_counted(advice.base.runs.size(), "replication"), show_vary(advice.vary));
    return text + tried_tables(advice) + assumption_lines(advice) + lacking_lines(advice);
}

}  // namespace spillway
