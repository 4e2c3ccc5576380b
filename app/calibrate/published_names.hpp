#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/llm/llm_catalog.hpp"

namespace spillway {

/// The catalogue's name of the GPU that published tables call so ("h100_sxm", "a100-80gb"); none for another
/// word, the catalogue's own names among them.
std::optional<std::string_view> find_published_gpu(std::string_view published) noexcept;
std::vector<std::string_view> published_gpus();

/// The engine's family as served runs name it, which is how the catalogue does: "vllm", "trtllm", "sglang".
/// Throws InputError at `where` for another, with the list.
std::string published_engine(std::string_view published, const std::string& where);

/// The catalogue's name for a version of an engine: the entry that its name begins with ("0.12.0" is
/// vllm-0.12) or that was fitted to runs of it; where no version is written, the entry of the runs of October
/// 2025; otherwise engine and version, whether or not there is such an entry. Throws InputError at `where`
/// for an entry that no kernel explains.
std::string engine_version(std::string_view engine, std::string_view published, const std::string& where);

/// The catalogue's model of that name or hub name; otherwise the one with the longest name that `published`
/// contains: "nvidia/Llama-3.1-70B-Instruct-FP8" is Llama-3.1-70B. Throws InputError at `where` for another.
const LlmSpec& published_llm(std::string_view published, const std::string& where);

}  // namespace spillway
