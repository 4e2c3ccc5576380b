#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/replication_options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/json_file.hpp"
#include "app/io/output_file.hpp"
#include "app/plan/plan.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kPlanUsage = "SCENARIO.json|STUDY.json [--slo 'p95 ttft < 2s']... [options]";
constexpr std::string_view kPlanSummary =
    "Looks for the cheapest fleet that meets the objectives: races policies, sizes and time-outs under the "
    "same\n"
    "draws, on one part of the traffic, and confirms the best on the rest. A study's points are the fleets "
    "to try;\n"
    "for a scenario, they are made from its pools (docs/plan.md). Exit code 1 when no fleet meets the "
    "objectives.";

const std::vector<OptionSpec>& plan_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"slo", "OBJECTIVE", "in place of the scenario's own objectives; may be given several times", '\0',
          true},
         {"vary", "WHAT", "what replications draw anew: luck,traffic,model (all of them without it)"},
         {"gpus", "A,B...", "look closely at these in the place of a pool's GPU (service llm)"},
         {"confirm", "N", "replications of the finalists on the rest of the traffic (20)"},
         {"finalists", "N", "how many are confirmed (5)"},
         {"scenario", "FILE", "the winner as a scenario file"},
         {"csv", "FILE", "one row a candidate, with why it is out"},
         {"json", "FILE", "all of it as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

/// What is planned, and among what.
struct Question {
    ScenarioFile file;
    std::vector<Candidate> candidates;
};

Question read_question(const Options& options) {
    const std::filesystem::path path = options.positional().front();
    const ConfigNode node = read_config_file(path);
    const std::vector<std::string> objectives = options.values("slo");
    if (node.kind() == ConfigNode::Kind::kObject && node.find("axes") != nullptr) {
        for (const char* name :
             {"metrics", "replications", "precision", "watched", "max_replications", "vary", "block"}) {
            if (node.find(name) != nullptr)
                throw InputError(member_place(node.where(), name),
                                 "means nothing to a plan, which races by its own rules",
                                 "leave it out; --vary and --confirm say what there is to say");
        }
        if (options.has("gpus"))
            throw InputError("--gpus", "means nothing to a study, whose points are the fleets to try",
                             "make the GPU an axis of it");
        const Study study = read_study(node, path.parent_path(), additions(options));
        return {with_objectives(study.scenario, objectives), space_of(study)};
    }
    const ScenarioFile file =
        with_objectives(ScenarioFile(node, path.parent_path(), additions(options)), objectives);
    const auto gpus = options.value("gpus");
    return {file, default_space(file, gpus ? comma_words(*gpus) : std::vector<std::string>{})};
}

PlanRules read_plan_rules(const Options& options) {
    PlanRules rules;
    rules.confirm = count_option(options, "confirm", rules.confirm);
    rules.finalists = count_option(options, "finalists", rules.finalists);
    if (rules.confirm < 2)
        throw InputError("--confirm", "is 1",
                         "an interval needs two replications, and means something from ten on");
    if (const auto vary = options.value("vary"))
        rules.race.vary = parse_vary(*vary, "--vary");
    return rules;
}

}  // namespace

int plan_command(const std::vector<std::string>& arguments) {
    const Options options("spillway plan", plan_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway plan", kPlanUsage, kPlanSummary, plan_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"scenario", "csv", "json"});
    if (options.positional().size() != 1)
        throw InputError("spillway plan", "takes one scenario or study", "spillway plan SCENARIO.json");
    const Question question = read_question(options);
    const PlanRules rules = read_plan_rules(options);
    Plan plan;
    within_threads(thread_count(options),
                   [&] { plan = make_plan(question.file, question.candidates, rules); });
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    const auto winner = options.value("scenario");
    if (json)
        write_output(*json, plan_json(plan));
    if (csv)
        write_output(*csv, plan_csv(plan));
    if (winner && plan.winner)
        write_output(
            *winner,
            candidate_file(question.file, plan.contenders[plan.finalists[*plan.winner].contender].candidate));
    if (json != "-" && csv != "-" && winner != "-")
        write_output("-", plan_text(plan));
    return plan.winner ? 0 : 1;
}

}  // namespace spillway
