#include "app/calibrate/published_names.hpp"

#include <array>
#include <span>

#include <fmt/format.h>

#include "models/llm/engine_profile.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

struct Name {
    std::string_view published;
    std::string_view own;
};
constexpr std::array kGpus{Name{"h100_sxm", "H100"},      Name{"h200_sxm", "H200"}, Name{"b200_sxm", "B200"},
                           Name{"b300_sxm", "B300"},      Name{"gb200", "GB200"},   Name{"h100-80gb", "H100"},
                           Name{"a100-80gb", "A100-80GB"}};
/// Whose names hold no name of the catalogue.
constexpr std::array kLlms{Name{"llama2-70b", "Llama-2-70B"}, Name{"bloom-176b", "BLOOM-176B"}};

constexpr std::array<std::string_view, 3> kEngines{"vllm", "trtllm", "sglang"};

/// Versions that behaved as the runs of another, so that they were fitted as one; no version: not recorded.
struct Version {
    std::string_view engine;
    std::string_view published;  ///< how it begins
    std::string_view entry;
};
// Those of SGLang 0.5.6 were set apart before any fit, so that it has no entry.
constexpr std::array kVersions{
    Version{"sglang", "0.5.6", "sglang-0.5.6"}, Version{"sglang", "0.5.8", "sglang-0.5.1"},
    Version{"trtllm", "1.0.0rc3", "trtllm-1.0rc3"}, Version{"trtllm", "1.2.0rc6", "trtllm-2025-10"},
    Version{"trtllm", "1.3.0rc", "trtllm-2025-10"}};
constexpr std::array kUnrecorded{Version{"vllm", "", "vllm-2025-10"}, Version{"trtllm", "", "trtllm-2025-10"},
                                 Version{"sglang", "", "sglang"}};

bool begins_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

/// Whether "0.12.0" is a version of "0.12", which "0.120" is not.
bool is_part_of(std::string_view published, std::string_view entry) {
    return begins_with(published, entry) &&
           (published.size() == entry.size() || published[entry.size()] == '.');
}

std::optional<std::string_view> own_name(std::span<const Name> names, std::string_view published) noexcept {
    for (const Name& name : names) {
        if (name.published == published)
            return name.own;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> find_published_gpu(std::string_view published) noexcept {
    return own_name(kGpus, published);
}

std::vector<std::string_view> published_gpus() {
    std::vector<std::string_view> names;
    names.reserve(kGpus.size());
    for (const Name& name : kGpus) names.push_back(name.published);
    return names;
}

std::string published_engine(std::string_view published, const std::string& where) {
    for (const std::string_view engine : kEngines) {
        if (engine == published)
            return std::string(engine);
    }
    throw unknown_name(where, "backend", published, {kEngines.begin(), kEngines.end()});
}

std::string engine_version(std::string_view engine, std::string_view published, const std::string& where) {
    for (const Version& version : kUnrecorded) {
        if (version.engine == engine && published.empty())
            return std::string(version.entry);
    }
    for (const Version& version : kVersions) {
        if (version.engine == engine && begins_with(published, version.published))
            return std::string(version.entry);
    }
    const std::string own = fmt::format("{}-{}", engine, published);
    const EngineProfile* longest = nullptr;
    for (const EngineProfile& entry : engine_catalog()) {
        const bool longer = longest == nullptr || entry.name.size() > longest->name.size();
        if (is_part_of(own, entry.name) && longer)
            longest = &entry;
    }
    if (longest != nullptr && longest->measured_only) {
        throw InputError(where, fmt::format("{} is predicted from steps alone, not from served runs", own),
                         "`spillway list engines` names the versions");
    }
    return longest != nullptr ? longest->name : own;
}

const LlmSpec& published_llm(std::string_view published, const std::string& where) {
    if (const auto own = own_name(kLlms, published))
        return find_llm(*own, where);
    const LlmSpec* best = nullptr;
    for (const LlmSpec& llm : llm_catalog()) {
        if (llm.name == published || llm.hub == published)
            return llm;
        if (published.find(llm.name) != std::string_view::npos &&
            (best == nullptr || llm.name.size() > best->name.size()))
            best = &llm;
    }
    return best != nullptr ? *best : find_llm(published, where);
}

}  // namespace spillway
