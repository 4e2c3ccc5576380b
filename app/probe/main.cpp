// spillway-probe: measures this machine and writes what it took as samples.
#include <algorithm>
#include <string>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "app/probe/probe_options.hpp"
#include "app/version.hpp"
#include "calibration/common/backend.hpp"
#include "calibration/common/run_probes.hpp"
#include "calibration/host/host_backend.hpp"
#ifdef SPILLWAY_CUDA
#include "calibration/cuda/cuda_backend.hpp"
#endif
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr int kInputErrorCode = 2;
constexpr int kInternalErrorCode = 70;
constexpr int kNothingToMeasureCode = 77;  // what test drivers take for "skipped"

const std::vector<const BackendEntry*>& backends() {
    static const std::vector<const BackendEntry*> kBackends{
#ifdef SPILLWAY_CUDA
        &cuda_backend(),
#endif
        &host_backend()};
    return kBackends;
}

const BackendEntry* find_backend(std::string_view name) {
    for (const BackendEntry* entry : backends()) {
        if (entry->name == name)
            return entry;
    }
    return nullptr;
}

std::string list_of(ProbeBackend& backend, Effort effort) {
    std::string text;
    for (const auto& probe : backend.probes())
        text += fmt::format("{:<22} {:>5} points  {}\n", probe->name(), probe->points(effort).size(),
                            probe->summary());
    return text;
}

int say_unusable(const std::string& why) {
    fmt::print(stderr, "spillway-probe: {}\n", why);
    return kNothingToMeasureCode;
}

/// Progress on one line of a terminal, or a line for every fiftieth point where there is none.
std::function<void(const std::string&)> progress(const Options& options) {
    if (options.has("quiet"))
        return [](const std::string&) {};
    if (isatty(STDERR_FILENO) == 0)
        return [count = 0](const std::string& line) mutable {
            if (count++ % 50 == 0)
                fmt::print(stderr, "{}\n", line);
        };
    return [](const std::string& line) { fmt::print(stderr, "\r\x1b[K{:.100}", line); };
}

int measure(const Options& options, ProbeBackend& backend) {
    const std::string name = options.required("out", "name the file to write");
    OutputFile out(name);
    SampleFile samples = run_probes(backend, plan_of(options), real_probe_world(progress(options)));
    if (isatty(STDERR_FILENO) != 0 && !options.has("quiet"))
        fmt::print(stderr, "\r\x1b[K");
    samples.provenance = {{"program", fmt::format("spillway-probe {}", version())},
                          {"effort", options.value("effort").value_or("normal")}};
    write_samples(samples, out.stream());
    out.keep();
    fmt::print(stderr, "{}: {} points of {}, {} left out\n", name, samples.samples.size(), samples.gpu,
               samples.skipped.size());
    return samples.samples.empty() ? say_unusable("no point could be measured; the file says why") : 0;
}

int probe(const std::vector<std::string>& arguments) {
    if (!arguments.empty() && arguments[0] == "--child") {
        const BackendEntry* entry = arguments.size() > 1 ? find_backend(arguments[1]) : nullptr;
        if (entry == nullptr)
            throw InputError("--child", "names no backend", "it is for the program's own use");
        return entry->child(std::span(arguments).subspan(2));
    }
    const Options options("spillway-probe", probe_option_specs(), arguments);
    if (options.has("help") || arguments.empty()) {
        write_output(
            "-", help_text("spillway-probe", "--out FILE [options]", kProbeSummary, probe_option_specs()));
        return arguments.empty() ? kInputErrorCode : 0;
    }
    if (options.has("version")) {
        fmt::print("spillway-probe {}\n", version());
        return 0;
    }
    if (!options.positional().empty())
        throw InputError("spillway-probe", fmt::format("takes no \"{}\"", options.positional().front()),
                         "spillway-probe --help");
    const std::string name = options.value("backend").value_or("cuda");
    const BackendEntry* entry = find_backend(name);
    if (entry == nullptr && name == "cuda")
        return say_unusable(
            "this program was built without CUDA, so that it measures no GPU; --backend host measures the "
            "processor");
    if (entry == nullptr)
        throw unknown_name("--backend", "backend", name, {"cuda", "host"});
    const OpenedBackend opened = entry->open(backend_options(options));
    if (!opened.backend)
        return say_unusable(opened.unusable);
    static_cast<void>(plan_of(options));  // what is wrong in it is said before anything is done
    if (options.has("list")) {
        write_output("-", list_of(*opened.backend, effort_of(options)));
        return 0;
    }
    return measure(options, *opened.backend);
}

}  // namespace
}  // namespace spillway

int main(int argc, char** argv) {
    try {
        return spillway::probe({argv + 1, argv + argc});
    } catch (const spillway::InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return spillway::kInputErrorCode;
    } catch (const std::exception& error) {
        fmt::print(stderr, "spillway-probe: {}\n", error.what());
        return spillway::kInternalErrorCode;
    }
}
