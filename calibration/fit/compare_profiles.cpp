#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "calibration/fit/drift.hpp"
#include "models/gpu_profile/kernel_times.hpp"

namespace spillway {
namespace {

/// A size's range that both profiles were measured in; empty when they share none.
struct Shared {
    double least = 1;
    double most = 0;
    bool empty() const noexcept { return least > most; }
};

Shared shared_range(const SectionQuality& a, const SectionQuality& b, std::string_view name) {
    const auto range_in = [name](const SectionQuality& quality) {
        const auto found = std::find_if(quality.valid.begin(), quality.valid.end(),
                                        [name](const ValidRange& range) { return range.name == name; });
        return found == quality.valid.end() ? Shared{} : Shared{found->least, found->most};
    };
    const Shared of_a = range_in(a);
    const Shared of_b = range_in(b);
    if (of_a.empty() || of_b.empty())
        return {};
    return {std::max(of_a.least, of_b.least), std::min(of_a.most, of_b.most)};
}

/// Sizes in equal ratios from end to end.
std::vector<double> sizes_in(Shared range) {
    constexpr int kSizes = 9;
    if (range.empty())
        return {};
    const double least = std::max(1.0, range.least);
    std::vector<double> sizes;
    sizes.reserve(kSizes);
    for (int i = 0; i < kSizes; ++i)
        sizes.push_back(std::round(least * std::pow(std::max(1.0, range.most / least), i / (kSizes - 1.0))));
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

ProbeDrift drift_of(std::string name, std::vector<double> ratios, double threshold) {
    ProbeDrift drift;
    drift.probe = std::move(name);
    drift.points = ratios.size();
    if (ratios.empty()) {
        drift.verdict = Drift::kMissing;
        drift.reason = "no sizes that both were measured in";
        return drift;
    }
    std::sort(ratios.begin(), ratios.end());
    // Ranks are rounded outwards: of a handful of sizes, all count.
    const auto last = static_cast<double>(ratios.size() - 1);
    drift.ratio = ratios[ratios.size() / 2];
    drift.low = ratios[static_cast<std::size_t>(std::floor(0.1 * last))];
    drift.high = ratios[static_cast<std::size_t>(std::ceil(0.9 * last))];
    judge_drift(drift, threshold);
    return drift;
}

ProbeDrift missing(std::string name, const char* reason) {
    ProbeDrift drift;
    drift.probe = std::move(name);
    drift.verdict = Drift::kMissing;
    drift.reason = reason;
    return drift;
}

std::vector<double> gemm_ratios(const GpuProfile& a, const GpuProfile& b, const Section<GemmForm>& of_a,
                                const Section<GemmForm>& of_b) {
    std::vector<double> ratios;
    const auto sizes = [&](const char* name) {
        return sizes_in(shared_range(of_a.quality, of_b.quality, name));
    };
    for (const double m : sizes("m")) {
        for (const double n : sizes("n")) {
            for (const double k : sizes("k"))
                ratios.push_back(gemm_seconds(b, of_a.precision, m, n, k) /
                                 gemm_seconds(a, of_a.precision, m, n, k));
        }
    }
    return ratios;
}

/// Grouped heads as today's models have them.
constexpr AttentionShape kShape{32, 8, 128};

std::vector<double> prefill_ratios(const GpuProfile& a, const GpuProfile& b, const Section<PrefillForm>& of_a,
                                   const Section<PrefillForm>& of_b) {
    std::vector<double> ratios;
    for (const double tokens : sizes_in(shared_range(of_a.quality, of_b.quality, "new_tokens"))) {
        for (const double prefix : {0.0, shared_range(of_a.quality, of_b.quality, "prefix_tokens").most}) {
            const PrefillChunk chunk{std::max(0.0, prefix), tokens};
            ratios.push_back(prefill_attention_seconds(b, of_a.precision, kShape, chunk) /
                             prefill_attention_seconds(a, of_a.precision, kShape, chunk));
        }
    }
    return ratios;
}

std::vector<double> decode_ratios(const GpuProfile& a, const GpuProfile& b, const Section<DecodeForm>& of_a,
                                  const Section<DecodeForm>& of_b) {
    std::vector<double> ratios;
    const auto seconds = [&](const GpuProfile& profile, double batch, double tokens) {
        return decode_attention_seconds(decode_attention_lines(profile, of_a.precision, kShape, batch),
                                        tokens);
    };
    for (const double batch : sizes_in(shared_range(of_a.quality, of_b.quality, "sequences"))) {
        for (const double tokens : sizes_in(shared_range(of_a.quality, of_b.quality, "kv_tokens")))
            ratios.push_back(seconds(b, batch, tokens) / seconds(a, batch, tokens));
    }
    return ratios;
}

/// The sections of one kind of kernel in both profiles.
template <class Form>
struct SectionsOfBoth {
    const char* kind;
    const std::vector<Section<Form>>& a;
    const std::vector<Section<Form>>& b;
};

/// Sections of both by their precision; those that nobody measured are not compared.
template <class Form, class Ratios>
void compare_sections(const SectionsOfBoth<Form>& both, double threshold, const Ratios& ratios_of,
                      std::vector<ProbeDrift>& drifts) {
    std::map<std::string, std::pair<const Section<Form>*, const Section<Form>*>> sections;
    for (const Section<Form>& section : both.a) {
        if (section.quality.samples > 0)
            sections[precision_name(section.precision)].first = &section;
    }
    for (const Section<Form>& section : both.b) {
        if (section.quality.samples > 0)
            sections[precision_name(section.precision)].second = &section;
    }
    for (const auto& [precision, pair] : sections) {
        const std::string name = fmt::format("{} {}", both.kind, precision);
        if (pair.first == nullptr || pair.second == nullptr)
            drifts.push_back(missing(name, pair.first == nullptr ? "only in B" : "only in A"));
        else
            drifts.push_back(drift_of(name, ratios_of(*pair.first, *pair.second), threshold));
    }
}

const AllReduceTable* find_table(const GpuProfile& profile, int gpus) {
    for (const AllReduceTable& table : profile.all_reduce) {
        if (table.gpus == gpus && profile.all_reduce_quality.samples > 0)
            return &table;
    }
    return nullptr;
}

void compare_all_reduces(const GpuProfile& a, const GpuProfile& b, double threshold,
                         std::vector<ProbeDrift>& drifts) {
    std::set<int> counts;
    for (const GpuProfile* profile : {&a, &b}) {
        for (const AllReduceTable& table : profile->all_reduce) counts.insert(table.gpus);
    }
    for (const int gpus : counts) {
        const std::string name = fmt::format("all-reduce {} GPUs", gpus);
        const AllReduceTable* of_a = find_table(a, gpus);
        const AllReduceTable* of_b = find_table(b, gpus);
        if (of_a == nullptr || of_b == nullptr) {
            if (of_a != of_b)
                drifts.push_back(missing(name, of_a == nullptr ? "only in B" : "only in A"));
            continue;
        }
        std::vector<double> ratios;
        for (const AllReducePoint& point : of_a->points)
            ratios.push_back(all_reduce_seconds(*of_b, point.bytes) / point.seconds);
        drifts.push_back(drift_of(name, std::move(ratios), threshold));
    }
}

void compare_elementwise(const GpuProfile& a, const GpuProfile& b, double threshold,
                         std::vector<ProbeDrift>& drifts) {
    const bool in_a = a.elementwise_quality.samples > 0;
    const bool in_b = b.elementwise_quality.samples > 0;
    if (in_a != in_b)
        drifts.push_back(missing("element-wise", in_a ? "only in A" : "only in B"));
    if (!in_a || !in_b)
        return;
    std::vector<double> ratios;
    for (const double bytes : {1e5, 1e6, 1e7, 1e8})
        ratios.push_back(elementwise_seconds(b, bytes, 1) / elementwise_seconds(a, bytes, 1));
    drifts.push_back(drift_of("element-wise", std::move(ratios), threshold));
}

void compare_times(const GpuProfile& a, const GpuProfile& b, double threshold,
                   std::vector<ProbeDrift>& drifts) {
    std::map<std::string, std::pair<const TimeLine*, const TimeLine*>> times;
    for (const TimeLine& time : a.times) times[time.name].first = &time;
    for (const TimeLine& time : b.times) times[time.name].second = &time;
    for (const auto& [name, pair] : times) {
        const auto [of_a, of_b] = pair;
        if (of_a == nullptr || of_b == nullptr) {
            drifts.push_back(missing(name, of_a == nullptr ? "only in B" : "only in A"));
            continue;
        }
        std::vector<double> counts{0};
        if (!of_a->unit.empty())
            counts = sizes_in(shared_range(of_a->quality, of_b->quality, of_a->unit + "s"));
        std::vector<double> ratios;
        ratios.reserve(counts.size());
        for (const double count : counts)
            ratios.push_back(line_seconds(*of_b, count) / line_seconds(*of_a, count));
        drifts.push_back(drift_of(name, std::move(ratios), threshold));
    }
}

}  // namespace

std::vector<ProbeDrift> compare_profiles(const GpuProfile& a, const GpuProfile& b, double threshold) {
    std::vector<ProbeDrift> drifts;
    compare_sections(
        SectionsOfBoth<GemmForm>{"gemm", a.gemm, b.gemm}, threshold,
        [&](const auto& x, const auto& y) { return gemm_ratios(a, b, x, y); }, drifts);
    compare_sections(
        SectionsOfBoth<PrefillForm>{"prefill attention", a.prefill, b.prefill}, threshold,
        [&](const auto& x, const auto& y) { return prefill_ratios(a, b, x, y); }, drifts);
    compare_sections(
        SectionsOfBoth<DecodeForm>{"decode attention", a.decode, b.decode}, threshold,
        [&](const auto& x, const auto& y) { return decode_ratios(a, b, x, y); }, drifts);
    compare_all_reduces(a, b, threshold, drifts);
    compare_elementwise(a, b, threshold, drifts);
    compare_times(a, b, threshold, drifts);
    return drifts;
}

}  // namespace spillway
