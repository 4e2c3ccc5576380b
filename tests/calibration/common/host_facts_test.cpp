#include "calibration/common/host_facts.hpp"

#include <regex>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {

TEST_CASE("a machine has a processor, cores, memory and a kernel", "[calibration][host_facts]") {
    const HostFacts facts = host_facts();
    REQUIRE(!facts.cpu.empty());
    REQUIRE(!facts.kernel.empty());
    REQUIRE(facts.cores >= 1);
    REQUIRE(facts.memory_bytes > (64ULL << 20));
    REQUIRE(facts.last_level_cache_bytes < facts.memory_bytes);
}

TEST_CASE("storage is named by its file system", "[calibration][host_facts]") {
    const ScratchDir folder;
    REQUIRE(!storage_of(folder.path()).empty());
    REQUIRE(storage_of("/proc") == "proc");
    REQUIRE(storage_of("/nowhere/at/all") == "unknown");
}

TEST_CASE("dates are ISO days and revisions have no blank", "[calibration][host_facts]") {
    REQUIRE(std::regex_match(date_today(), std::regex(R"(\d{4}-\d\d-\d\d)")));
    REQUIRE(std::regex_match(source_revision(), std::regex(R"(unknown|[0-9a-f]{7,}(-dirty)?)")));
}

}  // namespace spillway::tests
