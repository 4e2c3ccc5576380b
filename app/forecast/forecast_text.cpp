#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "app/forecast/forecast.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

/// "$1,234.56".
std::string forecast_usd(Money money) { return show_money(money, 2); }

std::string month_name(const MonthLoad& month) {
    return month.calendar ? fmt::format("{} ({})", month.number, month.calendar->text())
                          : fmt::format("{}", month.number);
}

std::string money_range(const Bounded<Money>& figure) {
    return fmt::format("{} to {}", forecast_usd(figure.low), forecast_usd(figure.high));
}

std::string budget_answer(const Forecast& forecast) {
    if (!forecast.rules.budget || !forecast.tells_a_month)
        return {};
    const std::string budget = forecast_usd(*forecast.rules.budget);
    const auto likely = forecast.first_over(0.5);
    const auto possible = forecast.first_over(0.05);
    if (!possible)
        return fmt::format("; no month has a chance above 5% to exceed {}", budget);
    if (!likely)
        return fmt::format("; the first with a chance above 5% to exceed {} is month {}", budget, *possible);
    std::string text =
        fmt::format("; the first that exceeds {} more likely than not is month {}", budget, *likely);
    if (likely != possible)
        text += fmt::format(", the first with a chance above 5% month {}", *possible);
    return text;
}

std::string forecast_answer(const Forecast& forecast) {
    const MonthForecast& first = forecast.months.front();
    const MonthForecast& last = forecast.months.back();
    if (!first.bill)
        return fmt::format("{}: no bill can be told: the fleet does not keep up in month 1\n",
                           forecast.scenario);
    std::string text =
        fmt::format("{}: a month costs {} now", forecast.scenario, forecast_usd(first.bill->mean));
    if (!last.bill) {
        text += fmt::format(", and the fleet does not keep up in month {}", last.load.number);
    } else if (last.load.number > 1) {
        text += fmt::format(" and {} in month {}", forecast_usd(last.bill->mean), last.load.number);
    }
    if (last.bill && last.bill->spread)
        text += fmt::format(" (P95 {})", forecast_usd(last.bill->spread->p95.value));
    if (!forecast.tells_a_month)
        text += "; under 20 blocks or 20 hours of traffic, so no month has an interval";
    return text + budget_answer(forecast) + "\n";
}

std::vector<std::string> bill_cells(const std::optional<BillForecast>& bill) {
    if (!bill)
        return {"-", "-", "-", "-"};
    if (!bill->spread)
        return {forecast_usd(bill->mean), "-", "-", "-"};
    return {forecast_usd(bill->mean), forecast_usd(bill->spread->p50.value),
            forecast_usd(bill->spread->p95.value), money_range(bill->spread->p95)};
}

std::string over_cell(const std::optional<BillForecast>& bill) {
    if (!bill || !bill->spread || !bill->spread->over)
        return "-";
    const Bounded<double>& over = *bill->spread->over;
    return fmt::format("{} ({} to {})", show_share(over.value), show_share(over.low), show_share(over.high));
}

std::string months_table(const Forecast& forecast) {
    const std::optional<Money>& budget = forecast.rules.budget;
    std::vector<std::string> header{"month", "load", "mean", "P50", "P95", "95% of the P95"};
    if (budget)
        header.push_back("over " + forecast_usd(*budget));
    header.emplace_back("dearest hour");
    header.emplace_back("not settled");
    TextTable table(header);
    const auto row = [&](std::string name, std::string load, const std::optional<BillForecast>& bill) {
        std::vector<std::string> cells{std::move(name), std::move(load)};
        for (std::string& cell : bill_cells(bill)) cells.push_back(std::move(cell));
        if (budget)
            cells.push_back(over_cell(bill));
        return cells;
    };
    for (const MonthForecast& month : forecast.months) {
        std::vector<std::string> cells =
            row(month_name(month.load), fmt::format("{:.3g}", month.load.load), month.bill);
        cells.push_back(month.dearest_mean ? forecast_usd(*month.dearest_mean) : "-");
        cells.push_back(month.unsettled > 0 ? fmt::format("{} of {}", month.unsettled, month.runs) : "-");
        table.add(std::move(cells));
    }
    if (forecast.months.size() > 1) {
        std::vector<std::string> cells = row("together", "", forecast.total);
        cells.resize(header.size());
        table.add(std::move(cells));
    }
    return table.text();
}

std::string dearest_line(const Forecast& forecast) {
    const MonthForecast* dearest = nullptr;
    for (const MonthForecast& month : forecast.months) {
        if (month.dearest && (dearest == nullptr || month.dearest->hour.cost > dearest->dearest->hour.cost))
            dearest = &month;
    }
    if (dearest == nullptr)
        return "dearest hour: windows are shorter than one\n";
    constexpr std::array kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const SeenHour& seen = *dearest->dearest;
    const std::int64_t hours = seen.wall_clock / 3600 + 72;  // 1970-01-01 was a Thursday
    return fmt::format("dearest hour seen: {} with {}, in month {} at load {:.3g}, a {} from {:02}:{:02}\n",
                       forecast_usd(seen.hour.cost), show_counted(seen.hour.requests, "request"),
                       dearest->load.number, seen.load, kDays[static_cast<std::size_t>(hours / 24 % 7)],
                       hours % 24, seen.wall_clock % 3600 / 60);
}

std::string quota_table(const Forecast& forecast) {
    if (forecast.quotas.empty())
        return {};
    TextTable table(
        {"GPUs to ask for now", "of", "P95 of the peak", "most seen", "may have now", "at its limit"},
        {0, 1});
    std::string held;
    for (const QuotaForecast& quota : forecast.quotas) {
        table.add({quota.pool, quota.gpu.empty() ? "-" : quota.gpu,
                   quota.gpus_p95 ? fmt::format("{}", *quota.gpus_p95) : "-",
                   fmt::format("{}", quota.gpus_seen), fmt::format("{}", quota.gpus_allowed),
                   quota.limit_month
                       ? fmt::format("{} of month {}", show_share(quota.at_limit), *quota.limit_month)
                       : "never"});
        if (quota.limit_month || quota.gpus_seen >= quota.gpus_allowed)
            held += fmt::format(
                "  {} reaches its own maximum of {}: what it would need beyond that is not in these figures; "
                "a "
                "higher \"max\" tells it\n",
                quota.pool, show_counted(static_cast<std::uint64_t>(quota.gpus_allowed), "GPU"));
    }
    return fmt::format("\nover months 1 to {}, by each pool alone\n", forecast.quota_months) + table.text() +
           held;
}

std::string cost_note(const Forecast& forecast) {
    const std::uint64_t runs = forecast.loads * forecast.windows * forecast.draws;
    std::string text =
        fmt::format("{}: {} of {} at {}", show_counted(runs, "run"), show_counted(forecast.windows, "window"),
                    show(forecast.window), show_counted(forecast.loads, "load"));
    if (forecast.draws > 1)
        text += fmt::format(", each under {} of the models' errors", show_counted(forecast.draws, "draw"));
    return text + fmt::format("; {} months put together of {} each\n", show_count(kDrawnMonths),
                              show_counted(forecast.windows_a_month, "window"));
}

/// What is drawn apart from each other is taken to have nothing to do with each other.
std::string dependence_note(const Forecast& forecast) {
    if (forecast.block)
        return fmt::format(
            "blocks of {} are drawn apart from each other: what lasts longer in the traffic (a slow week) "
            "makes "
            "months differ more than this; --block keeps longer parts whole\n",
            show(*forecast.block));
    if (forecast.windows_a_month < 2)
        return {};
    return fmt::format(
        "windows are drawn apart from each other: what lasts longer than {} in the traffic makes months "
        "differ "
        "more than this\n",
        show(forecast.window));
}

std::string forecast_notes(const Forecast& forecast) {
    std::string text =
        fmt::format(
            "what varies: {}; growth, season, events and what generators are told are taken as given\n",
            show_vary(forecast.rules.vary)) +
        cost_note(forecast);
    if (forecast.basis == MonthBasis::kShape)
        text += "a month is the window times what month_shape says, all usage alike\n";
    if (forecast.tells_a_month)
        text += dependence_note(forecast);
    if (forecast.tells_a_month && std::abs(forecast.spread_factor - 1) > 0.02)
        text += fmt::format(
            "a month is {} windows, drawn from {}: deviations from the mean come out {} too {}\n",
            forecast.windows_a_month, forecast.windows, show_share(std::abs(forecast.spread_factor - 1)),
            forecast.spread_factor > 1 ? "large" : "small");
    for (const std::string& source : forecast.sources) text += source + "\n";
    return text;
}

}  // namespace

std::string forecast_text(const Forecast& forecast) {
    return forecast_answer(forecast) + months_table(forecast) + "\n" + dearest_line(forecast) +
           quota_table(forecast) + "\n" + forecast_notes(forecast);
}

}  // namespace spillway
