#include "app/report/answer_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {
namespace {

bool any_price(const RunResult& result) {
    return std::any_of(result.pools.begin(), result.pools.end(),
                       [](const PoolResult& pool) { return pool.bill.has_value(); });
}

std::string cost_words(const RunResult& result) {
    if (!any_price(result))
        return "no price given";
    std::string words = result.month
                            ? fmt::format("{} a month", show_usd(to_usd(*result.month)))
                            : fmt::format("{} per hour of this traffic", show_usd(result.cost_per_hour()));
    if (!result.priced)
        words += " for the pools that have a price";
    const bool judged = !result.summary.slos.empty();
    if (const auto each = result.cost_per_thousand_inside()) {
        words += fmt::format(", {} per 1,000 requests {}", show_usd(*each),
                             judged ? "inside the SLO" : "completed");
    } else {
        words += judged ? ", no request inside the SLO" : ", no request completed";
    }
    return words;
}

std::string latency_words(const ClassSummary& one) {
    const auto shown = [&](const std::optional<Duration>& time) { return show(time, one.total.requests); };
    return fmt::format("p50 {}, p95 {}, p99 {}", shown(one.total.p50), shown(one.total.p95),
                       shown(one.total.p99));
}

std::string share_words(const RunResult& result) {
    const RequestCounts& count = result.headline_class().requests;
    return fmt::format("{} met a cold start, {} failed, {}", show_share(count.share(count.cold)),
                       show_share(count.share(count.missed())),
                       result.summary.slos.empty()
                           ? "no SLO stated"
                           : "SLO attainment " + show_share(count.share(count.inside_slo)));
}

}  // namespace

std::string answer_line(const RunResult& result) {
    const ClassSummary& one = result.headline_class();
    return fmt::format("{}; {}; {}\n", cost_words(result), latency_words(one), share_words(result));
}

std::string beside_the_answer(const RunResult& result) {
    if (!any_price(result))
        return {};
    std::string text;
    if (const auto each = result.cost_per_thousand_offered())
        text += fmt::format("{} per 1,000 requests offered", show_usd(*each));
    if (const auto each = result.cost_per_million_output_tokens())
        text += fmt::format(", {} per million output tokens", show_usd(*each));
    return text.empty() ? text : text + '\n';
}

}  // namespace spillway
