#pragma once

#include <string_view>
#include <vector>

#include "app/cli/options.hpp"
#include "calibration/common/backend.hpp"
#include "calibration/common/run_probes.hpp"

namespace spillway {

inline constexpr std::string_view kProbeSummary =
    "Measures this machine's GPU: products, attention, copies, launches, and what a cold start is made of.\n"
    "The samples go into a file that `spillway calibrate fit` makes a profile of. Nothing on the device is\n"
    "set or changed. Exit code 77: there is nothing here to measure.";

std::vector<OptionSpec> probe_option_specs();

/// Throws InputError for another word than quick, normal and thorough.
Effort effort_of(const Options& options);

/// What to measure and how well; quick has one round and looser rules. Throws InputError.
ProbePlan plan_of(const Options& options);

/// Where this program and the folder of loading probes are. Throws InputError for a folder that is none.
BackendOptions backend_options(const Options& options);

}  // namespace spillway
