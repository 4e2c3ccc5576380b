#include <array>
#include <filesystem>
#include <vector>

#include "calibration/common/fresh_process.hpp"
#include "calibration/host/child.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

// Common ones from 0.1 to 100 MB that this program itself does not need.
constexpr std::array kLibraries{"libresolv.so.2",       "libbz2.so.1.0",        "liblzma.so.5",
                                "libsqlite3.so.0",      "libcrypto.so.3",       "libcrypto.so.1.1",
                                "libpython3.11.so.1.0", "libpython3.12.so.1.0", "libicudata.so.72",
                                "libicudata.so.74",     "libLLVM-14.so.1",      "libLLVM.so.18.1"};
constexpr std::array kFolders{"/usr/lib/x86_64-linux-gnu",
                              "/usr/lib/aarch64-linux-gnu",
                              "/usr/lib64",
                              "/usr/lib",
                              "/lib/x86_64-linux-gnu",
                              "/lib64"};

/// Empty when none of the usual folders has it.
std::filesystem::path find_library(const char* name) {
    for (const char* folder : kFolders) {
        std::error_code absent;
        std::filesystem::path path = std::filesystem::path(folder) / name;
        if (std::filesystem::is_regular_file(path, absent))
            return path;
    }
    return {};
}

std::vector<ProbePoint> library_points(const HostMeans&, Effort) {
    std::vector<ProbePoint> points;
    for (const char* name : kLibraries) {
        const std::filesystem::path path = find_library(name);
        if (path.empty())
            continue;
        points.push_back({{{"what", "dlopen"}, {"library", name}},
                          {{"bytes", static_cast<double>(std::filesystem::file_size(path))}}});
    }
    return points;
}

PreparedPoint library_prepare(HostMeans& means, const ProbePoint& point) {
    if (means.program.empty())
        return PreparedPoint::missing("no program is known that could be started afresh");
    const std::filesystem::path path = find_library(point.word("library").c_str());
    return warmed_up([command = child_command(means, {"dlopen", path.string()})] {
        return printed_seconds(run_fresh(command));
    });
}

}  // namespace

const HostProbeEntry kLibraryProbe{"start.library", "a shared library loaded by a fresh process",
                                   library_points, library_prepare, 30};

}  // namespace spillway
