#include "calibration/host/host_means.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "calibration/common/host_facts.hpp"

namespace spillway {
namespace {

constexpr std::size_t kMostResults = 256ULL << 20;

/// Twice what a last-level cache holds, as far as memory allows: a part that comes round again is gone from
/// it.
std::size_t rotating_bytes() {
    constexpr std::uint64_t kLeast = 128ULL << 20;
    const HostFacts facts = host_facts();
    return std::max(kLeast, std::min(2 * facts.last_level_cache_bytes, facts.memory_bytes / 8));
}

}  // namespace

HostMeans::HostMeans(std::filesystem::path program_path, const std::filesystem::path& folder)
    : program(std::move(program_path)),
      threads(host_facts().cores),
      operands(rotating_bytes()),
      results(std::min(rotating_bytes(), kMostResults)),
      files(folder) {}

PreparedPoint warmed_up(std::function<double()> measure) {
    measure();
    measure();
    return PreparedPoint::ready(std::make_unique<FunctionTrial>(std::move(measure)));
}

}  // namespace spillway
