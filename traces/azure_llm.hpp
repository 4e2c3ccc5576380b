#pragma once

#include <array>
#include <memory>

#include "traces/reader_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr std::array kAzureLlmParams{kFileParam, kAlignParam, kSkipBadRowsParam};

/// "azure-llm": Azure's LLM inference traces of 2023 and 2024 as their publisher has them
/// (TIMESTAMP,ContextTokens,GeneratedTokens; github.com/Azure/AzurePublicDataset).
std::unique_ptr<RequestSource> make_azure_llm(ParamReader& params, const SourceContext& context);

}  // namespace spillway
