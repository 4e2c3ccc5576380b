#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "app/io/text_file.hpp"
#include "app/learn/importers.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kFormats{
    ImportFormat{"vllm-bench", "result of `vllm bench serve` (JSON)", is_vllm_bench, read_vllm_bench},
    ImportFormat{"guidellm", "benchmarks.json of GuideLLM", is_guidellm, read_guidellm},
    ImportFormat{"aiperf", "profile_export_aiperf.json or profile_export.jsonl of AIPerf", is_aiperf,
                 read_aiperf},
    ImportFormat{"genai-perf", "profile_export.json or *_genai_perf.json of genai-perf", is_genai_perf,
                 read_genai_perf},
    ImportFormat{"vllm-metrics", "scrapes of vLLM's /metrics (Prometheus text)", is_vllm_metrics,
                 read_vllm_metrics},
    ImportFormat{"request-log",
                 "CSV of `spillway run --requests`, or of any log in the form of docs/learn.md",
                 is_request_log, read_request_log},
};

ImportFile read_file(const std::string& name) {
    ImportFile file{name, name, read_text_file(name, name)};
    if (file.text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw InputError(name, "is empty", "did the benchmark end before it wrote its result?");
    return file;
}

const ImportFormat& find_format(const std::string& name) {
    std::vector<std::string_view> names;
    for (const ImportFormat& format : kFormats) {
        if (format.name == name)
            return format;
        names.push_back(format.name);
    }
    throw unknown_name("--format", "format", name, names);
}

const ImportFormat& format_of(const ImportFile& file) {
    for (const ImportFormat& format : kFormats) {
        if (format.looks_like(file))
            return format;
    }
    std::string known;
    for (const ImportFormat& format : kFormats)
        known += fmt::format("{}{}", known.empty() ? "" : ", ", format.name);
    throw InputError(file.shown, "looks like none of the formats that are known",
                     fmt::format("--format names it: {}", known));
}

/// In the order of kFormats.
using FilesByFormat = std::array<std::vector<ImportFile>, kFormats.size()>;

/// Only request logs have pools.
void check_pool(const FilesByFormat& files, const ImportWishes& wishes) {
    if (!wishes.log.pool)
        return;
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
        if (kFormats[i].read == read_request_log && !files[i].empty())
            return;
    }
    throw InputError("--pool",
                     fmt::format("\"{}\" is a pool, and no file is a request log", *wishes.log.pool),
                     "other files are of one pool: leave --pool out");
}

}  // namespace

std::span<const ImportFormat> import_formats() { return kFormats; }

Observed import_files(const std::vector<std::string>& files, const std::optional<std::string>& format,
                      const ImportWishes& wishes) {
    FilesByFormat by_format;
    for (const std::string& name : files) {
        ImportFile file = read_file(name);
        const ImportFormat& its = format ? find_format(*format) : format_of(file);
        by_format[static_cast<std::size_t>(&its - kFormats.data())].push_back(std::move(file));
    }
    check_pool(by_format, wishes);
    Observed observed;
    for (std::size_t i = 0; i < kFormats.size(); ++i) {
        if (!by_format[i].empty())
            kFormats[i].read(by_format[i], wishes, observed);
    }
    return observed;
}

}  // namespace spillway
