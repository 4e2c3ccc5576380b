#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "app/calibrate/import_report.hpp"
#include "app/calibrate/import_tables.hpp"
#include "app/calibrate/number_table.hpp"
#include "calibration/fit/fit_profile.hpp"
#include "calibration/fit/fit_sections.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/skip.hpp"

using namespace spillway;
using Pairs = std::vector<std::pair<double, double>>;

namespace {

const Residual* find_residual(const SectionQuality& quality, const std::string& region) {
    for (const Residual& residual : quality.residuals) {
        if (residual.region == region)
            return &residual;
    }
    return nullptr;
}

double least_seconds(const DataSheet& sheet, const GemmRow& row) {
    const double bytes = row.n * row.k * weight_bytes(row.precision) + 2 * row.m * (row.n + row.k);
    return std::max(2 * row.m * row.n * row.k / sheet.flops_of(row.precision),
                    bytes / sheet.memory_bandwidth);
}

std::vector<double> numbers_of(const std::vector<AllReduceTable>& tables) {
    std::vector<double> numbers;
    for (const AllReduceTable& table : tables) {
        for (const AllReducePoint& point : table.points)
            numbers.insert(numbers.end(), {1.0 * table.gpus, point.bytes, point.seconds});
    }
    return numbers;
}

}  // namespace

TEST_CASE("the residuals and the all-reduces in a profile are those of the published tables",
          "[calibration][tables]") {
    const auto data = tests::data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the published kernel tables are not there");
    for (const std::string_view gpu : table_gpus()) {
        const GpuProfile& profile = find_gpu_profile(gpu, "test");
        const TypedRows rows = typed_rows(import_tables(*data / "kernels", gpu));
        for (const Section<GemmForm>& section : profile.gemm) {
            const Residual* written = find_residual(section.quality, "m 1025-4096");
            if (section.precision == Precision::kInt4)
                continue;
            REQUIRE(written != nullptr);
            Pairs pairs;  // no row of these sizes is rejected but for the data sheet's bound
            for (const GemmRow& row : rows.gemm) {
                if (row.precision == section.precision && row.m > 1024 && row.m <= 4096 &&
                    row.seconds >= 0.98 * least_seconds(profile.sheet, row))
                    pairs.emplace_back(gemm_seconds(profile, row.precision, row.m, row.n, row.k),
                                       row.seconds);
            }
            const ErrorSummary found = summarise(pairs);
            INFO(gpu << " " << precision_name(section.precision));
            CHECK(written->samples == found.samples);
            CHECK(written->median == Approx(found.median).epsilon(1e-4));
            CHECK(written->p95 == Approx(found.p95).epsilon(1e-4));
        }
        INFO(gpu);
        const std::vector<double> expected =
            numbers_of(fit_all_reduce(profile.sheet, rows.all_reduce).tables);
        const std::vector<double> written = numbers_of(profile.all_reduce);
        REQUIRE(written.size() == expected.size());
        for (std::size_t i = 0; i < written.size(); ++i)
            CHECK(written[i] == Approx(expected[i]).epsilon(1e-5));
    }
}

TEST_CASE("fitting the published tables again gives the profile of the catalogue", "[calibration][tables]") {
    const auto data = tests::data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the published kernel tables are not there");
    const GpuProfile& profile = find_gpu_profile("A100-80GB", "test");
    FitOptions options;
    options.accepted = {{"element-wise", "as in the catalogue"}};
    const ProfileFit again = fit_profile(import_tables(*data / "kernels", "A100-80GB"), options, "test");
    REQUIRE(again.refusals.empty());
    for (const double m : {1.0, 64.0, 4096.0}) {
        CHECK(gemm_seconds(again.profile, Precision::kBf16, m, 8192, 8192) ==
              Approx(gemm_seconds(profile, Precision::kBf16, m, 8192, 8192)).epsilon(1e-3));
    }
    CHECK(again.profile.gemm[0].quality.left_out_error ==
          Approx(profile.gemm[0].quality.left_out_error).epsilon(0.01));
    CHECK(again.profile.decode[0].quality.left_out_error ==
          Approx(profile.decode[0].quality.left_out_error).epsilon(0.01));
}

TEST_CASE("the fitted products predict another project's times within 12 % on the A100, 25 % on the H100",
          "[calibration][tables]") {
    const auto data = tests::data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the table of the other project is not there");
    struct Projection {
        const char* column;
        double n;
        double k;
    };
    // Llama-2-70B: QKV, output, gate and up, down; before tensor parallelism.
    constexpr std::array kProjections{
        Projection{"attn_pre_proj_ms", 10240, 8192}, Projection{"attn_post_proj_ms", 8192, 8192},
        Projection{"mlp_up_proj_ms", 57344, 8192}, Projection{"mlp_down_proj_ms", 8192, 28672}};
    const std::map<std::string, double> most{{"a100", 0.12}, {"h100", 0.25}};
    for (const auto& [gpu, name] : {std::pair{"a100", "A100-80GB"}, std::pair{"h100", "H100"}}) {
        const GpuProfile& profile = find_gpu_profile(name, "test");
        NumberTable table(*data / "kernels" / "vidur_mlp.csv",
                          {"tp", "num_tokens", "attn_pre_proj_ms", "attn_post_proj_ms", "mlp_up_proj_ms",
                           "mlp_down_proj_ms"},
                          {"gpu", "model"});
        std::map<std::string, Pairs> by_column;
        Pairs all;
        while (table.next()) {
            if (table.word("gpu") != gpu || table.word("model") != "meta-llama/Llama-2-70b-hf")
                continue;
            for (const Projection& projection : kProjections) {
                const double tp = table.number("tp");
                const bool rows_split = std::string(projection.column) == "attn_post_proj_ms" ||
                                        std::string(projection.column) == "mlp_down_proj_ms";
                const double form = gemm_seconds(profile, Precision::kBf16, table.number("num_tokens"),
                                                 rows_split ? projection.n : projection.n / tp,
                                                 rows_split ? projection.k / tp : projection.k);
                by_column[projection.column].emplace_back(form, table.time(projection.column) * 1e-3);
                all.emplace_back(form, table.time(projection.column) * 1e-3);
            }
        }
        for (const auto& [column, pairs] : by_column) {
            INFO(gpu << " " << column);
            CHECK(summarise(pairs).mean < most.at(gpu) + 0.02);
        }
        CHECK(summarise(all).mean < most.at(gpu));
    }
}

TEST_CASE("an import counts what it read, what has no time, and which kernels are missing",
          "[calibration][tables]") {
    SampleFile file;
    const auto gemm = [&](const char* dtype, double seconds) {
        file.samples.push_back({"gemm", {{"dtype", dtype}}, {{"m", 1}}, seconds});
    };
    gemm("bf16", 1e-6);
    gemm("bf16", std::nan(""));
    gemm("fp8", 1e-6);
    const std::string text = import_report(file);
    CHECK_THAT(text, tests::contains_text("gemm bf16        2               1"));
    CHECK_THAT(text, tests::contains_text("gemm fp8         1               0"));
    CHECK_THAT(text, tests::contains_text("not in the tables: gemm nvfp4, attn.prefill bf16"));
}

TEST_CASE("tables that are not there are refused by name", "[calibration][tables]") {
    const tests::ScratchDir folder;
    CHECK_THROWS_WITH(import_tables(folder.path(), "H100"),
                      tests::contains_text("gemm_h100_sxm_bfloat16.csv"));
    CHECK_THROWS_WITH(import_tables(folder.path(), "L4"), tests::contains_text("L40S"));
}

TEST_CASE("a time that is no number reaches the fit, a size that is none is refused",
          "[calibration][tables]") {
    const tests::ScratchDir folder;
    tests::write_text(folder / "t.csv", "m,latency_ms\n1,nan\n2,\nx,3\n");
    NumberTable table(folder / "t.csv", {"m", "latency_ms"}, {});
    REQUIRE(table.next());
    CHECK_FALSE(table.time("latency_ms") > 0);
    REQUIRE(table.next());
    CHECK_FALSE(table.time("latency_ms") > 0);
    REQUIRE(table.next());
    CHECK_THROWS_WITH(table.number("m"), tests::contains_text("t.csv:4"));
}

TEST_CASE("sizes and times that no kernel has are refused with their line", "[calibration][tables]") {
    const tests::ScratchDir folder;
    for (const char* row : {"0,1024,1024,1", "-1,1024,1024,1", "1.5,1024,1024,1", "1,1024,1024,1e30"}) {
        INFO(row);
        tests::write_text(folder / "gemm_l40s_bfloat16.csv", std::string("m,n,k,latency_ms\n") + row + "\n");
        CHECK_THROWS_WITH(import_tables(folder.path(), "L40S"), tests::contains_text("bfloat16.csv:2"));
    }
}
