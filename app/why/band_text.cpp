#include "app/why/band_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/why/story_text.hpp"

namespace spillway {
namespace {

std::string mean(SummedTime sum, std::uint64_t count) {
    return count == 0 ? "-" : show_seconds(to_seconds(sum) / static_cast<double>(count));
}

double ratio(SummedTime part, SummedTime whole) {
    return whole == SummedTime{0} ? 0 : to_seconds(part) / to_seconds(whole);
}

std::string answer_line(const BandAnswer& answer) {
    const BandFindings& found = answer.findings;
    const auto most = std::max_element(found.times.begin(), found.times.end());
    const std::string whose = answer.only ? " of class " + answer.names.classes[answer.only->value] : "";
    return fmt::format("The {} around the {}{} took {} to {}, most of it {} ({}).\n",
                       show_counted(found.requests, "request"), percentile_name(answer.band.percentile),
                       whose, show(answer.band.low), show(answer.band.high),
                       cause_name(static_cast<Cause>(most - found.times.begin())),
                       show_share(ratio(*most, found.total)));
}

std::string cause_table(const BandFindings& found) {
    TextTable table({"where their time went", "mean", "share", "requests"});
    for (std::size_t i = 0; i < found.times.size(); ++i) {
        if (found.times[i] == SummedTime{0})
            continue;
        table.add({std::string(cause_name(static_cast<Cause>(i))), mean(found.times[i], found.requests),
                   show_share(ratio(found.times[i], found.total)), show_count(found.requests_with[i])});
    }
    table.add({"total", mean(found.total, found.requests), "", show_count(found.requests)});
    return table.text();
}

std::string rule_table(const BandFindings& found) {
    if (found.rules.empty())
        return "  None of them was delivered by a worker that it had waited for.\n";
    TextTable table({"starts that they waited for, by rule", "requests", "until ordered", "start"});
    for (const auto& [rule, figures] : found.rules) {
        table.add({rule, show_count(figures.requests), mean(figures.until_ordered, figures.requests),
                   mean(figures.start, figures.requests)});
    }
    return table.text();
}

std::string relief_table(const BandFindings& found) {
    if (found.reliefs.empty())
        return {};
    TextTable table({"starts while they waited behind others, by rule", "requests"});
    for (const auto& [rule, figures] : found.reliefs) table.add({rule, show_count(figures.requests)});
    return '\n' + table.text();
}

std::string lag_table(const BandFindings& found) {
    TextTable table({"lag of the decisions behind these starts, mean", "requests", "sampling", "averaging",
                     "delay", "tick", "hold", "total", "wait", "at once"});
    bool any = false;
    const auto add = [&](const std::string& rule, const RuleFigures& of, bool waited_for_it) {
        if (of.with_lag == 0)
            return;
        any = true;
        const auto in = [n = of.with_lag](SummedTime sum) { return mean(sum, n); };
        table.add({rule, show_count(of.with_lag), in(of.sampling), in(of.averaging), in(of.delay),
                   in(of.tick), in(of.hold), in(of.lag()), waited_for_it ? in(of.wait) : "",
                   waited_for_it ? in(of.wait_at_once) : ""});
    };
    for (const auto& [rule, of] : found.rules) add(rule, of, true);
    for (const auto& [rule, of] : found.reliefs) add(rule + " (relief)", of, false);
    return any ? '\n' + table.text() : std::string();
}

std::string notes(const BandFindings& found) {
    std::string text;
    if (found.at_limit > 0)
        text += fmt::format("  {} came when their pool wanted more workers than it may have.\n",
                            show_count(found.at_limit));
    if (found.contended > 0) {
        text +=
            fmt::format("  Of {} the start lost time to others on its links, {} on average.\n",
                        show_counted(found.contended, "request"), mean(found.contention, found.contended));
    }
    if (found.missed_cache > 0) {
        text += fmt::format("  Of {} the start fetched what its host could have kept.\n",
                            show_counted(found.missed_cache, "request"));
    }
    if (found.preempted > 0) {
        text += fmt::format(
            "  Their engines preempted {} of them, {} in all: that time is in prefill and decode.\n",
            show_count(found.preempted), show_counted(found.preemptions, "time"));
    }
    if (found.came_back > 0)
        text += fmt::format("  {} came back from a worker that was lost.\n",
                            show_counted(found.came_back, "request"));
    return text.empty() ? text : '\n' + text;
}

}  // namespace

std::string percentile_name(Quantile percentile) { return fmt::format("p{:g}", percentile.millionths / 1e4); }

std::string band_text(const BandAnswer& answer) {
    const BandFindings& found = answer.findings;
    std::string text = answer_line(answer) + '\n' + cause_table(found) + '\n' + rule_table(found) +
                       relief_table(found) + lag_table(found) + notes(found) +
                       "\nThe most typical of them:\n";
    for (const RequestStory& story : found.typical) text += '\n' + story_text(story, answer.names);
    return text;
}

}  // namespace spillway
