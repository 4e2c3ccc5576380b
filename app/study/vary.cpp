#include "app/study/vary.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

struct VaryName {
    std::string_view name;
    std::string_view shown;
    bool Vary::*member;
};
constexpr std::array kVaryNames{VaryName{"luck", "luck", &Vary::luck},
                                VaryName{"traffic", "traffic", &Vary::traffic},
                                VaryName{"model", "model error", &Vary::model}};

std::string block_words(const ReadCount& read) {
    const BlockPlan& plan = *read.resampled;
    return fmt::format("traffic of {}: {} of {}, each drawn within the {}{}", read.file,
                       show_counted(plan.blocks, "block"), show(plan.block), stratum_name(plan.stratum),
                       plan.tells_a_month() ? "" : "; too few for an interval of a month");
}

}  // namespace

Vary parse_vary(std::string_view text, const std::string& where) {
    Vary vary{false, false, false};
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view word = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        bool known = false;
        std::vector<std::string_view> names;
        for (const VaryName& one : kVaryNames) {
            names.push_back(one.name);
            if (one.name != word)
                continue;
            vary.*one.member = true;
            known = true;
        }
        if (!known)
            throw unknown_name(where, "source of variation", word, names);
    }
    if (!vary.any())
        throw InputError(where, "names nothing that varies",
                         R"(write "luck,traffic,model", or some of them)");
    return vary;
}

std::string show_vary(const Vary& vary) {
    std::vector<std::string_view> shown;
    for (const VaryName& one : kVaryNames) {
        if (vary.*one.member)
            shown.push_back(one.shown);
    }
    std::string text;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (i > 0)
            text += i + 1 == shown.size() ? " and " : ", ";
        text += shown[i];
    }
    return text;
}

std::vector<std::string> describe_draws(const Scenario& scenario, const Vary& vary) {
    Scenario one = scenario;
    one.draws = draws_of(scenario.draws, vary, 0);
    const std::unique_ptr<Assembly> assembly = assemble(one);
    std::vector<std::string> words;
    for (const ReadCount& read : assembly->reads.counts()) {
        if (read.resampled)
            words.push_back(block_words(read));
    }
    std::string silent;
    for (const StatedError& error : vary.model ? assembly->model_errors : std::vector<StatedError>{}) {
        if (error.mean) {
            words.push_back(fmt::format("model error: {} ± {}", error.profile, show_share(*error.mean)));
        } else {
            silent += (silent.empty() ? "" : ", ") + error.profile;
        }
    }
    if (!silent.empty())
        words.push_back("no error is stated, so none drawn, of: " + silent);
    return words;
}

Draws draws_of(const Draws& base, const Vary& vary, std::uint64_t replication) {
    Draws draws = base;
    if (vary.luck)
        draws.luck.replication += replication;
    draws.resample.reset();
    if (vary.traffic) {
        draws.traffic.replication += replication;
        draws.resample =
            Resampling{draws.traffic, vary.block, base.resample ? base.resample->recordings : nullptr};
    }
    if (vary.model)
        draws.model = RunSeed{base.luck.seed, base.luck.replication + replication};
    return draws;
}

}  // namespace spillway
