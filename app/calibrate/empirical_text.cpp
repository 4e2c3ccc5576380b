#include "app/calibrate/empirical_text.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/calibrate/accuracy_report.hpp"
#include "app/calibrate/known_mixtures.hpp"
#include "app/calibrate/short_number.hpp"
#include "models/llm/empirical_fields.hpp"

namespace spillway {
namespace {

std::string name_of(const ServedRun& run) {
    return fmt::format("{} {} {}", run.group(), run.gpus, run.layout);
}

void widen(std::array<std::uint32_t, 2>& range, std::uint32_t value) {
    range = range[1] == 0 ? std::array{value, value}
                          : std::array{std::min(range[0], value), std::max(range[1], value)};
}

nlohmann::ordered_json deployment_json(const EmpiricalDeployment& one) {
    nlohmann::ordered_json seconds;
    for (const auto& field : kEmpiricalFields)
        seconds[std::string(field.name)] = short_number(one.step.*field.member);
    return {{"llm", one.key.llm},
            {"gpu", one.key.gpu},
            {"gpus", one.key.gpus},
            {"engine", one.key.engine},
            {"weights", precision_name(one.key.weights)},
            {"layout", one.key.layout},
            {"runs", one.runs},
            {"clients", one.clients},
            {"input_tokens", one.input_tokens},
            {"output_tokens", one.output_tokens},
            {"tpot_error", short_number(one.tpot_error)},
            {"ttft_error", short_number(one.ttft_error)},
            {"seconds", std::move(seconds)}};
}

nlohmann::ordered_json effect_json(const EmpiricalEffect& effect) {
    nlohmann::ordered_json shifts = nlohmann::ordered_json::array();
    for (const double shift : effect.log_shift) shifts.push_back(short_number(shift));
    return {{"of", effect.of}, {"log_shift", std::move(shifts)}};
}

template <class Items, class ToJson>
std::string lines(const Items& items, ToJson&& to_json) {
    std::string text;
    const char* between = "\n";
    for (const auto& item : items) {
        text += fmt::format("{}    {}", between, to_json(item).dump());
        between = ",\n";
    }
    return text + "\n  ]";
}

}  // namespace

std::vector<EmpiricalDeployment> mixture_deployments(const MixtureProblem& problem,
                                                     std::span<const ServedRun> runs,
                                                     std::span<const double> values) {
    std::map<std::string, RunNumbers> own;
    std::vector<ServedFigures> predicted;
    predicted.reserve(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        own[name_of(runs[i])].push_back(i);
        predicted.push_back(problem.predict(i, values));
    }
    std::vector<EmpiricalDeployment> deployments;
    for (const auto& [name, numbers] : own) {
        EmpiricalDeployment& one = deployments.emplace_back();
        one.key = deployment_of(runs[numbers.front()]);
        one.step = problem.step(numbers.front(), values);
        one.runs = static_cast<std::uint32_t>(numbers.size());
        for (const std::size_t i : numbers) {
            widen(one.clients, runs[i].clients);
            widen(one.input_tokens, runs[i].input);
            widen(one.output_tokens, runs[i].output);
        }
        const RunErrors errors = run_errors(runs, predicted, numbers);
        one.tpot_error = errors.tpot.median;
        one.ttft_error = errors.ttft.median;
    }
    return deployments;
}

std::string empirical_text(const EmpiricalCatalog& catalog) {
    return fmt::format("{{\n  \"provenance\": {},\n  \"deployments\": [{},\n  \"effects\": [{}\n}}\n",
                       nlohmann::json(catalog.provenance).dump(), lines(catalog.deployments, deployment_json),
                       lines(catalog.effects, effect_json));
}

std::vector<ServedFigures> predict_shipped(const MixtureProblem& problem, std::span<const ServedRun> runs) {
    std::vector<ServedFigures> predicted;
    predicted.reserve(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i)
        predicted.push_back(
            problem.model(i).predict(find_empirical(deployment_of(runs[i]), runs[i].where).step));
    return predicted;
}

}  // namespace spillway
