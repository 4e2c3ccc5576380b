#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/capacity/capacity.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

/// Three digits that matter, however slow.
std::string offered_text(double rate) {
    return (rate < 1 ? fmt::format("{:.3g}", rate) : show_amount(rate)) + "/s";
}

std::string shown(const LoadedWorker& point, CapacityFigure figure) {
    const Estimate& value = point.figure(figure);
    const MetricUnit unit = kCapacityFigures.at(static_cast<std::size_t>(figure)).unit;
    if (value.has_mean())
        return figure == CapacityFigure::kRequestRate ? offered_text(value.mean)
                                                      : show_value(unit, value.mean);
    return value.never > 0 ? "never" : "-";
}

std::string worker_label(const WorkerCapacity& worker) {
    if (worker.gpu.empty())
        return worker.precision;
    return worker.gpu + (worker.precision.empty() ? "" : " " + worker.precision);
}

std::string usd_text(const std::optional<double>& usd) { return usd ? show_usd(*usd) : "-"; }

std::string promises(const CapacityReport& report) {
    std::string text;
    for (const PlannedObjective& one : report.objectives) text += (text.empty() ? "" : ", ") + one.text;
    return text;
}

/// "p95 ttft 620 ms ± 12 ms at 0.01/s", of what is missed at the lowest rate.
std::string why_none(const CapacityReport& report, const WorkerCapacity& worker) {
    for (std::size_t i = 0; i < report.objectives.size(); ++i) {
        const PlannedObjective& one = report.objectives[i];
        const Estimate& figure = worker.alone->objectives[i];
        if (figure.has_interval() && figure.high() < one.limit)
            continue;
        return fmt::format("\"{}\" is {} even at {}", one.text,
                           figure.has_mean() ? show_value(one.metric.unit, figure.mean) : "never met",
                           offered_text(worker.alone->level));
    }
    return fmt::format("it does not keep up even at {}", offered_text(worker.alone->level));
}

std::string answer(const CapacityReport& report, const WorkerCapacity& worker) {
    if (!worker.refused.empty())
        return "no such worker: " + worker.refused;
    if (!worker.knee)
        return "no objective is given: --slo 'p95 ttft < 2s'";
    if (!worker.at_knee)
        return "no rate keeps its promises: " + why_none(report, worker);
    std::string text = fmt::format("up to {} with its promises kept", offered_text(worker.knee->holds));
    text += worker.knee->bounded ? fmt::format(", broken from {}", offered_text(worker.knee->broken))
                                 : ", and further than was looked";
    if (const auto usd = cost_per_million(*worker.at_knee, CapacityFigure::kTokenRate))
        text += fmt::format("; {} per million output tokens", show_usd(*usd));
    else if (const auto requests = cost_per_million(*worker.at_knee, CapacityFigure::kRequestRate))
        text += fmt::format("; {} per 1,000 requests", show_usd(*requests / 1000));
    return text;
}

std::string knee_table(const CapacityReport& report) {
    TextTable table({"worker", "holds", "broken", "tokens/s", "ttft p95", "tpot p95", "KV peak", "USD/h",
                     "USD per M output tokens", ""},
                    {0, 9});
    for (const WorkerCapacity& worker : report.workers) {
        std::vector<std::string> row{worker_label(worker)};
        if (!worker.at_knee) {
            row.resize(9, "-");
            row.push_back(worker.knee || !worker.refused.empty() ? answer(report, worker) : "");
            table.add(row);
            continue;
        }
        const LoadedWorker& at = *worker.at_knee;
        row.push_back(offered_text(worker.knee->holds));
        row.push_back(worker.knee->bounded ? offered_text(worker.knee->broken) : "-");
        for (const CapacityFigure figure :
             {CapacityFigure::kTokenRate, CapacityFigure::kTtftP95, CapacityFigure::kTpotP95,
              CapacityFigure::kPeakKv, CapacityFigure::kHourCost})
            row.push_back(shown(at, figure));
        row.push_back(usd_text(cost_per_million(at, CapacityFigure::kTokenRate)));
        row.emplace_back();
        table.add(row);
    }
    return table.text();
}

constexpr std::array kShownFigures{CapacityFigure::kRequestRate, CapacityFigure::kTokenRate,
                                   CapacityFigure::kTtftMean,    CapacityFigure::kTtftP95,
                                   CapacityFigure::kTpotMean,    CapacityFigure::kTpotP95,
                                   CapacityFigure::kPeakKv,      CapacityFigure::kFailed};

/// Those that the worker has: services without tokens have no time for each.
std::vector<CapacityFigure> figures_of(const std::vector<LoadedWorker>& points) {
    std::vector<CapacityFigure> figures;
    for (const CapacityFigure figure : kShownFigures) {
        const bool told = std::any_of(points.begin(), points.end(), [figure](const LoadedWorker& point) {
            const Estimate& value = point.figure(figure);
            return value.never > 0 ||
                   (value.has_mean() && (figure != CapacityFigure::kTokenRate || value.mean > 0));
        });
        if (told)
            figures.push_back(figure);
    }
    return figures;
}

std::string curve(const std::vector<LoadedWorker>& points, const std::string& level, bool judged) {
    const std::vector<CapacityFigure> figures = figures_of(points);
    std::vector<std::string> header{level};
    for (const CapacityFigure figure : figures)
        header.emplace_back(kCapacityFigures.at(static_cast<std::size_t>(figure)).header);
    if (judged)
        header.emplace_back("SLO");
    TextTable table(header,
                    judged ? std::vector<std::size_t>{figures.size() + 1} : std::vector<std::size_t>{});
    for (const LoadedWorker& point : points) {
        std::vector<std::string> row{point.kind == CapacityAxis::kRate
                                         ? offered_text(point.level)
                                         : show_count(static_cast<std::uint64_t>(point.level))};
        for (const CapacityFigure figure : figures) row.push_back(shown(point, figure));
        if (judged)
            row.emplace_back(slo_verdict_name(point.verdict));
        table.add(row);
    }
    return table.text();
}

std::string curves(const CapacityReport& report, const WorkerCapacity& worker, const std::string& label) {
    if (!worker.refused.empty())
        return {};
    return fmt::format("\n{}over clients, each of whom sends again when answered\n", label) +
           curve(worker.by_clients, "clients", false) +
           fmt::format("\n{}over the offered rate, Poisson\n", label) +
           curve(worker.by_rate, "offered", !report.objectives.empty());
}

/// Each line once: variants share most of them.
std::vector<std::string> draws_of_all(const CapacityReport& report) {
    std::vector<std::string> lines;
    for (const WorkerCapacity& worker : report.workers) {
        for (const std::string& line : worker.draws) {
            if (std::find(lines.begin(), lines.end(), line) == lines.end())
                lines.push_back(line);
        }
    }
    return lines;
}

std::string notes(const CapacityReport& report) {
    const RequestMix& mix = report.mix;
    std::string text = fmt::format(
        "\nrequests: drawn with a seed from {} of the scenario's {}{} (mean {} tokens in, {} out), each as "
        "likely\n",
        show_count(mix.shapes.size()), show_count(mix.seen),
        report.class_name.empty() ? "" : " of class " + report.class_name, show_amount(mix.mean_input()),
        show_amount(mix.mean_output()));
    if (mix.shared_prefixes)
        text += "prefixes that the trace shares are left out; \"shared_prefix\" of the service stands\n";
    text += fmt::format(
        "each figure: mean of {} replications of {} requests after {} to warm up; what varies: {}\n",
        report.replications, show_count(report.requests), show_count(report.requests / 5),
        show_vary(report.vary));
    for (const std::string& line : draws_of_all(report)) text += line + "\n";
    if (!report.objectives.empty())
        text += fmt::format(
            "a rate holds when the 95% interval of each promised figure lies below its limit, and that of "
            "the "
            "backlog's growth below {} of the requests; it is broken when one lies above\n",
            show_share(kKeepsUpWithin));
    return text;
}

}  // namespace

std::string capacity_text(const CapacityReport& report) {
    const bool several = report.workers.size() > 1;
    std::string text = fmt::format("{}: one worker of \"{}\"", report.scenario, report.pool);
    if (!several)
        text += " serves " + answer(report, report.workers.front());
    text += "\n";
    if (!report.objectives.empty())
        text += "promised: " + promises(report) + "\n";
    if (several)
        text += knee_table(report);
    for (const WorkerCapacity& worker : report.workers)
        text += curves(report, worker, several ? worker_label(worker) + " " : "");
    return text + notes(report);
}

}  // namespace spillway
