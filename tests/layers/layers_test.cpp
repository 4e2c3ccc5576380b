#include <filesystem>
#include <string>
#include <string_view>

#include "tests/layers/layer_rules.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway::tests;

namespace {

/// What the checker says of a tree with this one file.
std::string verdict(std::string_view file, std::string_view content) {
    const ScratchDir tree;
    std::filesystem::create_directories((tree / file).parent_path());
    write_text(tree / file, content);
    std::string text;
    for (const Violation& violation : check_layers(tree.path())) {
        text += violation.text() + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("the sources follow the layers of the architecture page", "[layers]") {
    std::string text;
    for (const Violation& violation : check_layers(source_dir())) {
        text += violation.text() + "\n";
    }
    INFO(text);
    CHECK(text.empty());
    CHECK(source_count(source_dir()) > 20);
}

TEST_CASE("a lower layer that includes a higher one is found with its line", "[layers]") {
    CHECK(verdict("sim/core/bad.hpp", "#pragma once\n#include \"sim/fleet/fleet.hpp\"\n") ==
          "sim/core/bad.hpp:2: sim/core/ may not include \"sim/fleet/fleet.hpp\"\n");
}

TEST_CASE("policies, models and traces may not include each other", "[layers]") {
    CHECK_FALSE(verdict("policies/scale/bad.cpp", "#include \"models/registry.hpp\"\n").empty());
    CHECK_FALSE(verdict("models/bad.cpp", "#include \"traces/registry.hpp\"\n").empty());
    CHECK_FALSE(verdict("traces/bad.cpp", "#include \"policies/registry.hpp\"\n").empty());
}

TEST_CASE("metrics and billing may not include each other", "[layers]") {
    CHECK_FALSE(verdict("sim/metrics/bad.cpp", "#include \"sim/billing/meter.hpp\"\n").empty());
    CHECK_FALSE(verdict("sim/billing/bad.cpp", "#include \"sim/metrics/recorder.hpp\"\n").empty());
}

TEST_CASE("an include that is not written from the root is found", "[layers]") {
    CHECK_FALSE(verdict("sim/core/bad.cpp", "  #  include \"time.hpp\"\n").empty());
    CHECK_FALSE(verdict("sim/core/bad.cpp", "#include \"../core/time.hpp\"\n").empty());
}

TEST_CASE("a library in a header is found, also where the layer may use it", "[layers]") {
    CHECK(verdict("models/bad.hpp", "#include <nlohmann/json.hpp>\n") ==
          "models/bad.hpp:1: <nlohmann/json.hpp> in a header: libraries stay in .cpp and .cu files\n");
    CHECK_FALSE(verdict("app/bad.hpp", "#include <fmt/format.h>\n").empty());
    CHECK_FALSE(verdict("calibration/common/bad.cuh", "#include <cuda_runtime.h>\n").empty());
}

TEST_CASE("a library that the layer may not use is found in a source too", "[layers]") {
    CHECK_FALSE(verdict("sim/core/bad.cpp", "#include <boost/graph/adjacency_list.hpp>\n").empty());
    CHECK_FALSE(verdict("sim/fleet/bad.cpp", "#include <nlohmann/json.hpp>\n").empty());
}

TEST_CASE("a folder that is in no layer is found", "[layers]") {
    CHECK_FALSE(verdict("sim/extra/bad.cpp", "int main() {}\n").empty());
}

TEST_CASE("a fit sees of the models only the GPU profiles", "[layers]") {
    CHECK_FALSE(verdict("calibration/fit/bad.cpp", "#include \"models/registry.hpp\"\n").empty());
}

TEST_CASE("probes of one kind of machine see neither those of another nor models", "[layers]") {
    CHECK_FALSE(verdict("calibration/cuda/bad.cpp", "#include \"calibration/host/child.hpp\"\n").empty());
    CHECK_FALSE(verdict("calibration/host/bad.cpp", "#include \"models/registry.hpp\"\n").empty());
}

TEST_CASE("what the architecture page allows passes", "[layers]") {
    CHECK(verdict("sim/core/rng.hpp", "#include <Random123/philox.h>\n").empty());
    CHECK(verdict("sim/fleet/good.cpp", "#include <vector>\n#include \"sim/core/time.hpp\"\n").empty());
    CHECK(verdict("traces/good.cpp", "#include <simdjson.h>\n#include \"sim/fleet/request.hpp\"\n").empty());
    CHECK(verdict("app/good.cpp", "#include \"models/registry.hpp\"\n#include <fmt/format.h>\n").empty());
    CHECK(verdict("calibration/fit/good.cpp", "#include \"models/gpu_profile/gpu_profile.hpp\"\n").empty());
}
