#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/learn/log_rows.hpp"
#include "app/learn/observed.hpp"

namespace spillway {

/// What a reader of files is told beside their text.
struct ImportWishes {
    LogFilter log;
};

/// A file that was read whole.
struct ImportFile {
    std::filesystem::path path;
    std::string shown;  ///< as the user named it, for errors
    std::string text;
    std::string name() const { return path.filename().string(); }
};

/// One kind of file: the only place that knows its name and what reads it. `reads` throws InputError with the
/// place in the file for what it cannot use, and adds to what was observed.
struct ImportFormat {
    std::string_view name;
    std::string_view summary;
    bool (*looks_like)(const ImportFile& file);
    void (*read)(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);
};

/// In the order in which they are tried.
std::span<const ImportFormat> import_formats();

/// Reads the files, each by the format that its content looks like, or all by `format`. Those of one format
/// are read together, in the order given. Throws InputError for a file that is not there, is empty, or is of
/// no known format; and for a wished pool where no file has pools.
Observed import_files(const std::vector<std::string>& files, const std::optional<std::string>& format,
                      const ImportWishes& wishes);

// One file each.
bool is_vllm_bench(const ImportFile& file);
void read_vllm_bench(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);
bool is_guidellm(const ImportFile& file);
void read_guidellm(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);
bool is_genai_perf(const ImportFile& file);
void read_genai_perf(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);
bool is_aiperf(const ImportFile& file);
void read_aiperf(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);
bool is_vllm_metrics(const ImportFile& file);
void read_vllm_metrics(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);
bool is_request_log(const ImportFile& file);
void read_request_log(const std::vector<ImportFile>& files, const ImportWishes& wishes, Observed& observed);

}  // namespace spillway
