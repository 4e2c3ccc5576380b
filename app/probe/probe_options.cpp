#include "app/probe/probe_options.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

std::vector<std::string> names_in(const std::string& list) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        names.push_back(list.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

}  // namespace

std::vector<OptionSpec> probe_option_specs() {
    return {
        {"out", "FILE", "where the samples go; - for standard output", 'o'},
        {"backend", "NAME", "cuda or host (this machine's processor); default: cuda"},
        {"effort", "LEVEL", "quick, normal or thorough: meant for a minute, ten, an hour; default: normal"},
        {"probes", "NAMES", "only these, with commas between; --list names them"},
        {"precision", "SHARE", "stop a point when its median is known to this; default: 1% (quick: 5%)"},
        {"folder", "DIR",
         "where the files of loading probes are written, and whose disk is measured; default: ."},
        {"uuid", "", "write the device's own number into the file"},
        {"quiet", "", "no progress"},
        {"list", "", "the probes of the backend, and how many points each has"},
        {"version", "", "what this program is"},
        {"help", "", "this text"}};
}

Effort effort_of(const Options& options) {
    constexpr std::array<std::string_view, 3> kWords{"quick", "normal", "thorough"};
    const std::string word = options.value("effort").value_or("normal");
    const auto found = std::find(kWords.begin(), kWords.end(), word);
    if (found == kWords.end())
        throw unknown_name("--effort", "effort", word, {kWords.begin(), kWords.end()});
    return static_cast<Effort>(found - kWords.begin());
}

ProbePlan plan_of(const Options& options) {
    ProbePlan plan;
    plan.effort = effort_of(options);
    if (plan.effort == Effort::kQuick) {
        plan.rule = {.precision = 0.05, .least = 6, .most = 100, .floor_seconds = 0, .ceiling_seconds = 0.1};
        plan.rounds = 1;
        plan.cool_down_seconds = 0.2;
    }
    if (const auto text = options.value("precision")) {
        const auto precision = parse_ratio(*text);
        if (!precision || !(*precision > 0 && *precision < 1))
            throw InputError("--precision", fmt::format("\"{}\" is not a share between 0 and 1", *text),
                             "for example 1%");
        plan.rule.precision = *precision;
    }
    if (const auto list = options.value("probes"))
        plan.probes = names_in(*list);
    return plan;
}

BackendOptions backend_options(const Options& options) {
    BackendOptions wanted;
    wanted.program = std::filesystem::read_symlink("/proc/self/exe");
    wanted.folder = options.value("folder").value_or(".");
    wanted.show_uuid = options.has("uuid");
    if (!std::filesystem::is_directory(wanted.folder))
        throw InputError("--folder", fmt::format("{} is not a directory", wanted.folder.string()));
    return wanted;
}

}  // namespace spillway
