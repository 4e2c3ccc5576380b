#include "models/gpu_profile/profile_file.hpp"

#include <string>

#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

std::string h100() { return profile_text(find_gpu_profile("H100", "test")); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// What reading the text complains about.
std::string complaint(const std::string& text) {
    try {
        read_profile(text, "p.json");
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing";
}

}  // namespace

TEST_CASE("a profile written and read again is written the same", "[models][gpu_profile]") {
    for (const std::string_view name : gpu_profile_names()) {
        const std::string text = profile_text(find_gpu_profile(name, "test"));
        INFO(name);
        CHECK(profile_text(read_profile(text, "again")) == text);
    }
}

TEST_CASE("a profile of another version is refused by its version", "[models][gpu_profile]") {
    const std::string text = replaced(h100(), "spillway.gpu_profile/3", "spillway.gpu_profile/7");
    CHECK_THAT(complaint(text), tests::contains_text("p.json: schema"));
    CHECK_THAT(complaint(text), tests::contains_text("spillway.gpu_profile/7"));
    CHECK_THAT(complaint(text), tests::contains_text("spillway.gpu_profile/3"));
}

TEST_CASE("what is missing, unknown, negative, too large or no number is refused with its place",
          "[models][gpu_profile]") {
    const std::string text = h100();
    CHECK_THAT(
        complaint(replaced(text, "\"launch_seconds\":", "\"lunch_seconds\":")),
        tests::contains_text("p.json: gemm[0].form") && tests::contains_text("lacks \"launch_seconds\""));
    CHECK_THAT(complaint(replaced(text, "\"k_fill\":", "\"k_full\": 1, \"k_fill\":")),
               tests::contains_text("k_full") && tests::contains_text("k_fill"));
    CHECK_THAT(complaint(replaced(text, "\"k_fill\":", "\"k_fill\":-")),
               tests::contains_text("gemm[0].form.k_fill") && tests::contains_text("below"));
    CHECK_THAT(complaint(replaced(text, "\"compute_efficiency\":", "\"compute_efficiency\":17")),
               tests::contains_text("gemm[0].form.compute_efficiency") && tests::contains_text("above"));
    CHECK_THAT(complaint(replaced(text, "\"k_fill\":", "\"k_fill\":\"x\", \"k_full\":")),
               tests::contains_text("gemm[0].form.k_fill"));
    CHECK_THAT(complaint(replaced(text, "\"k_fill\":", "\"k_fill\":NaN,\"x\":")),
               tests::contains_text("is not JSON"));
    CHECK_THAT(complaint(replaced(text, "\"precision\": \"fp8\"", "\"precision\": \"bf16\"")),
               tests::contains_text("second section"));
    CHECK_THAT(complaint("{"), tests::contains_text("p.json:1"));
}

TEST_CASE("an all-reduce table that falls is refused", "[models][gpu_profile]") {
    GpuProfile profile = find_gpu_profile("H100", "test");
    profile.all_reduce.front().points.back().seconds = 1e-7;
    CHECK_THAT(complaint(profile_text(profile)), tests::contains_text("out of order"));
}

TEST_CASE("an unknown GPU is refused with the nearest name", "[models][gpu_profile]") {
    CHECK_THROWS_WITH(find_gpu_profile("H10O", "scenario: gpu"),
                      tests::contains_text("scenario: gpu") && tests::contains_text("H100"));
    CHECK_THROWS_AS(find_data_sheet("H10O", "here"), InputError);
}

TEST_CASE("GPUs without tables have a profile that says it is made from a data sheet",
          "[models][gpu_profile]") {
    for (const char* name : {"RTX4090", "L4", "A10", "A5000", "A6000"}) {
        const GpuProfile& profile = find_gpu_profile(name, "test");
        CHECK(profile.kind == ProfileKind::kDataSheet);
        CHECK_FALSE(profile.provenance.path.empty());
    }
    CHECK(find_gpu_profile("H100", "test").kind == ProfileKind::kFittedFromPublicTable);
}

TEST_CASE("a file that is nested too deep is refused before anything is made of it",
          "[models][gpu_profile]") {
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    CHECK_THROWS_WITH(read_profile(deep, "p.json"), tests::contains_text("over 100 deep"));
}
