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
/// As files of what was learnt may have them.
constexpr std::int64_t kMostBlocks = 1'000'000'000;
constexpr std::int64_t kMostBlockTokens = 1'000'000;

struct Scrape {
    std::string where;
    Totals totals;  ///< counters, and sums and counts of histograms, over all engines
    std::set<std::string> models;
    std::optional<ObservedMemory> memory;
};

/// Empty where it is not there, or stands for nothing: "None", "0".
std::optional<std::int64_t> count_label(const PrometheusSample& sample, const std::string& label,
                                        std::int64_t most) {
    const auto found = sample.labels.find(label);
    const auto value = found == sample.labels.end() ? std::nullopt : parse_integer(found->second);
    if (!value || *value == 0)
        return std::nullopt;
    if (*value < 1 || *value > most) {
        throw InputError(sample.where, fmt::format("{} is {}", label, *value),
                         fmt::format("a count from 1 to {}", most));
    }
    return value;
}

void read_memory(const PrometheusSample& sample, Scrape& scrape) {
    const auto blocks = count_label(sample, "num_gpu_blocks", kMostBlocks);
    const auto tokens = count_label(sample, "block_size", kMostBlockTokens);
    if (blocks && tokens)
        scrape.memory =
            ObservedMemory{static_cast<std::uint64_t>(*blocks), static_cast<std::uint32_t>(*tokens)};
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

/// Takes the wait in the engine's queue off TTFT where it is most of it.
void leave_out_queue(double queue, MeanFigures& figures, std::vector<std::string>& notes) {
    if (queue >= figures.ttft) {
        throw InputError(
            figures.where,
            fmt::format(
                "requests waited {:.4g} s in the engine's queue and had their first token after {:.4g} s",
                queue, figures.ttft),
            "are both sums of the same requests? one of a first token begins with its wait");
    }
    const double share = queue / figures.ttft;
    if (share <= kMostlyQueue)
        return;
    figures.ttft = figures.ttft - queue + figures.tpot / 2;
    notes.push_back(fmt::format("{}: {:.0f}% of TTFT was waiting in the engine's queue, which is left out",
                                figures.where, 100 * share));
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
    if (const auto queue = between.mean({"vllm:request_queue_time_seconds"}); queue && *queue > 0)
        leave_out_queue(*queue, figures, notes);
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
