#include <cstdio>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/deploy_output.hpp"
#include "app/deploy/import_config.hpp"
#include "app/io/output_file.hpp"
#include "app/io/text_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kImportUsage = "FILE [options]";
constexpr std::string_view kImportSummary =
    "Reads a platform's own configuration file as the start of a scenario: its settings as the file has "
    "them, "
    "and\n"
    "examples for what the file does not say. Each of these is listed on standard error, and so is each "
    "value "
    "of\n"
    "the file that was not used (docs/deploy.md).";

const std::vector<OptionSpec>& import_specs() {
    static const std::vector<OptionSpec> kSpecs{
        {"from", "FORM", "the file's form; without it, told by its content"},
        {"pool", "NAME", "which endpoint, service or class of the file; needed where there are several"},
        {"output", "FILE", "where the scenario goes; standard output without it"},
        {"help", "", "this text"}};
    return kSpecs;
}

}  // namespace

int import_command(const std::vector<std::string>& arguments) {
    const Options options("spillway import", import_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway import", kImportUsage, kImportSummary, import_specs()) +
                              "\nForms:\n" + deploy_form_lines());
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError("spillway import", "takes one file", "spillway import FILE");
    const std::string& name = options.positional().front();
    if (const auto from = options.value("from"))
        deploy_form(*from, "--from");
    const std::string text = read_text_file(name, name);
    const DeployForm& form = form_of_file(text, name, options.value("from"));
    const ImportedConfig imported = import_config(text, name, form, options.value("pool"));
    write_output(options.value("output").value_or("-"), imported.scenario);
    fmt::print(stderr, "{}: read \"{}\" as {}\n", name, imported.unit, form.summary);
    for (const std::string& line : imported.assumed) fmt::print(stderr, "assumed: {}\n", line);
    for (const std::string& line : imported.unused) fmt::print(stderr, "not used: {}\n", line);
    return 0;
}

}  // namespace spillway
