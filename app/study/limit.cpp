#include <algorithm>

#include <fmt/format.h>

#include "app/study/gate.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kLimitForms =
    R"(write "cost=+2%", "p99=+200ms", "failed=+0.1pp" (points of the requests) or "inside=-0.5pp")";

[[noreturn]] void refuse_limit(const std::string& text, const std::string& where,
                               const std::string& problem) {
    throw InputError(where, fmt::format("\"{}\": {}", text, problem), std::string(kLimitForms));
}

/// The amount behind the sign, in the unit of the metric.
std::optional<double> amount_of(std::string_view text, Limit& limit) {
    if (text.ends_with('%')) {
        limit.relative = true;
        const auto percent = parse_number(text.substr(0, text.size() - 1));
        return percent ? std::optional(*percent / 100) : std::nullopt;
    }
    switch (limit.metric.unit) {
        case MetricUnit::kShare:
            if (text.ends_with("pp")) {
                const auto points = parse_number(text.substr(0, text.size() - 2));
                return points ? std::optional(*points / 100) : std::nullopt;
            }
            return std::nullopt;
        case MetricUnit::kUsd:
            return text.starts_with('$') ? parse_number(text.substr(1)) : std::nullopt;
        case MetricUnit::kSeconds: {
            const auto duration = parse_duration(text);
            return duration ? std::optional(to_seconds(*duration)) : std::nullopt;
        }
        case MetricUnit::kAmount:
            return parse_number(text);
    }
    return std::nullopt;
}

}  // namespace

Limit parse_limit(const std::string& text, const std::string& where) {
    const std::size_t equals =
        text.find_first_of("+-", text.rfind('=') == std::string::npos ? 0 : text.rfind('='));
    const std::size_t sign = text.rfind('=');
    if (sign == std::string::npos || equals != sign + 1)
        refuse_limit(text, where, "has no \"=+\" or \"=-\"");
    Limit limit;
    limit.text = text;
    limit.metric = parse_metric(text.substr(0, sign), where);
    const bool higher_is_better = limit.metric.direction == Direction::kHigherIsBetter;
    if (limit.metric.direction == Direction::kNeither)
        refuse_limit(text, where, fmt::format("\"{}\" has no better or worse", limit.metric.name));
    if (higher_is_better != (text[equals] == '-'))
        refuse_limit(text, where,
                     higher_is_better ? "more of it is better: bound its fall"
                                      : "less of it is better: bound its rise");
    const auto amount = amount_of(std::string_view(text).substr(equals + 1), limit);
    if (!amount || !(*amount >= 0))
        refuse_limit(text, where, "is no amount of that metric");
    if (limit.relative && limit.metric.unit == MetricUnit::kShare)
        refuse_limit(text, where, "a share moves by points: pp");
    limit.amount = *amount;
    return limit;
}

std::vector<Limit> default_limits() {
    std::vector<Limit> limits;
    for (const char* text : {"cost=+2%", "p99=+5%", "failed=+0.1pp"})
        limits.push_back(parse_limit(text, "the gate's own limits"));
    return limits;
}

AllowedChanges parse_allowed(std::string_view text, const std::string& where) {
    AllowedChanges allowed;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view word = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        if (word != "all" && word != "prices" && word != "traffic" && word != "files")
            throw unknown_name(where, "kind of change", word, {"prices", "traffic", "files", "all"});
        allowed.prices = allowed.prices || word == "all" || word == "prices";
        allowed.traffic = allowed.traffic || word == "all" || word == "traffic";
        allowed.files = allowed.files || word == "all" || word == "files";
    }
    return allowed;
}

}  // namespace spillway
