#include "sim/billing/price_book.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/billing/contract_params.hpp"
#include "sim/billing/price_date.hpp"
#include "sim/billing/read_contract.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace price_catalog {
extern const std::string_view kPricesJson;
}
namespace {

using contract_tables::optional_choice;

constexpr std::array kFile{
    optional_param("platforms", ParamKind::kObject, "The rules that each platform bills by."),
    optional_param("prices", ParamKind::kObject, "Prices, each laid over its platform's rules."),
};
constexpr std::array kPlatform{
    optional_choice(
        "kind", "serverless|serverless-active|on-demand|spot|reserved",
        "serverless: the platform starts and stops workers with the traffic; serverless-active: of these, "
        "workers that are always on; on-demand: instances of one's own; spot: those that may be taken "
        "back; reserved: those that are paid for, used or not."),
    optional_param("source", ParamKind::kText, "Where it was read."),
    optional_choice("confidence", "high|medium|low", "How sure it is."),
    optional_param("note", ParamKind::kText, "What to know before using it."),
    optional_param("date", ParamKind::kText, "When it was valid: 2026-08-22, 2026-08, 2026, or A..B."),
};
constexpr std::array kEntry{
    required_param("platform", ParamKind::kText, "Whose rules it is billed by."),
    optional_param("gpu", ParamKind::kText, "The GPU, as the vendor names it."),
    optional_param("region", ParamKind::kText, "Where it is sold, as the vendor names it."),
    kPlatform[0],
    kPlatform[1],
    kPlatform[2],
    kPlatform[3],
    required_param("date", ParamKind::kText, kPlatform[4].meaning),
};

/// Without `catalog`.
std::span<const ParamSpec> contract_of_price() { return contract_params().subspan(1); }

/// Rules have no `multiplier` either: it would miss the prices that are laid over them.
std::vector<ParamSpec> contract_of_platform() {
    std::vector<ParamSpec> params(contract_of_price().begin(), contract_of_price().end());
    std::erase_if(params, [](const ParamSpec& param) { return param.name == "multiplier"; });
    return params;
}

std::vector<ParamSpec> joined(std::span<const ParamSpec> own, std::span<const ParamSpec> contract) {
    std::vector<ParamSpec> params(own.begin(), own.end());
    params.insert(params.end(), contract.begin(), contract.end());
    return params;
}

/// The catalog that ships holds texts, numbers, flags, lists and objects only.
ConfigNode to_node(const nlohmann::ordered_json& json, const std::string& where) {
    if (json.is_boolean())
        return ConfigNode::flag(where, json.get<bool>());
    if (json.is_number_integer())
        return ConfigNode::integer(where, json.get<std::int64_t>());
    if (json.is_number())
        return ConfigNode::number(where, json.get<double>());
    if (json.is_string())
        return ConfigNode::text(where, json.get<std::string>());
    if (json.is_array()) {
        std::vector<ConfigNode> items;
        for (const auto& item : json) {
            items.push_back(to_node(item, fmt::format("{}[{}]", where, items.size())));
        }
        return ConfigNode::list(where, std::move(items));
    }
    SPILLWAY_CHECK(json.is_object(), "the price catalog holds a value of another kind");
    std::vector<ConfigNode::Member> members;
    for (const auto& [name, value] : json.items())
        members.emplace_back(name, to_node(value, fmt::format("{}.{}", where, name)));
    return ConfigNode::object(where, std::move(members));
}

void replace_text(ParamReader& reader, std::string_view name, std::string& text) {
    if (const auto given = reader.optional_text(name))
        text = *given;
}

constexpr std::array<std::string_view, 3> kConfidences{"high", "medium", "low"};

void read_provenance(ParamReader& reader, Provenance& provenance) {
    replace_text(reader, "source", provenance.source);
    replace_text(reader, "note", provenance.note);
    if (reader.has("confidence"))
        provenance.confidence = kConfidences[reader.choice("confidence")];
    replace_text(reader, "date", provenance.date);
    if (reader.has("date") && !is_price_date(provenance.date)) {
        throw InputError(reader.where("date"), fmt::format("\"{}\" is not a date", provenance.date),
                         "write 2026-08-22, 2026-08 or 2026, or a range of two: 2025-08..2026-05");
    }
}

std::optional<Offer> read_offer(ParamReader& reader, std::optional<Offer> platforms) {
    return reader.has("kind") ? static_cast<Offer>(reader.choice("kind")) : platforms;
}

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

template <class Named>
void put(std::vector<Named>& all, Named one) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Named& old) { return old.name == one.name; });
    if (found == all.end()) {
        all.push_back(std::move(one));
    } else {
        *found = std::move(one);
    }
}

/// The names that a wrong one was probably meant among: those of its platform, or all.
template <class Named>
std::vector<std::string_view> candidates(const std::vector<Named>& all, std::string_view wrong) {
    const std::string_view platform = wrong.substr(0, wrong.find('/') + 1);
    std::vector<std::string_view> near;
    std::vector<std::string_view> names;
    for (const Named& one : all) {
        names.push_back(one.name);
        if (!platform.empty() && one.name.starts_with(platform))
            near.push_back(one.name);
    }
    return near.empty() ? names : near;
}

template <class Named>
const Named& named(const std::vector<Named>& all, std::string_view kind, std::string_view name,
                   const std::string& where) {
    if (const Named* found = find_named(all, name))
        return *found;
    throw unknown_name(where, kind, name, candidates(all, name));
}

constexpr std::array<std::string_view, 6> kOffers{"serverless", "serverless-active", "on-demand",
                                                  "spot",       "reserved",          "api"};

}  // namespace

std::string_view offer_name(Offer offer) noexcept { return kOffers[static_cast<std::size_t>(offer)]; }
std::span<const std::string_view> offer_names() noexcept { return kOffers; }

std::span<const ParamSpec> price_file_params() { return kFile; }
std::vector<ParamSpec> platform_params() { return joined(kPlatform, contract_of_platform()); }
std::vector<ParamSpec> price_params() { return joined(kEntry, contract_of_price()); }

PriceBook PriceBook::built_in() {
    PriceBook book;
    const auto json = nlohmann::ordered_json::parse(price_catalog::kPricesJson);
    book.merge(to_node(json, "price catalog"));
    return book;
}

void PriceBook::merge(const ConfigNode& file) {
    ParamReader reader(file, kFile);
    if (const ConfigNode* platforms = reader.node("platforms")) {
        for (const auto& [name, node] : platforms->members()) merge_platform(name, node);
    }
    if (const ConfigNode* prices = reader.node("prices")) {
        for (const auto& [name, node] : prices->members()) merge_price(name, node);
    }
    reader.finish();
}

void PriceBook::merge_platform(const std::string& name, const ConfigNode& node) {
    Platform platform{name, {}, {}};
    ParamReader reader(node, contract_of_price(), kPlatform);
    if (reader.has("multiplier")) {
        throw InputError(reader.where("multiplier"), "a platform's rules have no multiplier",
                         "give it to each price that is laid over them");
    }
    platform.offer = read_offer(reader, {});
    overlay_contract(reader, platform.rules);
    read_provenance(reader, platform.rules.provenance);
    reader.finish();
    put(platforms_, std::move(platform));
}

void PriceBook::merge_price(const std::string& name, const ConfigNode& node) {
    ParamReader reader(node, contract_of_price(), kEntry);
    const Platform& rules = platform(reader.text("platform"), reader.where("platform"));
    Entry entry{name, rules.name, {}, {}, rules.rules, rules.offer};
    replace_text(reader, "gpu", entry.gpu);
    replace_text(reader, "region", entry.region);
    entry.offer = read_offer(reader, rules.offer);
    overlay_contract(reader, entry.contract);
    read_provenance(reader, entry.contract.provenance);
    if (entry.contract.provenance.source.empty())
        throw InputError(node.where(), "\"source\" is missing", "where was the price read?");
    entry.contract.provenance.catalog = name;
    reader.finish();
    check_contract(entry.contract, node.where());
    if (entry.contract.tokens)
        entry.offer = Offer::kApi;
    put(entries_, std::move(entry));
}

const PriceBook::Platform& PriceBook::platform(std::string_view name, const std::string& where) const {
    return named(platforms_, "platform", name, where);
}

const PriceBook::Entry& PriceBook::entry(std::string_view name, const std::string& where) const {
    if (const Entry* found = find_named(entries_, name))
        return *found;
    // The book is long: all names only of the platform that is named.
    const std::vector<std::string_view> names = candidates(entries_, name);
    const std::string_view near = nearest_name(name, names);
    std::string hint = near.empty() ? std::string{} : fmt::format("did you mean \"{}\"? ", near);
    if (names.size() < entries_.size())
        hint += fmt::format("valid: {}; ", fmt::join(names, ", "));
    hint +=
        "`spillway list prices` shows all; a price of your own goes into the file that the scenario's "
        "\"prices\" names, with its source and date";
    throw InputError(where, fmt::format("unknown price \"{}\"", name), std::move(hint));
}

Contract read_contract(const ConfigNode& node, const PriceBook& book) {
    Contract contract;
    if (node.kind() == ConfigNode::Kind::kText) {
        contract.price = read_price(node, Measure::kTime);
        return contract;
    }
    ParamReader reader(node, contract_params());
    if (const auto name = reader.optional_text("catalog")) {
        contract = book.entry(*name, reader.where("catalog")).contract;
    }
    overlay_contract(reader, contract);
    reader.finish();
    check_contract(contract, node.where());
    return contract;
}

}  // namespace spillway
