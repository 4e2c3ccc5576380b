#include "app/cli/command.hpp"
#include "app/cli/deploy_output.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kExportUsage = "SCENARIO.json --to FORM [options]";
constexpr std::string_view kExportSummary =
    "Writes the settings of a pool as its platform's own configuration file. What such a file cannot express "
    "is\n"
    "said in it and on standard error, and so is what REPLACE_ME stands for (docs/deploy.md). `spillway "
    "plan\n"
    "--emit` does this for the winner, `spillway import` reads such files.";

const std::vector<OptionSpec>& export_specs() {
    static const std::vector<OptionSpec> kSpecs =
        with_scenario_options({{"to", "FORM", "runpod, modal, knative, keda, hpa, skyserve or terraform"},
                               {"pool", "NAME", "which pool; needed where there are several"},
                               {"output", "FILE", "where to write it; standard output without it"}});
    return kSpecs;
}

}  // namespace

int export_command(const std::vector<std::string>& arguments) {
    const Options options("spillway export", export_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway export", kExportUsage, kExportSummary, export_specs()) +
                              "\nForms:\n" + deploy_form_lines());
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError("spillway export", "takes one scenario", "spillway export SCENARIO.json --to FORM");
    const DeployForm& form = deploy_form(
        options.required("to", "runpod, modal, knative, keda, hpa, skyserve or terraform"), "--to");
    const ScenarioFile file = ScenarioFile::load(options.positional().front(), additions(options));
    const DeployText text = export_pool(file, form, options.value("pool"));
    write_deploy_text(options.value("output").value_or("-"), form, text);
    return 0;
}

}  // namespace spillway
