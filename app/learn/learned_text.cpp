#include "app/learn/learned_text.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/calibrate/short_number.hpp"
#include "app/version.hpp"
#include "models/llm/empirical_fields.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

/// Below it a number is nothing, and reading it back may fail.
constexpr double kNothing = 1e-100;

double kept(double value) { return std::abs(value) < kNothing ? 0 : short_number(value); }

Json not_identifiable(const std::string& why) { return {{"not_identifiable", why}}; }

Json source_json(const ObservedSource& source) {
    return {{"file", source.file},
            {"format", source.format},
            {"tool", source.tool},
            {"date", source.date},
            {"model", source.model}};
}

Json errors_json(const EngineErrors& errors) {
    return {{"ttft", kept(errors.ttft)}, {"tpot", kept(errors.tpot)}, {"figures", errors.figures}};
}

Json seconds_json(const EmpiricalStep& step) {
    Json seconds;
    for (const auto& field : kEmpiricalFields) seconds[std::string(field.name)] = kept(step.*field.member);
    return seconds;
}

/// Which coefficients the data tell, and why not the others.
Json terms_json(const EngineFit& fit) {
    Json terms;
    for (const TermFinding& term : fit.terms) {
        terms[std::string(term.name)] = term.why_not.empty()
                                            ? Json{{"standard_error", kept(term.standard_error)}}
                                            : not_identifiable(term.why_not);
    }
    return terms;
}

Json engine_json(const EngineFinding& finding) {
    if (!finding.fit)
        return not_identifiable(finding.why_not);
    const EngineFit& fit = *finding.fit;
    const LearnedEngine& engine = fit.engine;
    Json json{{"llm", engine.llm}, {"gpu", engine.gpu}, {"gpus", engine.gpus}};
    json["weights"] = engine.weights ? Json(precision_name(*engine.weights)) : Json(nullptr);
    json["scheduler"] = engine.scheduler;
    json["max_sequences"] = engine.max_sequences;
    json["max_batched_tokens"] = engine.max_batched_tokens;
    json["block_tokens"] = engine.block_tokens;
    json["kv_blocks"] = engine.kv_blocks ? Json(*engine.kv_blocks) : Json(nullptr);
    json["expert_share"] = engine.expert_share;
    json["seconds"] = seconds_json(engine.step);
    json["valid"] = {{"sequences", engine.sequences},
                     {"input_tokens", engine.input_tokens},
                     {"output_tokens", engine.output_tokens}};
    const EngineErrors& told = fit.left_out ? *fit.left_out : fit.fitted;
    json["errors"] = errors_json(told);
    json["errors"]["of"] = engine.errors_of;
    json["evidence"] = {{"requests", fit.requests},
                        {"requests_there", fit.requests_there},
                        {"runs", fit.runs},
                        {"fitted", errors_json(fit.fitted)},
                        {"left_out", fit.left_out ? errors_json(*fit.left_out) : Json(nullptr)},
                        {"condition", kept(fit.condition)},
                        {"coefficients", terms_json(fit)}};
    return json;
}

Json law_evidence(const LawFinding& finding) {
    return {{"exact", finding.exact},
            {"at_least", finding.at_least},
            {"distance", kept(finding.distance)},
            {"left_out_distance", kept(finding.left_out_distance)}};
}

void add_phase(const PhaseFinding& phase, Json& phases, Json& evidence) {
    const std::string word(phase_word(phase.kind));
    if (phase.shift > 0) {
        phases.push_back(
            {{"phase", word}, {"name", word + ", at least"}, {"time", duration_text(phase.shift)}});
    }
    phases.push_back({{"phase", word}, {"time", Json::parse(phase.law)}});
    Json own = law_evidence(phase.finding);
    if (!phase.note.empty())
        own["note"] = phase.note;
    evidence[word] = std::move(own);
}

Json startup_json(const StartupFinding& finding) {
    if (finding.phases.empty())
        return not_identifiable(finding.why_not);
    Json phases = Json::array();
    Json evidence{{"starts", finding.starts}};
    for (const PhaseFinding& phase : finding.phases) add_phase(phase, phases, evidence);
    return {{"phases", std::move(phases)}, {"evidence", std::move(evidence)}};
}

Json patience_json(const PatienceFinding& finding) {
    if (finding.law.empty())
        return not_identifiable(finding.why_not);
    Json evidence = law_evidence(finding.finding);
    evidence["waits_there"] = finding.waits;
    evidence["longest_wait"] = kept(finding.longest_wait);
    evidence["share_beyond"] = kept(finding.beyond);
    return {{"law", Json::parse(finding.law)}, {"evidence", std::move(evidence)}};
}

}  // namespace

std::string_view phase_word(StartPhase phase) {
    constexpr std::array<std::string_view, kStartPhases> kWords{"acquire", "pull",   "container", "runtime",
                                                                "weights", "graphs", "warm-up"};
    return kWords[static_cast<std::size_t>(phase)];
}

std::string learned_text(const Observed& observed, const Learned& learned) {
    Json sources = Json::array();
    for (const ObservedSource& source : observed.sources) sources.push_back(source_json(source));
    const Json file{{"schema", kLearnedSchema},
                    {"program", fmt::format("spillway {}", version())},
                    {"sources", std::move(sources)},
                    {"notes", observed.notes},
                    {"engine", engine_json(learned.engine)},
                    {"startup", startup_json(learned.startup)},
                    {"patience", patience_json(learned.patience)}};
    // Names of files and models need not be UTF-8.
    return file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace spillway
