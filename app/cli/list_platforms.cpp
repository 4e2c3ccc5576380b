#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/list_catalog.hpp"
#include "app/io/json_text.hpp"
#include "app/io/output_file.hpp"
#include "app/report/table.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/platform_catalog.hpp"
#include "app/scenario/platform_price.hpp"
#include "models/catalog/gpus.hpp"

namespace spillway {
namespace {

/// "serverless, serverless-active of runpod-serverless"; nothing where it sells none.
std::string offers_text(const PlatformPreset& preset) {
    std::vector<std::string_view> names;
    for (const Offer offer : preset.offers) names.push_back(offer_name(offer));
    return fmt::format("{}", fmt::join(names, ", "));
}

/// The members that a pool of that platform gets; those of the price too where a GPU is named.
ConfigNode members_of(const PlatformPreset& preset, const std::optional<std::string>& gpu,
                      const PriceBook& book) {
    if (!gpu || preset.prices.empty())
        return preset.pool;
    const ConfigNode pool = ConfigNode::object(fmt::format("platform {}", preset.name),
                                               {{"platform", ConfigNode::text("--platform", preset.name)},
                                                {"gpu", ConfigNode::text("--gpu", *gpu)}});
    return expand_platform(pool, book);
}

std::string comment(std::string_view name, std::string_view text) {
    return fmt::format("// {}: {}\n", name, text);
}

/// What a platform sets, as a pool could say it itself.
std::string preset_text(const PlatformPreset& preset, const std::optional<std::string>& gpu,
                        const PriceBook& book) {
    std::string text = fmt::format("// {}: {}\n", preset.name, preset.summary);
    const Provenance& from = preset.provenance;
    text += comment("source", fmt::format("{} ({}), confidence {}", from.source, from.date, from.confidence));
    for (const std::string& one : preset.assumed) text += comment("assumed", one);
    if (!preset.prices.empty()) {
        text += comment("offers", offers_text(preset));
        for (const Offer offer : preset.offers) {
            if (const std::string sold = gpus_sold(preset, offer, book); !sold.empty())
                text += comment(fmt::format("sold {}", offer_name(offer)), sold);
        }
    }
    return text + json_file_text(members_of(preset, gpu, book));
}

std::vector<const PlatformPreset*> chosen(const std::vector<std::string>& names) {
    std::vector<const PlatformPreset*> presets;
    presets.reserve(names.empty() ? platform_catalog().size() : names.size());
    for (const std::string& name : names) presets.push_back(&preset_named(name, "spillway list platforms"));
    if (names.empty()) {
        for (const PlatformPreset& preset : platform_catalog()) presets.push_back(&preset);
    }
    return presets;
}

/// What a worker of one such GPU costs there as it is usually sold, or nullptr.
const PriceBook::Entry* usual_price(const PlatformPreset& preset, const std::string& gpu,
                                    const PriceBook& book) {
    if (preset.prices.empty())
        return nullptr;
    return find_platform_price(preset, {gpu, preset.offers.front(), preset.region, 1, {}}, book);
}

std::string policy_text(const PlatformPreset& preset) {
    const ConfigNode* policy = preset.pool.find("policy");
    return policy == nullptr ? "-" : policy->find("name")->as_text();
}

std::string table_text(const std::optional<std::string>& gpu, const PriceBook& book) {
    TextTable table({"platform", "policy", "sold", "date", "confidence", "what it is"}, {0, 1, 2, 3, 4, 5});
    for (const PlatformPreset& preset : platform_catalog()) {
        std::string sold = preset.prices.empty() ? "-" : offers_text(preset);
        if (gpu) {
            const PriceBook::Entry* price = usual_price(preset, *gpu, book);
            if (price == nullptr)
                continue;
            sold = price->name;
        }
        table.add({preset.name, policy_text(preset), sold, preset.provenance.date,
                   preset.provenance.confidence, preset.summary});
    }
    return table.text();
}

}  // namespace

std::string platforms_text(const std::vector<std::string>& names, const Options& options) {
    const PriceBook book = price_book_of(options);
    const auto gpu = options.value("gpu");
    if (gpu)
        find_gpu(*gpu, "--gpu");
    if (names.empty())
        return table_text(gpu, book);
    std::string text;
    for (const PlatformPreset* preset : chosen(names)) text += preset_text(*preset, gpu, book);
    return text;
}

bool write_platforms(const std::vector<std::string>& names, const Options& options) {
    const auto json = options.value("json");
    if (!json)
        return false;
    const PriceBook book = price_book_of(options);
    std::vector<ConfigNode::Member> members;
    const auto gpu = options.value("gpu");
    for (const PlatformPreset* preset : chosen(names)) {
        if (!names.empty() || !gpu || usual_price(*preset, *gpu, book) != nullptr)
            members.emplace_back(preset->name, members_of(*preset, gpu, book));
    }
    write_output(*json, json_file_text(ConfigNode::object("", std::move(members))));
    return *json == "-";
}

}  // namespace spillway
