#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include <elf.h>

#include "calibration/common/fresh_process.hpp"
#include "calibration/host/child.hpp"
#include "calibration/host/host_probes.hpp"

namespace spillway {
namespace {

/// Whether a program of this machine's word size runs without a dynamic linker.
bool is_static(const std::filesystem::path& program) {
    std::ifstream in(program, std::ios::binary);
    Elf64_Ehdr header{};
    in.read(reinterpret_cast<char*>(&header), sizeof(header));
    if (!in || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
        return false;
    in.seekg(static_cast<std::streamoff>(header.e_phoff));
    for (int i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment{};
        in.read(reinterpret_cast<char*>(&segment), sizeof(segment));
        if (!in || segment.p_type == PT_INTERP)
            return false;
    }
    return true;
}

/// A static program that exits at once, with its arguments; empty when none of those known is here.
std::vector<std::string> static_command() {
    const std::array<std::vector<std::string>, 4> candidates{{{"/bin/busybox", "true"},
                                                              {"/sbin/ldconfig", "--version"},
                                                              {"/usr/sbin/ldconfig", "--version"},
                                                              {"/sbin/ldconfig.real", "--version"}}};
    for (const std::vector<std::string>& candidate : candidates) {
        if (is_static(candidate.front()))
            return candidate;
    }
    return {};
}

std::vector<ProbePoint> process_points(const HostMeans&, Effort) {
    return {{{{"what", "spawn"}}, {}}, {{{"what", "fork_exec"}}, {}}, {{{"what", "static"}}, {}}};
}

PreparedPoint process_prepare(HostMeans& means, const ProbePoint& point) {
    const std::string& what = point.word("what");
    if (what == "fork_exec") {
        if (means.program.empty())
            return PreparedPoint::missing("no program is known that could be started afresh");
        return warmed_up(
            [command = child_command(means, {what})] { return printed_seconds(run_fresh(command)); });
    }
    const std::vector<std::string> command =
        what == "spawn" ? std::vector<std::string>{kTrueProgram} : static_command();
    if (command.empty())
        return PreparedPoint::missing("no static program is at hand: neither busybox nor ldconfig is one");
    return warmed_up([command] { return run_fresh(command).seconds; });
}

}  // namespace

const HostProbeEntry kProcessProbe{"start.process", "a process from its start to its end", process_points,
                                   process_prepare, 50};

}  // namespace spillway
