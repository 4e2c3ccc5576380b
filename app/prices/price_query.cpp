#include "app/prices/price_query.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/catalog/gpus.hpp"
#include "sim/billing/bill.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Entries = std::vector<const PriceBook::Entry*>;

/// "runpod" is the family of "runpod-pod".
bool is_of_family(std::string_view name, std::string_view family) {
    return name == family ||
           (name.starts_with(family) && name.size() > family.size() && name[family.size()] == '-');
}

bool is_of_platform(const PriceBook::Entry& entry, std::string_view wanted) {
    const std::string_view listed = std::string_view(entry.name).substr(0, entry.name.find('/'));
    return is_of_family(entry.platform, wanted) || is_of_family(listed, wanted);
}

/// Throws InputError when no entry passes: the name that was asked for means nothing in this book.
template <class Passes, class NameOf>
void check_known(const PriceBook& book, std::string_view kind, const std::string& wanted, Passes passes,
                 NameOf name_of) {
    const auto entries = book.entries();
    if (wanted.empty() || std::any_of(entries.begin(), entries.end(), passes))
        return;
    std::vector<std::string_view> names;
    for (const PriceBook::Entry& entry : entries) {
        const std::string_view name = name_of(entry);
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    throw unknown_name(fmt::format("--{}", kind), kind == "gpu" ? "GPU" : kind, wanted, names);
}

bool is_cheaper(const PriceBook::Entry* a, const PriceBook::Entry* b) {
    const auto left = gpu_hour(a->contract);
    const auto right = gpu_hour(b->contract);
    if (!left || !right)
        return left.has_value() && !right.has_value();
    return *left < *right;
}

void sort_by(PriceOrder order, Entries& found) {
    switch (order) {
        case PriceOrder::kBook:
            return;
        case PriceOrder::kPrice:
            std::stable_sort(found.begin(), found.end(), is_cheaper);
            return;
        case PriceOrder::kGpu:
            std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
                return a->gpu != b->gpu ? a->gpu < b->gpu : is_cheaper(a, b);
            });
            return;
        case PriceOrder::kDate:
            std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
                return a->contract.provenance.date > b->contract.provenance.date;
            });
            return;
    }
}

}  // namespace

bool is_listed_gpu(std::string_view listed, std::string_view wanted) {
    if (is_of_family(listed, wanted))
        return true;
    const GpuFacts* known = gpu_of_price_list(listed);
    return known != nullptr && known->name == wanted;
}

bool is_in_region(std::string_view listed, std::string_view wanted) noexcept {
    return listed.empty() || listed.starts_with(wanted);
}

Entries find_prices(const PriceBook& book, const PriceQuery& query) {
    const auto of_gpu = [&](const PriceBook::Entry& entry) {
        return query.gpu.empty() || is_listed_gpu(entry.gpu, query.gpu);
    };
    const auto of_platform = [&](const PriceBook::Entry& entry) {
        return query.platform.empty() || is_of_platform(entry, query.platform);
    };
    check_known(book, "gpu", query.gpu, of_gpu,
                [](const auto& entry) { return std::string_view(entry.gpu); });
    check_known(book, "platform", query.platform, of_platform,
                [](const auto& entry) { return std::string_view(entry.platform); });
    check_known(
        book, "region", query.region,
        [&](const auto& entry) { return !entry.region.empty() && is_in_region(entry.region, query.region); },
        [](const auto& entry) { return std::string_view(entry.region); });
    Entries found;
    for (const PriceBook::Entry& entry : book.entries()) {
        if (of_gpu(entry) && of_platform(entry) && is_in_region(entry.region, query.region) &&
            (!query.offer || entry.offer == query.offer)) {
            found.push_back(&entry);
        }
    }
    sort_by(query.order, found);
    return found;
}

std::optional<Money> gpu_hour(const Contract& contract) {
    if (!contract.price)
        return std::nullopt;
    Purchase purchase{contract};
    purchase.gpus_per_instance = purchase.gpus_per_worker = contract.gpus.value_or(1);
    if (!contract.commitments.empty())
        purchase.contract.price = contract.commitments.front().price;
    return charge_gpu_time(purchase, Int128{std::chrono::nanoseconds(std::chrono::hours{1}).count()});
}

std::string amount_text(const Contract& contract) {
    if (contract.tokens) {
        return fmt::format("{} in, {} out", format_price(contract.tokens->input),
                           format_price(contract.tokens->output));
    }
    if (!contract.commitments.empty())
        return fmt::format("{} committed", format_price(contract.commitments.front().price));
    return format_price(contract.price.value());
}

}  // namespace spillway
