#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "app/cli/options.hpp"
#include "app/ranks/ranks.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// `own` with what is added to a scenario (--gpu-profile, --plugin, --folder), and --help.
std::vector<OptionSpec> with_scenario_options(std::vector<OptionSpec> own);

/// `own` with the options that every command has which runs scenarios many times: --threads, and what is
/// added to each scenario (--gpu-profile, --plugin, --folder), and --help.
std::vector<OptionSpec> with_study_options(std::vector<OptionSpec> own);

/// What --gpu-profile, --plugin and --folder add to each scenario.
ScenarioFile::Additions additions(const Options& options);

/// Throws InputError when two of these outputs go to standard output.
void refuse_shared_standard_output(const Options& options, std::initializer_list<std::string_view> outputs);

/// What --threads says, else this process's share of the machine. Throws InputError.
int thread_count(const Options& options, const RankPlace& place = {});

/// A count from 1 to a million that an option gives; `fallback` without it. Throws InputError.
std::uint64_t count_option(const Options& options, std::string_view name, std::uint64_t fallback);

}  // namespace spillway
