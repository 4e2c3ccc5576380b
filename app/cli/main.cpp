#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/version.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr int kOutOfMemoryCode = 69;
constexpr int kInternalErrorCode = 70;

constexpr std::array kCommands{
    Command{"run", "SCENARIO.json...", "Run scenarios and report where the latency and the money went.",
            run_command},
    Command{"why", "SCENARIO.json --request N|--band pXX",
            "Say why a request, or those around a percentile, took their time.", why_command},
    Command{"chargeback", "SCENARIO.json",
            "Split the bill over the classes, pools and models that caused it.", chargeback_command},
    Command{"compare", "A.json B.json...",
            "Scenarios under the same draws: differences, intervals, verdicts.", compare_command},
    Command{"check", "--base BASE --head HEAD",
            "A gate for CI: fails when a change makes the fleet dearer or slower.", check_command},
    Command{"plan", "SCENARIO.json --slo ...",
            "The cheapest fleet that meets the objectives, and how sure that is.", plan_command},
    Command{"advise", "SCENARIO.json",
            "Try each known saving on this traffic, and rank them by the money saved.", advise_command},
    Command{"export", "SCENARIO.json --to FORM",
            "A pool's settings as its platform's own configuration file.", export_command},
    Command{"import", "FILE", "A platform's configuration file as the start of a scenario.", import_command},
    Command{"breakeven", "SERVERLESS.json",
            "Where serverless stops being the cheaper way, with its interval.", breakeven_command},
    Command{"backtest", "SCENARIO.json --trace LOG [--bill B.csv]",
            "Hold predictions against last month's bill and measured percentiles.", backtest_command},
    Command{"forecast", "SCENARIO.json",
            "The bill of the months ahead: growth, season, events, budget, quota to ask for.",
            forecast_command},
    Command{"bound", "SCENARIO.json...",
            "What a clairvoyant autoscaler could have paid, and how far above it policies are.",
            bound_command},
    Command{"sweep", "STUDY.json",
            "Run many variants of a scenario on all processors, and their Pareto front.", sweep_command},
    Command{"merge", "SHARD.db... --out FILE.db", "Join the shards of a sweep.", merge_command},
    Command{"capacity", "SCENARIO.json",
            "What one worker carries: curves over clients and rate, and where its promises break.",
            capacity_command},
    Command{"sensitivity", "SCENARIO.json",
            "Which input moves the answer: each field alone, and a screening of all.", sensitivity_command},
    Command{"list", "[WHAT]",
            "What there is: policies, routes, models, readers, gpus, llms, engines, deployments, prices, "
            "platforms.",
            list_command},
    Command{"trace", "inspect|generate|convert FILE ...",
            "Look at a trace or a generator, write it as a trace.", trace_command},
    Command{"calibrate", "VERB ...",
            "import, fit, overheads, empirical: profiles from measurements; diff, validate: how far off.",
            calibrate_command},
    Command{"learn", "FILE... --out FILE",
            "Learn an engine, starts and patience from benchmark results, metrics or a request log.",
            learn_command},
    Command{"prices", "import FILE.csv ...", "Make a price file of one's own from SkyPilot's catalogue.",
            prices_command},
    Command{"schema", "[scenario|prices|samples|study]",
            "The JSON Schema of these files, for editors and checks.", schema_command},
};

std::string usage() {
    std::string text = "Usage: spillway COMMAND ...\n\n";
    for (const Command& command : kCommands) {
        text += fmt::format("  {:<11} {:<36} {}\n", command.name, command.usage, command.summary);
    }
    return text + "\nspillway COMMAND --help says more.\n";
}

int dispatch(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "help") {
        fmt::print("{}", usage());
        return arguments.empty() ? kInputErrorCode : 0;
    }
    if (arguments[0] == "--version") {
        fmt::print("spillway {}\n", version());
        return 0;
    }
    std::vector<std::string_view> names;
    for (const Command& command : kCommands) {
        if (command.name == arguments[0])
            return command.run({arguments.begin() + 1, arguments.end()});
        names.push_back(command.name);
    }
    throw unknown_name("spillway", "command", arguments[0], names);
}

}  // namespace
}  // namespace spillway

int main(int argc, char** argv) {
    std::signal(SIGXFSZ, SIG_IGN);  // a file at its size limit is then a failed write, which says so
    try {
        return spillway::dispatch({argv + 1, argv + argc});
    } catch (const spillway::InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return spillway::kInputErrorCode;
    } catch (const spillway::InternalError& error) {
        fmt::print(stderr, "internal error (please report it): {}\n", error.what());
        return spillway::kInternalErrorCode;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "out of memory\n");
        return spillway::kOutOfMemoryCode;
    } catch (const std::exception& error) {
        fmt::print(stderr, "internal error (please report it): {}\n", error.what());
        return spillway::kInternalErrorCode;
    }
}
