#include "calibration/common/host_facts.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <sstream>

#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/format.h>

#include "calibration/common/revision.hpp"

namespace spillway {
namespace {

/// The first line of a file, without blanks at its ends; empty when there is none.
std::string first_line(const std::filesystem::path& file) {
    std::string line;
    std::ifstream in(file);
    std::getline(in, line);
    const std::size_t first = line.find_first_not_of(" \t");
    return first == std::string::npos ? "" : line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
}

std::string cpu_model() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    utsname system{};
    return uname(&system) == 0 ? system.machine : "";  // processors that name no model
}

std::size_t usable_cores() {
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof(usable), &usable) == 0)
        return static_cast<std::size_t>(CPU_COUNT(&usable));
    return 1;
}

/// "32768K", as /sys has it.
std::uint64_t kibibytes(const std::string& text) {
    std::uint64_t number = 0;
    std::istringstream(text) >> number;
    return number * 1024;
}

std::uint64_t last_level_cache() {
    std::uint64_t largest = 0;
    for (int index = 0; index < 5; ++index) {
        largest = std::max(
            largest,
            kibibytes(first_line(fmt::format("/sys/devices/system/cpu/cpu0/cache/index{}/size", index))));
    }
    if (largest > 0)
        return largest;
    return static_cast<std::uint64_t>(
        std::max({sysconf(_SC_LEVEL3_CACHE_SIZE), sysconf(_SC_LEVEL2_CACHE_SIZE), 0L}));
}

/// File-system type and what is mounted, from the mount table (proc(5)): "36 35 98:0 / /mnt rw - ext4
/// /dev/sda".
std::string mounted_as(unsigned major_number, unsigned minor_number) {
    const std::string device = fmt::format("{}:{}", major_number, minor_number);
    std::ifstream in("/proc/self/mountinfo");
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string number;
        std::string parent;
        std::string found;
        words >> number >> parent >> found;
        const std::size_t dash = line.find(" - ");
        if (found != device || dash == std::string::npos)
            continue;
        std::string type;
        std::string source;
        std::istringstream(line.substr(dash + 3)) >> type >> source;
        return source.starts_with('/') ? fmt::format("{} on {}", type, source) : type;
    }
    return "unknown";
}

std::string device_model(unsigned major_number, unsigned minor_number) {
    const std::filesystem::path block = fmt::format("/sys/dev/block/{}:{}", major_number, minor_number);
    const std::string model = first_line(block / "device/model");
    return model.empty() ? first_line(block / "../device/model") : model;  // a partition's disk is above it
}

}  // namespace

HostFacts host_facts() {
    HostFacts facts;
    facts.cpu = cpu_model();
    utsname system{};
    if (uname(&system) == 0)
        facts.kernel = fmt::format("{} {}", system.sysname, system.release);
    facts.cores = usable_cores();
    facts.memory_bytes = static_cast<std::uint64_t>(std::max(sysconf(_SC_PHYS_PAGES), 0L)) *
                         static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    facts.last_level_cache_bytes = last_level_cache();
    return facts;
}

std::string storage_of(const std::filesystem::path& folder) {
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0)
        return "unknown";
    const unsigned major_number = major(status.st_dev);
    const unsigned minor_number = minor(status.st_dev);
    const std::string model = device_model(major_number, minor_number);
    const std::string mounted = mounted_as(major_number, minor_number);
    return model.empty() ? mounted : fmt::format("{} ({})", mounted, model);
}

std::string date_today() {
    const std::time_t now = std::time(nullptr);
    std::tm day{};
    gmtime_r(&now, &day);
    return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

std::string source_revision() { return std::string(kSourceRevision); }

}  // namespace spillway
