#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/learn/importers.hpp"
#include "app/learn/mean_run.hpp"
#include "app/learn/prometheus_text.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Totals = std::map<std::string, double, std::less<>>;

/// A share of TTFT from which it is the queue rather than the engine.
constexpr double kMostlyQueue = 0.3;
/// Requests of a load that goes on and on: no beginning of it is in the means.
constexpr double kSteady = 1e4;

struct Scrape {
    std::string where;
    Totals totals;  ///< counters, and sums and counts of histograms, over all engines
    std::set<std::string> models;
    std::optional<ObservedMemory> memory;
};

std::uint64_t count_label(const PrometheusSample& sample, const std::string& label) {
    const auto found = sample.labels.find(label);
    const auto value = found == sample.labels.end() ? std::nullopt : parse_integer(found->second);
    return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
}

void read_memory(const PrometheusSample& sample, Scrape& scrape) {
    const std::uint64_t blocks = count_label(sample, "num_gpu_blocks");
    const std::uint64_t tokens = count_label(sample, "block_size");
    if (blocks > 0 && tokens > 0)
        scrape.memory = ObservedMemory{blocks, static_cast<std::uint32_t>(tokens)};
}

Scrape read_scrape(const ImportFile& file) {
    Scrape scrape{file.shown, {}, {}, {}};
    for (const PrometheusSample& sample : parse_prometheus(file.text, file.shown)) {
        if (!sample.name.starts_with("vllm:") || sample.name.ends_with("_bucket"))
            continue;
        if (sample.name == "vllm:cache_config_info") {
            read_memory(sample, scrape);
            continue;
        }
        if (const auto model = sample.labels.find("model_name"); model != sample.labels.end())
            scrape.models.insert(model->second);
        scrape.totals[sample.name] += sample.value;
    }
    if (scrape.totals.empty())
        throw InputError(file.shown, "has no metric of vLLM", "their names begin with \"vllm:\"");
    if (scrape.models.size() > 1)
        throw InputError(
            file.shown,
            fmt::format("has {} models: {}", scrape.models.size(), fmt::join(scrape.models, ", ")),
            "an engine profile is of one model: keep the lines of one model_name");
    return scrape;
}

/// What was counted between two scrapes, or since the server's start.
class Between {
public:
    Between(const Scrape& later, const Scrape* earlier) : later_(later), earlier_(earlier) {}

    /// Over the first of these metrics that is there; empty: none is.
    std::optional<double> total(std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names) {
            const auto found = later_.totals.find(name);
            if (found == later_.totals.end())
                continue;
            double before = 0;
            if (earlier_ != nullptr) {
                const auto was = earlier_->totals.find(name);
                before = was == earlier_->totals.end() ? 0 : was->second;
            }
            if (!std::isfinite(found->second) || !std::isfinite(before))
                throw InputError(later_.where, fmt::format("{} is not a number", name));
            if (found->second < before) {
                throw InputError(
                    later_.where, fmt::format("{} fell since the scrape before", name),
                    "scrapes stand in the order of time; a server that starts again begins at 0");
            }
            return found->second - before;
        }
        return std::nullopt;
    }

    /// Of a histogram, by the first of its names over the versions.
    std::optional<double> mean(std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names) {
            const auto sum = total({fmt::format("{}_sum", name)});
            const auto count = total({fmt::format("{}_count", name)});
            if (sum && count && *count > 0)
                return *sum / *count;
        }
        return std::nullopt;
    }

    double need(const std::optional<double>& value, std::string_view what) const {
        if (value)
            return *value;
        throw InputError(later_.where, fmt::format("says nothing of {}", what),
                         "was anything served between the scrapes?");
    }

private:
    const Scrape& later_;
    const Scrape* earlier_;
};

/// Sequences in the mean iteration: each of them got one of the tokens that were made.
double mean_sequences(const Between& between, const Scrape& scrape) {
    const auto tokens = between.total({"vllm:generation_tokens_total", "vllm:generation_tokens"});
    const auto iterations = between.total({"vllm:iteration_tokens_total_count"});
    if (tokens && iterations && *iterations > 0)
        return std::max(1.0, *tokens / *iterations);
    const auto running = scrape.totals.find("vllm:num_requests_running");
    if (running != scrape.totals.end() && running->second >= 1)
        return running->second;
    throw InputError(
        scrape.where, "does not say how many requests ran at once",
        "vllm:iteration_tokens_total says it, and vllm:num_requests_running where it is above 0");
}

MeanFigures figures_between(const Scrape& later, const Scrape* earlier, std::vector<std::string>& notes) {
    const Between between(later, earlier);
    MeanFigures figures;
    figures.where = later.where;
    figures.ttft = between.need(between.mean({"vllm:time_to_first_token_seconds"}), "first tokens");
    figures.tpot =
        between.need(between.mean({"vllm:request_time_per_output_token_seconds",
                                   "vllm:inter_token_latency_seconds", "vllm:time_per_output_token_seconds"}),
                     "the time per output token");
    figures.input = between.need(between.mean({"vllm:request_prompt_tokens"}), "tokens of prompts");
    figures.output = between.need(between.mean({"vllm:request_generation_tokens"}), "tokens of answers");
    figures.completed = kSteady;
    figures.clients = std::round(mean_sequences(between, later));
    const double queue = between.mean({"vllm:request_queue_time_seconds"}).value_or(0);
    if (queue > kMostlyQueue * figures.ttft) {
        figures.ttft = figures.ttft - queue + figures.tpot / 2;
        notes.push_back(
            fmt::format("{}: {:.0f}% of TTFT was waiting in the engine's queue, which is left out",
                        later.where, 100 * queue / figures.ttft));
    }
    return figures;
}

}  // namespace

bool is_vllm_metrics(const ImportFile& file) {
    return file.text.front() != '{' && file.text.find("vllm:") != std::string::npos;
}

void read_vllm_metrics(const std::vector<ImportFile>& files, const ImportWishes& /*wishes*/,
                       Observed& observed) {
    std::vector<Scrape> scrapes;
    scrapes.reserve(files.size());
    for (const ImportFile& file : files) scrapes.push_back(read_scrape(file));
    for (std::size_t i = 0; i < scrapes.size(); ++i) {
        const Scrape& scrape = scrapes[i];
        observed.sources.push_back({files[i].name(), "vllm-metrics", "vllm", "",
                                    scrape.models.empty() ? std::string{} : *scrape.models.begin()});
        if (scrape.memory)
            observed.memory = scrape.memory;
        if (i == 0 && scrapes.size() > 1)
            continue;
        observed.runs.push_back(
            mean_run(figures_between(scrape, i > 0 ? &scrapes[i - 1] : nullptr, observed.notes)));
    }
    observed.notes.push_back(
        "metrics have means alone: each pair of scrapes is one load, taken as a constant number of requests "
        "at once with prompts and answers of mean length");
}

}  // namespace spillway
