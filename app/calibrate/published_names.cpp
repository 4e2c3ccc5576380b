#include "app/calibrate/published_names.hpp"

#include <array>
#include <span>

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
