#include "sim/metrics/slo_judge.hpp"

#include <algorithm>

namespace spillway {
namespace {

/// A maximum is above every percentile.
std::uint32_t strictness(const Slo& slo) {
    return slo.figure == SloFigure::kMax ? 1'000'000 : slo.quantile.millionths;
}

bool applies(const Slo& slo, ClassId class_id) { return !slo.class_id || *slo.class_id == class_id; }

/// Whether no other objective of the class bounds the same measure at a higher percentile.
bool decides(const Slo& slo, std::span<const Slo> slos, ClassId class_id) {
    return std::none_of(slos.begin(), slos.end(), [&](const Slo& other) {
        return other.bounds_requests() && applies(other, class_id) && other.measure == slo.measure &&
               other.scope == slo.scope && strictness(other) > strictness(slo);
    });
}

}  // namespace

SloJudge::SloJudge(std::span<const Slo> slos, std::size_t classes) : limits_(classes) {
    for (std::size_t i = 0; i < classes; ++i) {
        const ClassId class_id{static_cast<std::uint32_t>(i)};
        for (std::size_t k = 0; k < slos.size(); ++k) {
            const Slo& slo = slos[k];
            if (!slo.bounds_requests() || !applies(slo, class_id))
                continue;
            limits_[i].push_back({k, slo.measure, slo.scope, decides(slo, slos, class_id), slo.limit});
        }
    }
}

std::uint64_t SloJudge::met(std::size_t slo, ClassId class_id) const {
    for (const Limit& limit : limits_[class_id.value]) {
        if (limit.slo == slo)
            return limit.met;
    }
    return 0;
}

}  // namespace spillway
