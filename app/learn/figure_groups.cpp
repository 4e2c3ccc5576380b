#include "app/learn/figure_groups.hpp"

#include <algorithm>
#include <map>
#include <queue>

namespace spillway {
namespace {

constexpr std::size_t kMostSites = 8;
constexpr std::size_t kThirds = 3;
constexpr std::size_t kLeastInGroup = 5;  // fewer have means by luck
constexpr std::size_t kLeastToSplit = 60;

/// Which third of the values each lies in; equal values lie in one third.
std::vector<std::size_t> thirds_of(const std::vector<std::uint32_t>& values) {
    std::vector<std::uint32_t> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const std::uint32_t first = sorted[sorted.size() / 3];
    const std::uint32_t second = sorted[2 * sorted.size() / 3];
    std::vector<std::size_t> thirds;
    thirds.reserve(values.size());
    for (const std::uint32_t value : values) thirds.push_back(value < first ? 0 : value < second ? 1 : 2);
    return thirds;
}

std::vector<std::uint32_t> lengths_of(const ObservedRun& run, std::uint32_t ObservedRequest::*length) {
    std::vector<std::uint32_t> lengths;
    lengths.reserve(run.requests.size());
    for (const ObservedRequest& request : run.requests) lengths.push_back(request.*length);
    return lengths;
}

void measure(const ObservedRun& run, FigureGroup& group) {
    std::vector<ReplayedRequest> measured(run.requests.size());
    for (const std::uint32_t i : group.requests) {
        const ObservedRequest& request = run.requests[i];
        measured[i].ttft = request.ttft;
        if (request.output > 1)
            measured[i].tpot = (request.total - request.ttft) / (request.output - 1);
    }
    const ReplayedRequest means = means_of(group, measured);
    group.ttft = means.ttft;
    group.tpot = means.tpot;
}

/// Those of a run with times, by the third of its prompts, of their company (or their answers) and of time.
std::vector<FigureGroup> split(const ObservedRun& run, std::size_t number) {
    const std::size_t count = run.requests.size();
    if (count < kLeastToSplit) {
        FigureGroup all{number, {}, 0, 0, 0};
        for (std::uint32_t i = 0; i < count; ++i) all.requests.push_back(i);
        return {all};
    }
    const auto prompts = thirds_of(lengths_of(run, &ObservedRequest::input));
    const auto company = thirds_of(
        run.load == LoadKind::kRecorded ? company_of(run) : lengths_of(run, &ObservedRequest::output));
    std::map<std::size_t, FigureGroup> cells;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t time = kThirds * i / count;
        FigureGroup& cell = cells[(time * kThirds + prompts[i]) * kThirds + company[i]];
        cell.run = number;
        cell.site = time;
        cell.requests.push_back(i);
    }
    std::vector<FigureGroup> groups;
    for (auto& [key, cell] : cells) {
        if (cell.requests.size() >= kLeastInGroup)
            groups.push_back(std::move(cell));
    }
    return groups;
}

}  // namespace

std::vector<std::uint32_t> company_of(const ObservedRun& run) {
    using Ends = std::priority_queue<double, std::vector<double>, std::greater<>>;
    std::map<std::uint32_t, Ends> under_way;
    std::vector<std::uint32_t> company;
    company.reserve(run.requests.size());
    for (const ObservedRequest& request : run.requests) {
        Ends& ends = under_way[request.worker];
        while (!ends.empty() && ends.top() <= *request.at) ends.pop();
        company.push_back(static_cast<std::uint32_t>(ends.size()));
        ends.push(*request.at + request.total);
    }
    return company;
}

std::vector<FigureGroup> group_figures(std::span<const ObservedRun> runs) {
    const bool by_run = runs.size() >= kThirds;
    std::vector<FigureGroup> groups;
    for (std::size_t number = 0; number < runs.size(); ++number) {
        const ObservedRun& run = runs[number];
        if (!run.each_timed) {
            FigureGroup& all = groups.emplace_back();
            all.run = number;
            for (std::uint32_t i = 0; i < run.requests.size(); ++i) all.requests.push_back(i);
            all.ttft = run.ttft;
            all.tpot = run.tpot;
            all.site = by_run ? number % kMostSites : number;
            continue;
        }
        for (FigureGroup& group : split(run, number)) {
            measure(run, group);
            group.site = by_run ? number % kMostSites : number * kThirds + group.site;
            groups.push_back(std::move(group));
        }
    }
    return groups;
}

std::size_t count_sites(std::span<const FigureGroup> groups) {
    std::size_t sites = 0;
    for (const FigureGroup& group : groups) sites = std::max(sites, group.site + 1);
    return sites;
}

ReplayedRequest means_of(const FigureGroup& group, std::span<const ReplayedRequest> replayed) {
    ReplayedRequest sum;
    double with_tokens = 0;
    for (const std::uint32_t i : group.requests) {
        sum.ttft += replayed[i].ttft;
        sum.tpot += replayed[i].tpot;
        with_tokens += replayed[i].tpot > 0 ? 1 : 0;
    }
    sum.ttft /= static_cast<double>(group.requests.size());
    sum.tpot = with_tokens > 0 ? sum.tpot / with_tokens : 0;
    return sum;
}

}  // namespace spillway
