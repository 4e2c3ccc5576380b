#include "app/learn/learn_report.hpp"

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

// Repeated benchmarks of one endpoint differ by a few percent in TPOT and by up to 16 % in TTFT.
constexpr double kPoorTtft = 0.25;
constexpr double kPoorTpot = 0.10;

/// "4,000 of 9,000 requests": those that were used, and all where these are more.
std::string used_text(std::size_t used, std::size_t all, std::string_view what) {
    return used == all ? show_counted(used, what)
                       : fmt::format("{} of {}", show_count(used), show_counted(all, what));
}

std::string range_text(const LearnedRange& range) {
    return range[0] == range[1] ? show_count(range[0])
                                : fmt::format("{} to {}", show_count(range[0]), show_count(range[1]));
}

std::string errors_line(std::string_view of, const EngineErrors& errors) {
    return fmt::format("  {}: TTFT {} off, TPOT {} off (medians of {})\n", of, show_share(errors.ttft),
                       show_share(errors.tpot), show_counted(errors.figures, "figure"));
}

std::string terms_table(const EngineFit& fit) {
    TextTable table({"coefficient", "seconds", "standard error", ""}, {0, 3});
    for (const TermFinding& term : fit.terms) {
        if (term.name == "experts" && fit.engine.expert_share >= 1)
            continue;
        if (term.why_not.empty())
            table.add({std::string(term.name), fmt::format("{:.4g}", term.seconds),
                       show_share(term.standard_error), ""});
        else
            table.add({std::string(term.name), "-", "-", "not identifiable: " + term.why_not});
    }
    return table.text();
}

std::string memory_line(const LearnedEngine& engine) {
    if (engine.kv_blocks)
        return fmt::format("  KV memory: {} blocks of {} tokens\n", show_count(*engine.kv_blocks),
                           engine.block_tokens);
    return "  KV memory: not in these files; the scenario's kv_blocks says it, or a model, GPU and "
           "precision\n"
           "  that the catalogue knows\n";
}

std::string engine_part(const EngineFinding& finding) {
    if (!finding.fit)
        return "Engine: none: " + finding.why_not + "\n";
    const EngineFit& fit = *finding.fit;
    std::string text = fmt::format("Engine: from {} of {}, scheduled as {}\n",
                                   used_text(fit.requests, fit.requests_there, "request"),
                                   show_counted(fit.runs, "run"), fit.engine.scheduler);
    text += terms_table(fit);
    text += errors_line("fitted", fit.fitted);
    text += fit.left_out ? errors_line("left out", *fit.left_out)
                         : std::string("  left out: too few runs to leave one out\n");
    text += fmt::format("  condition: {:.0f}\n", fit.condition);
    if (fit.engine.ttft_error > kPoorTtft || fit.engine.tpot_error > kPoorTpot)
        text +=
            "  these runs are explained poorly: are they of one endpoint, and of the engine's real limits?\n";
    text += fmt::format("  holds for: {} at once, prompts of {} tokens, answers of {}\n",
                        range_text(fit.engine.sequences), range_text(fit.engine.input_tokens),
                        range_text(fit.engine.output_tokens));
    return text + memory_line(fit.engine);
}

std::string law_words(const LawFinding& finding) {
    return fmt::format("{} seen whole, {} in part; {} from what was seen, {} where left out", finding.exact,
                       finding.at_least, show_share(finding.distance), show_share(finding.left_out_distance));
}

std::string startup_part(const StartupFinding& finding) {
    if (finding.phases.empty())
        return "Start-up: none: " + finding.why_not + "\n";
    std::string text = fmt::format("Start-up: from {}\n", show_counted(finding.starts, "start"));
    for (const PhaseFinding& phase : finding.phases) {
        const std::string shift =
            phase.shift > 0 ? fmt::format("{} + ", show_seconds(phase.shift)) : std::string{};
        text += fmt::format("  {}: {}{}\n    {}\n", phase_word(phase.kind), shift, phase.law,
                            phase.note.empty() ? law_words(phase.finding) : phase.note);
    }
    return text;
}

std::string patience_part(const PatienceFinding& finding) {
    if (finding.law.empty())
        return "Patience: none: " + finding.why_not + "\n";
    const std::size_t used = finding.finding.exact + finding.finding.at_least;
    return fmt::format(
        "Patience: {}\n  from {}: {} gave up, {} were served first; {} from what was seen, {} where left "
        "out\n"
        "  the longest wait was {}; the law has {} wait longer, which nobody saw\n",
        finding.law, used_text(used, finding.waits, "wait"), finding.finding.exact, finding.finding.at_least,
        show_share(finding.finding.distance), show_share(finding.finding.left_out_distance),
        show_seconds(finding.longest_wait), show_share(finding.beyond));
}

std::string usage_part(const Learned& learned, const std::string& file) {
    std::string text;
    if (learned.engine.fit)
        text +=
            fmt::format("  \"service\": {{\"model\": \"learned\", \"file\": \"{}\"}}   in a pool\n", file);
    if (!learned.startup.phases.empty())
        text += fmt::format("  \"startup\": {{\"learned\": \"{}\"}}   in a pool\n", file);
    if (!learned.patience.law.empty())
        text += fmt::format("  \"learned_patience\": \"{}\"   in a class\n", file);
    return text.empty() ? text : "In a scenario:\n" + text;
}

}  // namespace

std::string learn_report(const Observed& observed, const Learned& learned, const std::string& file) {
    std::string text = engine_part(learned.engine) + "\n" + startup_part(learned.startup) + "\n" +
                       patience_part(learned.patience) + "\n";
    for (const std::string& note : observed.notes) text += fmt::format("Note: {}\n", note);
    return text + (observed.notes.empty() ? "" : "\n") + usage_part(learned, file);
}

}  // namespace spillway
