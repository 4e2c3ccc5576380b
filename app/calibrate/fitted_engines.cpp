#include "app/calibrate/fitted_engines.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/calibrate/accuracy_report.hpp"
#include "app/calibrate/short_number.hpp"
#include "app/calibrate/validation.hpp"
#include "models/llm/engine_fields.hpp"

namespace spillway {
namespace {

/// "12 closed-loop runs of runs.csv", by the files of the runs.
std::string counted_files(std::span<const ServedRun> runs, const RunNumbers& own) {
    std::map<std::pair<bool, std::string>, std::size_t> files;
    for (const std::size_t run : own) {
        const std::string& where = runs[run].where;
        const std::filesystem::path file = where.substr(0, where.rfind(':'));
        ++files[{runs[run].open.has_value(), file.filename().string()}];
    }
    std::string text;
    for (const auto& [file, count] : files) {
        text += fmt::format("{}{} {}-loop {} of {}", text.empty() ? "" : " and ", count,
                            file.first ? "open" : "closed", count == 1 ? "run" : "runs", file.second);
    }
    return text;
}

/// The word of an enumerator among "first|second|third".
template <class Enum>
std::string word_of(std::string_view words, Enum which) {
    for (auto skip = static_cast<std::size_t>(which); skip > 0; --skip)
        words.remove_prefix(words.find('|') + 1);
    return std::string(words.substr(0, words.find('|')));
}

/// What its overheads rest on, with their errors on the same runs.
std::string provenance(const OverheadProblem& problem, std::span<const ServedRun> runs,
                       const std::vector<double>& values, const std::string& name,
                       const std::string& origin) {
    RunNumbers own;
    std::vector<ServedFigures> predicted(runs.size());
    std::set<std::string> groups;
    for (const std::size_t run : fitted_runs(runs)) {
        if (runs[run].engine != name && runs[run].version != name)
            continue;
        own.push_back(run);
        groups.insert(runs[run].llm + " " + precision_name(runs[run].weights) + " on " + runs[run].gpu);
        predicted[run] = problem.predict(run, values);
    }
    const RunErrors errors = run_errors(runs, predicted, own);
    std::string text = "fitted to " + counted_files(runs, own);
    if (!origin.empty())
        text += " (" + origin + ")";
    text += fmt::format(
        "; errors on them, mean and median: TPOT {:.1f} and {:.1f}%, TTFT {:.1f} and {:.1f}%; ",
        100 * errors.tpot.mean, 100 * errors.tpot.median, 100 * errors.ttft.mean, 100 * errors.ttft.median);
    const char* separator = "";
    for (const std::string& group : groups) {
        text += separator + group;
        separator = ", ";
    }
    return text;
}

nlohmann::ordered_json rules_json(const EngineProfile& engine) {
    const EngineRules& rules = engine.rules;
    return {{"prefill", word_of(kPrefillWords, rules.prefill)},
            {"kv", word_of(kKvWords, rules.kv)},
            {"victim", word_of(kVictimWords, rules.victim)},
            {"max_sequences", rules.max_sequences},
            {"max_batched_tokens", rules.max_batched_tokens},
            {"block_tokens", rules.block_tokens},
            {"max_tokens", rules.default_max_tokens},
            {"admission_reserve", rules.admission_reserve},
            {"reserve_tokens", rules.reserve_tokens},
            {"memory_share", engine.memory_share},
            {"quantised_cache", engine.quantised_cache},
            {"overlapped", rules.overlapped},
            {"measured_only", engine.measured_only},
            {"fused_on", engine.fused_on}};
}

nlohmann::ordered_json engine_json(const EngineProfile& engine) {
    nlohmann::ordered_json overheads;
    for (const auto& field : kOverheadFields)
        overheads[std::string(field.name)] = short_number(engine.overheads.*field.member);
    nlohmann::ordered_json corrections = nlohmann::ordered_json::array();
    for (const KernelCorrection& one : engine.corrections) {
        nlohmann::ordered_json entry{{"gpu", one.gpu}};
        if (!one.llm.empty()) {
            entry["llm"] = one.llm;
            entry["weights"] = precision_name(one.weights);
        }
        entry["scale"] = short_number(one.scale);
        entry["prefill_scale"] = short_number(one.prefill_scale);
        corrections.push_back(std::move(entry));
    }
    nlohmann::ordered_json json{{"name", engine.name},
                                {"summary", engine.summary},
                                {"provenance", engine.provenance},
                                {"rules", rules_json(engine)}};
    if (engine.small_gpus) {
        json["small_gpus"] = {{"memory_below", engine.small_gpus->memory_below},
                              {"also", engine.small_gpus->also},
                              {"max_sequences", engine.small_gpus->max_sequences},
                              {"max_batched_tokens", engine.small_gpus->max_batched_tokens}};
    }
    json["overheads"] = std::move(overheads);
    json["corrections"] = std::move(corrections);
    return json;
}

/// A line for each member, and one for each correction.
std::string engine_lines(const nlohmann::ordered_json& engine) {
    std::string text = "    {";
    const char* between = "\n";
    for (const auto& [name, value] : engine.items()) {
        text += fmt::format("{}      \"{}\": ", between, name);
        between = ",\n";
        if (!value.is_array() || value.empty()) {
            text += value.dump();
            continue;
        }
        const char* opening = "[\n";
        for (const auto& item : value) {
            text += fmt::format("{}        {}", opening, item.dump());
            opening = ",\n";
        }
        text += "\n      ]";
    }
    return text + "\n    }";
}

}  // namespace

std::vector<EngineProfile> fitted_engines(const OverheadProblem& problem, std::span<const ServedRun> runs,
                                          const std::vector<double>& values, const std::string& origin) {
    std::set<std::pair<std::string, std::string>> names;  // engine and version
    for (const std::size_t run : fitted_runs(runs)) {
        names.emplace(runs[run].engine, runs[run].engine);
        names.emplace(runs[run].engine, runs[run].version);
    }
    std::vector<EngineProfile> engines;
    for (const EngineProfile& engine : engine_catalog()) {
        const bool fitted = std::any_of(names.begin(), names.end(),
                                        [&](const auto& name) { return name.second == engine.name; });
        if (!fitted)
            engines.push_back(engine);
    }
    for (const auto& [engine, version] : names) {
        EngineProfile& entry = engines.emplace_back(engine_of(engine, version, "the catalogue"));
        entry.name = version;
        entry.provenance = provenance(problem, runs, values, version, origin);
        entry.overheads = problem.overheads().overheads_of(engine, version, values);
        entry.corrections = problem.overheads().corrections(engine, version, values);
    }
    std::sort(engines.begin(), engines.end(),
              [](const EngineProfile& a, const EngineProfile& b) { return a.name < b.name; });
    return engines;
}

std::string engines_text(const std::vector<EngineProfile>& engines) {
    std::string text = "{\n  \"engines\": [";
    const char* between = "\n";
    for (const EngineProfile& engine : engines) {
        text += between + engine_lines(engine_json(engine));
        between = ",\n";
    }
    return text + "\n  ]\n}\n";
}

std::vector<ServedFigures> predict_shipped(const OverheadProblem& problem, std::span<const ServedRun> runs) {
    std::vector<ServedFigures> predicted;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const ServedRun& run = runs[i];
        EngineOverheads overheads =
            overheads_on(engine_of(run.engine, run.version, run.where), run.gpu, run.llm, run.weights);
        if (!run.samples)
            be_greedy(overheads);
        predicted.push_back(problem.model(i).predict(overheads));
    }
    return predicted;
}

}  // namespace spillway
