#pragma once

#include <array>
#include <memory>

#include "traces/reader_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kAzureFunctionsParams{
    kFileParam,
    list_param("functions", {}, "Only these functions, by name."),
    optional_param("trigger", ParamKind::kText, "Only functions with this trigger: \"http\", \"timer\", ..."),
    choice_param("spread", "poisson|even", "poisson",
                 "Where invocations lie in their minute: at random as if Poisson, or at even distances."),
    optional_param(
        "durations", ParamKind::kText,
        "A file of the functions' durations by percentile; each invocation then has a measured time."),
    kAlignParam,
    kSkipBadRowsParam,
};

/// "azure-functions": invocations of each function in each minute of a day, as in Azure's functions trace of
/// 2019 (github.com/Azure/AzurePublicDataset: HashFunction,Trigger,1,2,...,1440) and samples of it
/// (fn,app,owner,trigger,m480,...), with the functions' durations by percentile where a file has them.
std::unique_ptr<RequestSource> make_azure_functions(ParamReader& params, const SourceContext& context);

}  // namespace spillway
