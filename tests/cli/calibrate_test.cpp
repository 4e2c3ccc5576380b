#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/skip.hpp"

using namespace spillway::tests;

TEST_CASE("published tables become samples, and samples a profile with its errors", "[cli][calibrate]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the published kernel tables are not there");
    const User user;
    const std::string tables = (*data / "kernels").string();
    const ProcessResult import = user.runs("calibrate import " + tables + " --gpu A100-80GB --out s.json");
    REQUIRE(import.status == 0);
    CHECK_THAT(import.out, contains_text("not in the tables: gemm fp8"));
    // One section is worse than allowed, so that a plain fit writes nothing.
    require_refused(user, "calibrate fit s.json --out p.json",
                    {"no profile is written", "element-wise", "--accept"});
    const ProcessResult fit = user.runs("calibrate fit s.json --accept element-wise=known --out p.json");
    REQUIRE(fit.status == 0);
    CHECK_THAT(fit.out, contains_text("gemm bf16"));
    CHECK_THAT(fit.out, contains_text("worst:"));
    CHECK_THAT(user.reads("p.json"), contains_text("spillway.gpu_profile/1"));
    CHECK_THAT(user.reads("p.json"), contains_text("known"));
}

TEST_CASE("what calibrate cannot do is refused with what would help", "[cli][calibrate]") {
    const User user;
    user.writes("s.json", "{\"schema\": \"spillway.samples/9\"}");
    require_refused(user, "calibrate", {"names no verb"});
    require_refused(user, "calibrate fti s.json", {"fit"});
    require_refused(user, "calibrate import . --out s.json", {"--gpu", "is missing"});
    require_refused(user, "calibrate import . --gpu H10 --out t.json", {"H100"});
    require_refused(user, "calibrate fit s.json --out p.json", {"s.json: schema", "spillway.samples/9"});
    require_refused(user, "calibrate fit s.json --accept x --out p.json", {"--accept"});
    require_refused(user, "calibrate fit none.json --out p.json", {"none.json"});
}
