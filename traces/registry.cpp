#include "traces/registry.hpp"

#include <array>

namespace spillway {

namespace {

constexpr std::array kCommonParams{
    required_param("source", ParamKind::kText, "Name of the reader, generator or combination."),
};

constexpr std::array<RegistryEntry<MakeSource>, 0> kSources{};

}  // namespace

std::span<const RegistryEntry<MakeSource>> source_registry() { return kSources; }

std::unique_ptr<RequestSource> make_source(const ConfigNode& node, const SourceContext& context) {
    const ConfigNode* name = node.find("source");
    if (name == nullptr) {
        throw InputError(node.where(), "\"source\" is missing",
                         "it names a reader or generator: \"csv\", \"poisson\"");
    }
    const auto& entry = find_entry(source_registry(), "source", name->as_text(), name->where());
    ParamReader params(node, kCommonParams, entry.params);
    static_cast<void>(params.text("source"));
    std::unique_ptr<RequestSource> source = entry.make(params, context);
    params.finish();
    return source;
}

}  // namespace spillway
