#include "app/report/answer_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {
namespace {

std::string cost_words(const RunResult& result) {
    if (result.pools.end() == std::find_if(result.pools.begin(), result.pools.end(),
                                           [](const PoolResult& pool) { return pool.bill.has_value(); })) {
        return "no price given";
    }
    std::string words = result.month
                            ? fmt::format("{} a month", show_usd(to_usd(*result.month)))
                            : fmt::format("{} per hour of this traffic", show_usd(result.cost_per_hour()));
    if (const auto each = result.cost_per_thousand_inside()) {
        words += fmt::format(", {} per 1,000 requests inside the SLO", show_usd(*each));
    } else {
        words += ", no request inside the SLO";
    }
    return words;
}

std::string latency_words(const ClassSummary& one) {
    const auto shown = [&](const std::optional<Duration>& time) { return show(time, one.total.requests); };
    return fmt::format("p50 {}, p95 {}, p99 {}", shown(one.total.p50), shown(one.total.p95),
                       shown(one.total.p99));
}

std::string share_words(const ClassSummary& one) {
    const RequestCounts& count = one.requests;
    return fmt::format("{} met a cold start, {} failed, SLO attainment {}",
                       show_share(count.share(count.cold)), show_share(count.share(count.missed())),
                       show_share(count.share(count.inside_slo)));
}

}  // namespace

std::string answer_line(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    return fmt::format("{}; {}; {}\n", cost_words(result), latency_words(one), share_words(one));
}

}  // namespace spillway
