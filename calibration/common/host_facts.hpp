#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace spillway {

/// What the operating system tells of the machine. Empty or 0 where it does not.
struct HostFacts {
    std::string cpu;  ///< the processor's model name
    std::string kernel;
    std::size_t cores = 1;  ///< that this process may run on; limits on processor time are not seen
    std::uint64_t memory_bytes = 0;
    std::uint64_t last_level_cache_bytes = 0;  ///< of one such cache; virtual machines may be told of more
};
HostFacts host_facts();

/// What a folder's files lie on: "ext4 on /dev/nvme0n1p2 (Samsung SSD 990)", without what is not known.
std::string storage_of(const std::filesystem::path& folder);

/// Today's date in UTC: "2026-11-30".
std::string date_today();

/// The commit that the program was built from, with "-dirty" where files were changed; "unknown" outside git.
std::string source_revision();

}  // namespace spillway
