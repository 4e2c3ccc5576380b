#include "models/catalog/gpus.hpp"

#include <algorithm>

#include "tests/models/support/config_text.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("every GPU of the catalog says where its memory stands, or that it stands nowhere",
          "[models][gpus]") {
    CHECK_FALSE(gpu_catalog().empty());
    for (const GpuFacts& gpu : gpu_catalog()) {
        INFO(gpu.name);
        CHECK(gpu.memory_bytes.has_value() == (gpu.provenance.find("no source") == std::string::npos));
        CHECK(gpu.memory_bytes.value_or(std::int64_t{16} << 30) >= std::int64_t{16} << 30);
        CHECK_FALSE(gpu.provenance.empty());
        CHECK(std::count_if(gpu_catalog().begin(), gpu_catalog().end(),
                            [&](const GpuFacts& other) { return other.name == gpu.name; }) == 1);
    }
}

TEST_CASE("a GPU is found by its name, and a misspelt one is named", "[models][gpus]") {
    CHECK(find_gpu("H100", "place").memory_bytes == std::int64_t{80} << 30);
    CHECK(find_gpu("H200", "place").memory_bytes == std::int64_t{141} << 30);
    CHECK_FALSE(find_gpu("T4", "place").memory_bytes);
    require_input_error([] { find_gpu("H10", "place"); }, "place", "unknown GPU \"H10\"");
}

TEST_CASE("a GPU is found under the names that price lists give it, each of which is one GPU's",
          "[models][gpus]") {
    CHECK(gpu_of_price_list("H100-SXM")->name == "H100");
    CHECK(gpu_of_price_list("H100")->name == "H100");
    CHECK(gpu_of_price_list("A100")->name == "A100-40GB");  // SkyPilot's
    CHECK(gpu_of_price_list("H100-MIG") == nullptr);        // a slice is another thing
    for (const GpuFacts& gpu : gpu_catalog()) {
        for (const std::string& name : gpu.also) CHECK(gpu_of_price_list(name) == &gpu);
    }
}
