#include "app/calibrate/measured_steps.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "app/calibrate/error_figures.hpp"
#include "app/calibrate/number_table.hpp"
#include "app/calibrate/published_names.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kEngine = "vllm-2023-eager";

constexpr std::string_view kPowerCapped = "pcap";

std::string gpu_of(const NumberTable& table) {
    const std::string_view published = table.word("hardware");
    if (const auto gpu = find_published_gpu(published))
        return std::string(*gpu);
    throw unknown_name(table.where(), "hardware", published, published_gpus());
}

MeasuredStep step_of(const NumberTable& table) {
    MeasuredStep step;
    step.where = table.where();
    step.key.llm = published_llm(table.word("model"), table.where()).name;
    step.key.gpu = gpu_of(table);
    step.key.gpus = static_cast<int>(table.count("tp"));
    step.key.engine = kEngine;
    step.prompt = table.count("prompt_size");
    step.batch = table.count("batch_size");
    return step;
}

bool is_repeat(const MeasuredStep& one, const MeasuredStep& other) {
    return one.key.llm == other.key.llm && one.key.gpu == other.key.gpu && one.key.gpus == other.key.gpus &&
           one.prompt == other.prompt && one.batch == other.batch;
}

/// A longer time was measured for fewer prompts of the same length.
void set_apart(std::vector<MeasuredStep>& steps) {
    for (MeasuredStep& one : steps) {
        one.apart = std::any_of(steps.begin(), steps.end(), [&](const MeasuredStep& other) {
            return other.key.llm == one.key.llm && other.key.gpu == one.key.gpu &&
                   other.key.gpus == one.key.gpus && other.prompt == one.prompt && other.batch < one.batch &&
                   other.prompt_seconds > 2 * one.prompt_seconds;
        });
    }
}

}  // namespace

std::vector<MeasuredStep> read_measured_steps(const std::filesystem::path& file) {
    NumberTable table(file, {"tp", "prompt_size", "batch_size", "prompt_ms", "token_ms"},
                      {"group_id", "model", "hardware"});
    struct Repeats {
        MeasuredStep step;
        std::vector<double> prompt;
        std::vector<double> token;
    };
    std::map<std::string, Repeats> groups;
    while (table.next()) {
        if (table.word("hardware").find(kPowerCapped) != std::string_view::npos)
            continue;
        Repeats& group = groups[std::string(table.word("group_id"))];
        MeasuredStep step = step_of(table);
        if (group.prompt.empty())
            group.step = std::move(step);
        else if (!is_repeat(step, group.step))
            table.refuse("group_id", fmt::format("another batch than that of {}", group.step.where),
                         "rows of one group are repeats of one batch");
        group.prompt.push_back(table.served_seconds("prompt_ms"));
        group.token.push_back(table.served_seconds("token_ms"));
    }
    if (groups.empty())
        throw InputError(file.string(), "has no measured step",
                         "a row is a step; those of power-capped GPUs (\"pcap\") are left out");
    std::vector<MeasuredStep> steps;
    steps.reserve(groups.size());
    for (auto& [name, group] : groups) {
        group.step.prompt_seconds = median(std::move(group.prompt));
        group.step.token_seconds = median(std::move(group.token));
        steps.push_back(group.step);
    }
    set_apart(steps);
    return steps;
}

}  // namespace spillway
