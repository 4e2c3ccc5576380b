#include <array>
#include <cmath>
#include <utility>

#include "calibration/common/stopwatch.hpp"
#include "calibration/host/host_probes.hpp"
#include "calibration/host/references.hpp"
#include "calibration/host/sizes.hpp"
#include "calibration/host/threaded_kernels.hpp"

namespace spillway {
namespace {

using Site = std::pair<double, double>;  // n, k
constexpr std::array kQuickSites{Site{512, 512},   Site{256, 1024}, Site{1024, 256},
                                 Site{1024, 1024}, Site{512, 2048}, Site{2048, 1024}};
constexpr std::array kSites{Site{512, 512},   Site{1024, 1024}, Site{3072, 1024}, Site{1024, 2816},
                            Site{5632, 1024}, Site{2048, 2048}, Site{6144, 2048}, Site{2048, 5632}};
constexpr std::array kMoreSites{Site{512, 4096}, Site{4096, 512}, Site{4096, 4096}, Site{12288, 4096}};
constexpr std::array kQuickRows{1., 2., 4., 8., 16., 32., 64., 96., 128., 256.};
constexpr std::array kRows{1., 2., 4., 8., 16., 17., 32., 64., 96., 128., 129., 256., 512.};
constexpr std::array kMoreRows{3., 6., 12., 24., 33., 48., 65., 192., 257., 384., 1024.};

bool fits(const HostMeans& means, const Site& site) {
    return site.first * site.second * sizeof(float) <= static_cast<double>(means.operands.bytes());
}

/// How many sets of weights are used in turn. Requires: one fits.
double copies_of(const HostMeans& means, const Site& site) {
    return static_cast<double>(means.operands.parts(static_cast<std::size_t>(site.first * site.second)));
}

std::vector<ProbePoint> product_points(const HostMeans& means, Effort effort) {
    std::vector<Site> sites(kQuickSites.begin(), kQuickSites.end());
    std::vector<double> rows(kQuickRows.begin(), kQuickRows.end());
    if (effort != Effort::kQuick) {
        sites.assign(kSites.begin(), kSites.end());
        rows.assign(kRows.begin(), kRows.end());
    }
    if (effort == Effort::kThorough) {
        sites.insert(sites.end(), kMoreSites.begin(), kMoreSites.end());
        rows.insert(rows.end(), kMoreRows.begin(), kMoreRows.end());
    }
    std::vector<ProbePoint> points;
    for (const Site& site : sites) {
        if (!fits(means, site))
            continue;
        for (const double m : rows) {
            points.push_back(
                {{{"dtype", "fp32"}},
                 {{"m", m}, {"n", site.first}, {"k", site.second}, {"copies", copies_of(means, site)}}});
        }
    }
    return points;
}

void check(const ProductPart& part) {
    constexpr std::size_t kPlaces = 32;
    const std::size_t outputs = part.m * part.n;
    for (std::size_t i = 0; i < kPlaces; ++i) {
        const std::size_t place = scattered(i, outputs);
        const std::size_t row = place / part.n;
        const std::size_t column = place % part.n;
        check_equal("a product", static_cast<double>(part.outputs[place]),
                    product_reference(part, row, column), static_cast<double>(part.k),
                    std::sqrt(static_cast<double>(part.k)));
    }
}

PreparedPoint product_prepare(HostMeans& means, const ProbePoint& point) {
    ProductPart part;
    part.m = point.size("m");
    part.n = point.size("n");
    part.k = point.size("k");
    part.inputs = means.operands.next(part.m * part.k).data();
    part.outputs = means.results.next(part.m * part.n).data();
    part.weights = means.operands.next(part.n * part.k).data();
    multiply(means, part);
    check(part);
    return warmed_up([&means, part]() mutable {
        part.weights = means.operands.next(part.n * part.k).data();
        return seconds_of([&] { multiply(means, part); });
    });
}

}  // namespace

const HostProbeEntry kProductProbe{"gemm", "products of activations and weights, by all cores",
                                   product_points, product_prepare};

}  // namespace spillway
