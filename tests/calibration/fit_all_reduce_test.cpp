#include <cmath>

#include "calibration/fit/fit_sections.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

const DataSheet& sheet() { return find_data_sheet("H100", "test"); }

/// The second is noise, and the fourth a step up to slower kernels.
std::vector<AllReduceRow> all_reduce_rows() {
    return {{{Precision::kBf16, 20e-6}, 2, 8000},
            {{Precision::kBf16, 5e-6}, 2, 1000},
            {{Precision::kBf16, 4e-6}, 2, 2000},
            {{Precision::kBf16, 15e-6}, 2, 4000}};
}

}  // namespace

TEST_CASE("over a link of its own an all-reduce table is the lower hull of what was measured",
          "[calibration][fit]") {
    const AllReduceFit fit = fit_all_reduce(sheet(), all_reduce_rows());
    REQUIRE(fit.tables.size() == 1);
    const std::vector<AllReducePoint>& points = fit.tables[0].points;
    REQUIRE(points.size() == 3);
    CHECK(points[0].seconds == Approx(4e-6));
    CHECK(points[0].bytes == 1000);
    CHECK(points[1].seconds == Approx(4e-6));
    CHECK(points[2].seconds == Approx(20e-6));
}

TEST_CASE("over PCIe an all-reduce table keeps its steps", "[calibration][fit]") {
    DataSheet pcie = sheet();
    pcie.link_bandwidth = pcie.pcie_bandwidth;
    const AllReduceFit fit = fit_all_reduce(pcie, all_reduce_rows());
    REQUIRE(fit.tables.size() == 1);
    const std::vector<AllReducePoint>& points = fit.tables[0].points;
    REQUIRE(points.size() == 4);
    CHECK(points[0].seconds == Approx(std::sqrt(20.0) * 1e-6));
    CHECK(points[1].seconds == Approx(points[0].seconds));
    CHECK(points[2].seconds == Approx(15e-6));
    CHECK(points[3].seconds == Approx(20e-6));
}
