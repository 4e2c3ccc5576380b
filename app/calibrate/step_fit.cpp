#include "app/calibrate/step_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "app/calibrate/error_figures.hpp"
#include "app/report/table.hpp"
#include "calibration/fit/non_negative.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr int kReweightings = 10;
constexpr double kLinearBeyond = 0.1;
constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

double tokens_of(const MeasuredStep& one) { return 1.0 * one.batch * one.prompt; }

/// Beyond the token budget of its engine, a batch of several prompts took longer a token.
double crowded_of(const MeasuredStep& one) {
    return one.batch > 1 ? std::max(0.0, tokens_of(one) - kCrowdedTokens) : 0;
}

/// By step, sequence, kv_token, prompt_step, prompt_token, crowded_token, prompt_square.
std::vector<double> prompt_row(const MeasuredStep& one) {
    return {1, 1.0 * one.batch, 0, 1, tokens_of(one), crowded_of(one), tokens_of(one) * one.prompt};
}
std::vector<double> token_row(const MeasuredStep& one) {
    return {1, 1.0 * one.batch, tokens_of(one), 0, 0, 0, 0};
}

double product(const std::vector<double>& row, const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += row[i] * values[i];
    return sum;
}

struct Equations {
    std::vector<std::vector<double>> rows;
    std::vector<double> seconds;
};

Equations equations_of(const std::vector<MeasuredStep>& steps) {
    Equations all;
    all.rows.reserve(2 * steps.size());
    all.seconds.reserve(2 * steps.size());
    for (const MeasuredStep& one : steps) {
        all.rows.push_back(prompt_row(one));
        all.seconds.push_back(one.prompt_seconds);
        all.rows.push_back(token_row(one));
        all.seconds.push_back(one.token_seconds);
    }
    return all;
}

/// The equations relative to what was measured, each weighted down as far as `values` miss it.
std::vector<double> solve(const Equations& all, const std::vector<double>& values) {
    std::vector<std::vector<double>> rows;
    std::vector<double> right;
    rows.reserve(all.rows.size());
    right.reserve(all.rows.size());
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        const double off = values.empty() ? 0 : std::abs(product(all.rows[i], values) / all.seconds[i] - 1);
        const double weight = std::sqrt(1 / std::max(1.0, off / kLinearBeyond));
        std::vector<double>& row = rows.emplace_back(all.rows[i]);
        for (double& one : row) one *= weight / all.seconds[i];
        right.push_back(weight);
    }
    return fit_non_negative(rows, right);
}

std::vector<MeasuredStep> without(const std::vector<MeasuredStep>& steps, std::size_t left_out) {
    std::vector<MeasuredStep> others;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (i != left_out && !steps[i].apart)
            others.push_back(steps[i]);
    }
    return others;
}

double predicted_prompt(const EmpiricalStep& step, const MeasuredStep& measured) {
    return product(prompt_row(measured), {step.step, step.sequence, step.kv_token, step.prompt_step,
                                          step.prompt_token, step.crowded_token, step.prompt_square});
}

double predicted_token(const EmpiricalStep& step, const MeasuredStep& measured) {
    return product(token_row(measured), {step.step, step.sequence, step.kv_token, 0, 0, 0, 0});
}

std::string deployment_name(const MeasuredStep& one) {
    return fmt::format("{} on {} x {}", one.key.llm, one.key.gpus, one.key.gpu);
}

/// Signed, as shares.
struct StepErrors {
    std::vector<double> prompt;
    std::vector<double> token;

    void add(const EmpiricalStep& step, const MeasuredStep& measured) {
        prompt.push_back(predicted_prompt(step, measured) / measured.prompt_seconds - 1);
        token.push_back(predicted_token(step, measured) / measured.token_seconds - 1);
    }
    void add(const StepErrors& other) {
        prompt.insert(prompt.end(), other.prompt.begin(), other.prompt.end());
        token.insert(token.end(), other.token.begin(), other.token.end());
    }
};

StepErrors left_out_errors(const std::vector<MeasuredStep>& steps) {
    const auto used = std::count_if(steps.begin(), steps.end(), [](const auto& one) { return !one.apart; });
    if (used < 2) {
        throw InputError(steps.front().where,
                         fmt::format("is the only step of {}: nothing is left to fit without it",
                                     deployment_name(steps.front())),
                         "more batches of it; or `calibrate validate --shipped`, which fits nothing");
    }
    StepErrors errors;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!steps[i].apart)
            errors.add(fit_steps(without(steps, i)), steps[i]);
    }
    return errors;
}

StepErrors shipped_errors(const std::vector<MeasuredStep>& steps) {
    StepErrors errors;
    for (const MeasuredStep& one : steps) {
        if (!one.apart)
            errors.add(find_empirical(one.key, one.where).step, one);
    }
    return errors;
}

void add_line(TextTable& table, const std::string& name, const StepErrors& errors) {
    std::vector<std::string> row{name, std::to_string(errors.prompt.size())};
    for (const std::vector<double>& part : {errors.prompt, errors.token}) {
        const ErrorFigures figures = error_figures(part);
        for (const double share : {figures.mean, figures.median, figures.p90})
            row.push_back(fmt::format("{:.1f}", 100 * share));
        row.push_back(fmt::format("{:+.1f}", 100 * figures.bias));
    }
    table.add(std::move(row));
}

std::string step_table(const std::vector<MeasuredStep>& steps,
                       StepErrors (*errors_of)(const std::vector<MeasuredStep>&)) {
    StepErrors all;
    std::vector<std::pair<std::string, StepErrors>> lines;
    for (const auto& [name, own] : by_deployment(steps)) {
        lines.emplace_back(name, errors_of(own));
        all.add(lines.back().second);
    }
    TextTable table(
        {"steps of", "n", "prompt mean", "median", "p90", "bias", "token mean", "median", "p90", "bias"});
    add_line(table, "all", all);
    for (const auto& [name, errors] : lines) add_line(table, name, errors);
    return table.text();
}

}  // namespace

EmpiricalStep fit_steps(const std::vector<MeasuredStep>& steps) {
    SPILLWAY_CHECK(!steps.empty(), "a fit to no steps");
    const Equations all = equations_of(steps);
    std::vector<double> values;
    for (int round = 0; round < kReweightings; ++round) values = solve(all, values);
    EmpiricalStep step;
    step.step = values[0];
    step.sequence = values[1];
    step.kv_token = values[2];
    step.prompt_step = values[3];
    step.prompt_token = values[4];
    step.crowded_token = values[5];
    step.prompt_square = values[6];
    return step;
}

std::map<std::string, std::vector<MeasuredStep>> by_deployment(const std::vector<MeasuredStep>& steps) {
    std::map<std::string, std::vector<MeasuredStep>> parts;
    for (const MeasuredStep& one : steps) parts[deployment_name(one)].push_back(one);
    return parts;
}

std::string shipped_step_table(const std::vector<MeasuredStep>& steps) {
    return step_table(steps, shipped_errors);
}

std::string left_out_step_table(const std::vector<MeasuredStep>& steps) {
    return step_table(steps, left_out_errors);
}

std::vector<EmpiricalDeployment> step_deployments(const std::vector<MeasuredStep>& steps) {
    std::vector<EmpiricalDeployment> deployments;
    for (const auto& [name, own] : by_deployment(steps)) {
        EmpiricalDeployment& one = deployments.emplace_back();
        one.key = own.front().key;
        one.key.layout = fmt::format("tp{}", one.key.gpus);
        one.step = fit_steps(without(own, own.size()));
        one.clients = one.input_tokens = {kMost, 0};
        one.output_tokens = {1, 1};
        for (const MeasuredStep& step : own) {
            one.clients = {std::min(one.clients[0], step.batch), std::max(one.clients[1], step.batch)};
            one.input_tokens = {std::min(one.input_tokens[0], step.prompt),
                                std::max(one.input_tokens[1], step.prompt)};
            one.runs += step.apart ? 0 : 1;
        }
        const StepErrors errors = left_out_errors(own);
        one.ttft_error = error_figures(errors.prompt).median;
        one.tpot_error = error_figures(errors.token).median;
    }
    return deployments;
}

}  // namespace spillway
