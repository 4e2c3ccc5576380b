#include "app/backtest/line_rules.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/backtest/words.hpp"
#include "app/io/json_file.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// What a mapping may name in the place of lines.
constexpr std::string_view kNoLine = "none";
constexpr std::string_view kAside = "aside";

/// Words that make an invoice line one of a sort. The first row of which one occurs decides.
struct SortWords {
    LineSort sort;
    std::vector<std::string_view> words;
};
const std::vector<SortWords>& sort_words() {
    static const std::vector<SortWords> kWords{
        {LineSort::kCommitment, {"commitment", "reserved", "reservation", "savings plan", "committed use"}},
        {LineSort::kEgress,
         {"egress", "data transfer", "datatransfer", "bandwidth", "internet out", "out bytes"}},
        {LineSort::kStorage, {"storage", "disk", "volume", "volumes", "ebs", "snapshot", "volumeusage"}},
        {LineSort::kCachedTokens, {"cached token", "cached tokens", "cached input", "cache read"}},
        {LineSort::kInputTokens,
         {"input token", "input tokens", "prompt token", "prompt tokens", "tokens input"}},
        {LineSort::kOutputTokens,
         {"output token", "output tokens", "completion tokens", "generated tokens", "tokens output"}},
        {LineSort::kRequests,
         {"per request", "request", "requests", "invocation", "invocations", "api calls"}},
        {LineSort::kGpuTime, {"gpu", "gpus", "accelerator", "boxusage"}},
        {LineSort::kCpu, {"vcpu", "vcpus", "cpu", "core", "cores"}},
        {LineSort::kMemory, {"memory", "ram"}},
        {LineSort::kGpuTime,
         {"instance", "instances",  "compute",     "worker",        "workers",  "pod",
          "pods",     "serverless", "endpoint",    "container",     "replica",  "node",
          "nodes",    "busy",       "idle",        "starting",      "draining", "stopping",
          "rounding", "stranded",   "failed work", "contract steps"}}};
    return kWords;
}

/// What the built-in rules know of one invoice line.
class LineRules {
public:
    LineRules(std::span<const PredictedLine> predicted, std::span<const PoolWords> pools)
        : predicted_(predicted), pools_(pools) {}

    std::vector<std::size_t> lines_for(const std::string& text) const {
        if (std::vector<std::size_t> same = named(text); !same.empty())
            return same;
        const WordList words(text);
        const std::optional<LineSort> sort = sort_of(words);
        if (!sort)
            return {};
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < predicted_.size(); ++i) {
            if (predicted_[i].sort == *sort)
                found.push_back(i);
        }
        if (names_a_gpu(words))
            keep_named(found, &PoolWords::gpu, [&](const std::string& gpu) { return words.has_gpu(gpu); });
        if (names_an_instance(words))
            keep_named(found, &PoolWords::instance, [&](const std::string& type) { return words.has(type); });
        const std::vector<std::size_t> of_pool =
            kept(found, [&](const PoolWords& pool) { return words.has(pool.pool); });
        return of_pool.empty() ? found : of_pool;
    }

private:
    /// Those whose name is the text.
    std::vector<std::size_t> named(const std::string& text) const {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < predicted_.size(); ++i) {
            if (matches_glob(text, predicted_[i].name))
                found.push_back(i);
        }
        return found;
    }
    std::optional<LineSort> sort_of(const WordList& words) const {
        for (const SortWords& one : sort_words()) {
            const bool fits = std::any_of(one.words.begin(), one.words.end(),
                                          [&](std::string_view word) { return words.has(word); });
            if (fits)
                return one.sort;
        }
        return names_a_gpu(words) || names_an_instance(words) ? std::optional(LineSort::kGpuTime)
                                                              : std::nullopt;
    }
    bool names_a_gpu(const WordList& words) const {
        const std::vector<GpuFacts>& known = gpu_catalog();
        return std::any_of(known.begin(), known.end(),
                           [&](const GpuFacts& gpu) { return words.has_gpu(gpu.name); }) ||
               std::any_of(pools_.begin(), pools_.end(),
                           [&](const PoolWords& pool) { return words.has_gpu(pool.gpu); });
    }
    bool names_an_instance(const WordList& words) const {
        return words.has_instance_type() ||
               std::any_of(pools_.begin(), pools_.end(), [&](const PoolWords& pool) {
                   return !pool.instance.empty() && words.has(pool.instance);
               });
    }
    /// The lines of pools that fit.
    template <class Fits>
    std::vector<std::size_t> kept(const std::vector<std::size_t>& found, Fits fits) const {
        std::vector<std::size_t> some;
        for (const std::size_t i : found) {
            const bool fitting = std::any_of(pools_.begin(), pools_.end(), [&](const PoolWords& pool) {
                return pool.pool == predicted_[i].pool && fits(pool);
            });
            if (fitting)
                some.push_back(i);
        }
        return some;
    }
    /// What is named is that of some pools; or it may be that of pools which do not say theirs; or it is
    /// nothing that is predicted.
    template <class Named>
    void keep_named(std::vector<std::size_t>& found, std::string PoolWords::*member, Named named) const {
        std::vector<std::size_t> some = kept(
            found, [&](const PoolWords& pool) { return !(pool.*member).empty() && named(pool.*member); });
        if (some.empty())
            some = kept(found, [&](const PoolWords& pool) { return (pool.*member).empty(); });
        found = std::move(some);
    }

    std::span<const PredictedLine> predicted_;
    std::span<const PoolWords> pools_;
};

/// The predicted lines that a mapping names.
std::vector<std::size_t> mapped_lines(const LineMapping& mapping, std::span<const PredictedLine> predicted) {
    std::vector<std::size_t> found;
    if (mapping.line == kNoLine || mapping.line == kAside)
        return found;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        names.push_back(predicted[i].name);
        if (matches_glob(predicted[i].name, mapping.line))
            found.push_back(i);
    }
    names.insert(names.end(), {kNoLine, kAside});
    if (found.empty())
        throw unknown_name(mapping.where, "predicted line", mapping.line, names);
    return found;
}

}  // namespace

std::vector<LineMapping> parse_line_mapping(const std::string& text, const std::string& where) {
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos && equals > 0 && equals + 1 < text.size())
        return {{where, text.substr(0, equals), text.substr(equals + 1)}};
    if (equals != std::string::npos || !text.ends_with(".json"))
        throw InputError(where, fmt::format("\"{}\" maps no invoice line", text),
                         "write 'BoxUsage*=gpu: GPU time', or name a JSON file of such pairs");
    std::vector<LineMapping> mappings;
    const ConfigNode node = read_config_file(text);
    for (const ConfigNode::Member& member : node.members())
        mappings.push_back({member.second.where(), member.first, member.second.as_text()});
    return mappings;
}

bool matches_glob(std::string_view text, std::string_view pattern) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::optional<std::size_t> star;  // the last one, and how far it reaches
    std::size_t reach = 0;
    while (at < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            reach = at;
        } else if (in_pattern < pattern.size() &&
                   (pattern[in_pattern] == '?' || lower(pattern[in_pattern]) == lower(text[at]))) {
            ++in_pattern;
            ++at;
        } else if (star) {
            in_pattern = *star + 1;
            at = ++reach;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
    return in_pattern == pattern.size();
}

std::vector<LineTarget> target_lines(std::span<const InvoiceLine> invoice,
                                     std::span<const PredictedLine> predicted,
                                     std::span<const PoolWords> pools,
                                     std::span<const LineMapping> mappings) {
    const LineRules rules(predicted, pools);
    std::vector<LineTarget> targets;
    targets.reserve(invoice.size());
    for (const InvoiceLine& line : invoice) {
        LineTarget target;
        target.compared = line.sort == InvoiceSort::kCharge;
        if (target.compared)
            target.lines = rules.lines_for(line.text);
        targets.push_back(std::move(target));
    }
    for (const LineMapping& mapping : mappings) {
        const std::vector<std::size_t> lines = mapped_lines(mapping, predicted);
        bool fits_any = false;
        for (std::size_t i = 0; i < invoice.size(); ++i) {
            if (!matches_glob(invoice[i].text, mapping.pattern))
                continue;
            fits_any = true;
            targets[i] = {lines, true, mapping.line != kAside};
        }
        if (!fits_any) {
            std::vector<std::string_view> texts;
            for (const InvoiceLine& line : invoice) texts.push_back(line.text);
            throw unknown_name(mapping.where, "invoice line", mapping.pattern, texts);
        }
    }
    return targets;
}

}  // namespace spillway
