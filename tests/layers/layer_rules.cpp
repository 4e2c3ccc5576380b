#include "tests/layers/layer_rules.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <regex>
#include <span>
#include <string_view>

namespace spillway::tests {
namespace {

/// One row of the table in docs/architecture.md.
struct Layer {
    std::string_view folder;
    std::span<const std::string_view> may_include;  ///< folders or single files of ours, besides itself
    std::span<const std::string_view> third_party;  ///< how allowed angle includes begin
};

using Names = std::string_view;
constexpr std::array<Names, 1> kCore{"sim/core/"};
constexpr std::array<Names, 2> kFleet{"sim/core/", "sim/fleet/"};
constexpr std::array<Names, 3> kFit{"sim/core/", "models/gpu_profile/", "calibration/common/"};
constexpr std::array<Names, 2> kCommon{"sim/core/", "calibration/common/"};
constexpr std::array<Names, 7> kApp{"sim/",
                                    "policies/",
                                    "models/",
                                    "traces/",
                                    "calibration/common/",
                                    "calibration/host/",
                                    "calibration/fit/"};
constexpr std::array<Names, 5> kProbe{"sim/core/", "app/", "calibration/common/", "calibration/host/",
                                      "calibration/cuda/"};
constexpr std::array<Names, 4> kInstalled{"sim/", "policies/", "models/", "traces/"};

constexpr std::array<Names, 4> kCoreLibraries{"fmt/", "boost/math", "boost/random", "Random123/"};
constexpr std::array<Names, 1> kFleetLibraries{"fmt/"};
constexpr std::array<Names, 3> kMetricsLibraries{"fmt/", "nlohmann/", "boost/histogram"};
constexpr std::array<Names, 2> kPolicyLibraries{"fmt/", "boost/dll"};
constexpr std::array<Names, 4> kModelLibraries{"fmt/", "nlohmann/", "boost/graph", "boost/property_map"};
constexpr std::array<Names, 6> kTraceLibraries{"fmt/",         "simdjson", "fast_float/",
                                               "boost/random", "zlib",     "zstd"};
constexpr std::array<Names, 6> kCalibrationLibraries{"fmt/",   "cu",        "nccl",
                                                     "Eigen/", "nlohmann/", "unsupported/Eigen/"};
constexpr std::array<Names, 11> kAppLibraries{"boost/",  "nlohmann/", "fmt/",       "SQLiteCpp/",
                                              "Eigen/",  "sqlite3",   "oneapi/tbb", "tbb/",
                                              "httplib", "coin/",     "yaml-cpp/"};

constexpr std::array kLayers{
    Layer{"sim/core/", {}, kCoreLibraries},
    Layer{"sim/fleet/", kCore, kFleetLibraries},
    Layer{"sim/metrics/", kFleet, kMetricsLibraries},
    Layer{"sim/billing/", kFleet, kMetricsLibraries},
    Layer{"policies/", kFleet, kPolicyLibraries},
    Layer{"models/", kFleet, kModelLibraries},
    Layer{"traces/", kFleet, kTraceLibraries},
    Layer{"calibration/common/", kCore, kCalibrationLibraries},
    Layer{"calibration/cuda/", kCommon, kCalibrationLibraries},
    Layer{"calibration/host/", kCommon, kCalibrationLibraries},
    Layer{"calibration/fit/", kFit, kCalibrationLibraries},
    Layer{"app/probe/", kProbe, kAppLibraries},
    Layer{"app/", kApp, kAppLibraries},
    Layer{"examples/", kInstalled, {}},
};

/// Headers that may name a library, each with its reason at its head.
constexpr std::array<std::pair<Names, Names>, 1> kHeaderExceptions{{{"sim/core/rng.hpp", "Random123/"}}};

/// How the angle includes of libraries begin; whatever else stands in angle brackets belongs to the system.
constexpr std::array<Names, 22> kLibraries{"unsupported/Eigen/",
                                           "boost/",
                                           "Eigen/",
                                           "nlohmann/",
                                           "fmt/",
                                           "simdjson",
                                           "fast_float",
                                           "cuda",
                                           "cublas",
                                           "nccl",
                                           "nvml",
                                           "Random123/",
                                           "zstd",
                                           "zlib",
                                           "httplib",
                                           "SQLiteCpp/",
                                           "sqlite3",
                                           "oneapi/",
                                           "tbb/",
                                           "coin/",
                                           "yaml-cpp/",
                                           "mpi"};

bool begins_with_any(std::string_view text, std::span<const std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return text.starts_with(beginning); });
}

const Layer* layer_of(std::string_view file) {
    for (const Layer& layer : kLayers) {
        if (file.starts_with(layer.folder)) {
            return &layer;
        }
    }
    return nullptr;
}

std::string quoted_problem(const Layer& layer, std::string_view included) {
    if (included.starts_with(layer.folder) || begins_with_any(included, layer.may_include)) {
        return {};
    }
    return std::string(layer.folder) + " may not include \"" + std::string(included) + "\"";
}

std::string library_problem(const Layer& layer, std::string_view file, std::string_view included) {
    if (!begins_with_any(included, kLibraries)) {
        return {};
    }
    const std::string name = "<" + std::string(included) + ">";
    if (!begins_with_any(included, layer.third_party)) {
        return std::string(layer.folder) + " may not use " + name;
    }
    const bool excepted = std::any_of(
        kHeaderExceptions.begin(), kHeaderExceptions.end(),
        [&](const auto& pair) { return file == pair.first && included.starts_with(pair.second); });
    if (!excepted && (file.ends_with(".hpp") || file.ends_with(".cuh"))) {
        return name + " in a header: libraries stay in .cpp and .cu files";
    }
    return {};
}

std::vector<std::string> sources_below(const std::filesystem::path& root) {
    constexpr std::array<std::string_view, 4> kEndings{".hpp", ".cpp", ".cu", ".cuh"};
    std::vector<std::string> files;
    for (const char* top : {"sim", "policies", "models", "traces", "calibration", "app", "examples"}) {
        if (!std::filesystem::exists(root / top)) {
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
            const std::string ending = entry.path().extension().string();
            if (std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end()) {
                files.push_back(entry.path().lexically_relative(root).generic_string());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

void check_file(const std::filesystem::path& root, const std::string& file, std::vector<Violation>& found) {
    const Layer* layer = layer_of(file);
    if (layer == nullptr) {
        found.push_back({file, 1, "this folder is in no layer of docs/architecture.md"});
        return;
    }
    static const std::regex kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
    std::ifstream in(root / file);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        std::smatch match;
        if (!std::regex_search(line, match, kInclude)) {
            continue;
        }
        const std::string problem = match[1] == "\"" ? quoted_problem(*layer, match[2].str())
                                                     : library_problem(*layer, file, match[2].str());
        if (!problem.empty()) {
            found.push_back({file, number, problem});
        }
    }
}

}  // namespace

std::vector<Violation> check_layers(const std::filesystem::path& root) {
    std::vector<Violation> found;
    for (const std::string& file : sources_below(root)) {
        check_file(root, file, found);
    }
    return found;
}

std::size_t source_count(const std::filesystem::path& root) { return sources_below(root).size(); }

}  // namespace spillway::tests
