#include "calibration/cuda/cuda_backend.hpp"

#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

TEST_CASE("a machine either opens the CUDA backend or says in a sentence why not", "[cuda][backend]") {
    const ScratchDir folder;
    const OpenedBackend opened = cuda_backend().open({"", folder.path(), false});
    INFO(opened.unusable);
    CHECK((opened.backend != nullptr) == opened.unusable.empty());
}

TEST_CASE("a child that is asked for nothing it knows fails", "[cuda][backend]") {
    CHECK(cuda_backend().child(std::vector<std::string>{}) == 1);
    CHECK(cuda_backend().child(std::vector<std::string>{"context"}) == 1);
    CHECK(cuda_backend().child(std::vector<std::string>{"dance", "slowly"}) == 1);
}
