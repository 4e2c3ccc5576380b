#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/metrics/rank.hpp"

namespace spillway {

enum class SloFigure : std::uint8_t { kPercentile, kMean, kMax, kShare };
enum class SloMeasure : std::uint8_t { kTotal, kTtft, kTpot, kQueue, kColdShare, kExposedShare, kFailed };
constexpr std::size_t kLatencyMeasures = 4;  ///< those before the shares
enum class SloScope : std::uint8_t {
    kAll,
    kWarm,  ///< without requests that met a cold start, and failures that were exposed to one
};

/// One service-level objective: an upper bound that the figure must stay below.
///
/// A request that did not complete misses: percentiles run over all offered requests and count it as never,
/// so that `p95 ttft < 2s` holds exactly when 95% of the offered requests had their first token before 2 s. A
/// mean or a maximum has no place for never and looks at completed requests alone: bound `failed` beside it.
/// `failed` is the share of offered requests that did not complete, for whatever reason. Time per output
/// token exists for completed requests of two tokens and more.
struct Slo {
    std::string text;  ///< as the user wrote it
    SloFigure figure = SloFigure::kShare;
    SloMeasure measure = SloMeasure::kFailed;
    SloScope scope = SloScope::kAll;
    Quantile quantile;                ///< of a percentile
    Duration limit{0};                ///< of a latency
    double share_limit = 0;           ///< of a share of the offered requests, 0..1
    std::optional<ClassId> class_id;  ///< empty: all requests

    /// A percentile or a maximum of a latency says how late a single request may be; a mean or a share does
    /// not.
    bool bounds_requests() const noexcept {
        return figure == SloFigure::kPercentile || figure == SloFigure::kMax;
    }
};

/// Reads `p95 ttft < 2s`, `p99.9 warm total < 30s for class=batch`, `mean tpot < 50ms`, `max queue < 1m`,
/// `cold share < 1%`, `exposed share < 2%`, `failed < 0.1%`. Throws InputError at `where` with the column,
/// what was expected there and the nearest name. `classes` are the names that class= may take, by ClassId.
Slo parse_slo(std::string_view text, const std::string& where, std::span<const std::string> classes);

/// The same without a bound, as figures are asked for that nothing is promised about: `p95 ttft`, `cold
/// share for class=batch`. The limits are 0.
Slo parse_figure(std::string_view text, const std::string& where, std::span<const std::string> classes);

}  // namespace spillway
