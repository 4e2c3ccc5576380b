#include <array>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/why/charge_text.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kCommand = "spillway chargeback";
constexpr std::string_view kUsage = "SCENARIO.json [options]";
constexpr std::string_view kSummary =
    "Splits the bill of each pool over the classes (tenants, models, batch) that caused it, to the "
    "nano-dollar.";

std::vector<OptionSpec> option_specs() {
    return with_scenario_options({
        {"json", "FILE", "the rows as JSON; - for standard output in place of the text"},
        {"csv", "FILE", "the rows as CSV; - likewise"},
    });
}

}  // namespace

int chargeback_command(const std::vector<std::string>& arguments) {
    const Options options(kCommand, option_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text(kCommand, kUsage, kSummary, option_specs()));
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError(std::string(kCommand), "takes one scenario", fmt::format("{} {}", kCommand, kUsage));
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    if (json && json == csv)
        throw InputError(std::string(kCommand), fmt::format("--json and --csv both go to {}", *json),
                         "give each its own file");
    const ChargeAnswer answer =
        charge_run(ScenarioFile::load(options.positional().front(), additions(options)).scenario());
    if (json)
        write_output(*json, charge_json(answer));
    if (csv)
        write_output(*csv, charge_csv(answer));
    if (json != "-" && csv != "-")
        write_output("-", charge_text(answer));
    return 0;
}

}  // namespace spillway
