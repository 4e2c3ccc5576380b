#include "calibration/fit/typed_rows.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

MeasuredRow measured(const Sample& sample, std::string_view precision_parameter) {
    const std::string& word = sample.word(precision_parameter);
    const auto precision = parse_precision(word);
    if (!precision)
        throw unknown_name("a sample of probe " + sample.probe, "precision", word, precision_names());
    return {*precision, sample.median_seconds};
}

double size_of(const Sample& sample, std::string_view name) {
    const double size = sample.number(name);
    if (!(size >= 1 && size < 1e15))
        throw InputError("a sample of probe " + sample.probe,
                         "has a \"" + std::string(name) + "\" that is no size", "1 or more");
    return size;
}

AttentionShape shape_of(const Sample& sample) {
    return {size_of(sample, "heads"), size_of(sample, "kv_heads"), size_of(sample, "head_dim")};
}

/// Probes whose times are straight lines, and what they grow with.
struct LineProbe {
    std::string_view probe;
    std::string_view count;  ///< the parameter; empty: none
    std::string_view unit;
};
constexpr std::array kLineProbes{
    LineProbe{"mem.copy", "bytes", "byte"},
    LineProbe{"bus.copy", "bytes", "byte"},
    LineProbe{"launch", "", ""},
    LineProbe{"graph", "nodes", "node"},
    LineProbe{"start.process", "", ""},
    LineProbe{"start.context", "", ""},
    LineProbe{"start.library", "", ""},
    LineProbe{"start.module", "", ""},
    LineProbe{"alloc", "bytes", "byte"},
    LineProbe{"disk.read", "bytes", "byte"},
    LineProbe{"load", "bytes", "byte"},
};
/// Measured for people to compare with; no form is fitted to it.
constexpr std::string_view kBoundProbe = "attn.prefill.composed";

constexpr double kMostVariation = 10;  // as profiles take it

LineRow line_row(const Sample& sample, const LineProbe& probe) {
    LineRow row;
    row.name = sample.probe;
    for (const auto& [name, word] : sample.words) row.name += " " + word;
    if (const double* threads = find_named(sample.numbers, "threads"))
        row.name += fmt::format(" x{}", *threads);
    row.unit = probe.unit;
    if (!probe.count.empty())
        row.count = size_of(sample, probe.count);
    row.seconds = sample.median_seconds;
    constexpr double kNormal = 1.349;  // quartiles of the normal law lie so many deviations apart
    if (sample.spread)
        row.variation =
            std::min(kMostVariation,
                     (sample.spread->upper_quartile - sample.spread->lower_quartile) / kNormal / row.seconds);
    return row;
}

const LineProbe* find_line_probe(std::string_view name) {
    const auto found = std::find_if(kLineProbes.begin(), kLineProbes.end(),
                                    [name](const LineProbe& probe) { return probe.probe == name; });
    return found == kLineProbes.end() ? nullptr : &*found;
}

std::vector<std::string_view> probe_names() {
    std::vector<std::string_view> names{"gemm",       "attn.prefill", "attn.decode",
                                        "all_reduce", "ew",           kBoundProbe};
    for (const LineProbe& probe : kLineProbes) names.push_back(probe.probe);
    return names;
}

/// "16 x 4096", or nothing.
std::string touched_shape(const Sample& sample) {
    const double* tokens = find_named(sample.numbers, "tokens");
    const double* width = find_named(sample.numbers, "width");
    return tokens != nullptr && width != nullptr ? fmt::format(" ({} x {})", *tokens, *width) : std::string();
}

int gpus_of(const Sample& sample) {
    const double gpus = size_of(sample, "gpus");
    constexpr double kMost = 1024;
    if (gpus > kMost)
        throw InputError("a sample of probe all_reduce", fmt::format("is of {} GPUs", gpus), "at most 1024");
    return static_cast<int>(gpus);
}

double prefix_of(const Sample& sample) {
    return sample.number("prefix") == 0 ? 0 : size_of(sample, "prefix");
}

/// Where one file has the same times with buffers of several sizes, each is a time of its own.
void tell_buffers_apart(const SampleFile& file, TypedRows& rows) {
    std::map<std::string, std::set<double>> sizes;
    std::vector<double> buffers;
    for (const Sample& sample : file.samples) {
        const LineProbe* probe = find_line_probe(sample.probe);
        if (probe == nullptr)
            continue;
        const double* size = find_named(sample.numbers, "buffer_bytes");
        buffers.push_back(size == nullptr ? 0 : *size);
        sizes[rows.lines[buffers.size() - 1].name].insert(buffers.back());
    }
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        if (const auto found = sizes.find(rows.lines[i].name);
            found != sizes.end() && found->second.size() > 1)
            rows.lines[i].name += fmt::format(" {}MiB", buffers[i] / (1024.0 * 1024));
    }
}

void add_row(const Sample& sample, TypedRows& rows) {
    if (sample.probe == "gemm") {
        rows.gemm.push_back({measured(sample, "dtype"), size_of(sample, "m"), size_of(sample, "n"),
                             size_of(sample, "k"), size_of(sample, "copies")});
    } else if (sample.probe == "attn.prefill") {
        rows.prefill.push_back({measured(sample, "kv_dtype"),
                                shape_of(sample),
                                size_of(sample, "batch"),
                                {prefix_of(sample), size_of(sample, "new")}});
    } else if (sample.probe == "attn.decode") {
        rows.decode.push_back({measured(sample, "kv_dtype"), shape_of(sample), size_of(sample, "batch"),
                               size_of(sample, "context")});
    } else if (sample.probe == "all_reduce") {
        // Engines replay graphs; an eager launch is measured for people to compare with.
        if (const std::string* how = find_named(sample.words, "how"); how != nullptr && *how == "eager")
            return;
        rows.all_reduce.push_back(
            {{Precision::kBf16, sample.median_seconds}, gpus_of(sample), size_of(sample, "bytes")});
    } else if (sample.probe == "ew") {
        rows.elementwise.push_back({{Precision::kBf16, sample.median_seconds},
                                    sample.word("op"),
                                    size_of(sample, "bytes"),
                                    touched_shape(sample)});
    } else if (const LineProbe* probe = find_line_probe(sample.probe)) {
        rows.lines.push_back(line_row(sample, *probe));
    } else if (sample.probe != kBoundProbe) {
        throw unknown_name("a sample", "probe", sample.probe, probe_names());
    }
}

}  // namespace

TypedRows typed_rows(const SampleFile& file) {
    TypedRows rows;
    for (const Sample& sample : file.samples) add_row(sample, rows);
    tell_buffers_apart(file, rows);
    return rows;
}

}  // namespace spillway
