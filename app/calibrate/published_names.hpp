#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/llm/llm_catalog.hpp"

namespace spillway {

/// The catalogue's name of the GPU that published tables call so ("h100_sxm", "a100-80gb"); none for another
/// word, the catalogue's own names among them.
std::optional<std::string_view> find_published_gpu(std::string_view published) noexcept;

/// The catalogue's model of that name or hub name; otherwise the one with the longest name that `published`
/// contains: "nvidia/Llama-3.1-70B-Instruct-FP8" is Llama-3.1-70B. Throws InputError at `where` for another.
const LlmSpec& published_llm(std::string_view published, const std::string& where);

}  // namespace spillway
