#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Exit code for what the user got wrong.
constexpr int kInputErrorCode = 2;

/// One verb of the command line.
struct Command {
    std::string_view name;
    std::string_view usage;    ///< what follows the name
    std::string_view summary;  ///< one line
    /// Runs with what followed the name and returns the exit code. Throws InputError for what the user got
    /// wrong.
    int (*run)(const std::vector<std::string>& arguments);
};

int run_command(const std::vector<std::string>& arguments);
int bound_command(const std::vector<std::string>& arguments);
int why_command(const std::vector<std::string>& arguments);
int chargeback_command(const std::vector<std::string>& arguments);
int trace_command(const std::vector<std::string>& arguments);
int calibrate_command(const std::vector<std::string>& arguments);
int learn_command(const std::vector<std::string>& arguments);
int list_command(const std::vector<std::string>& arguments);
int prices_command(const std::vector<std::string>& arguments);
int compare_command(const std::vector<std::string>& arguments);
int check_command(const std::vector<std::string>& arguments);
int backtest_command(const std::vector<std::string>& arguments);
int breakeven_command(const std::vector<std::string>& arguments);
int forecast_command(const std::vector<std::string>& arguments);
int export_command(const std::vector<std::string>& arguments);
int import_command(const std::vector<std::string>& arguments);
int plan_command(const std::vector<std::string>& arguments);
int advise_command(const std::vector<std::string>& arguments);
int capacity_command(const std::vector<std::string>& arguments);
int sensitivity_command(const std::vector<std::string>& arguments);
int sweep_command(const std::vector<std::string>& arguments);
int merge_command(const std::vector<std::string>& arguments);
int schema_command(const std::vector<std::string>& arguments);

}  // namespace spillway
