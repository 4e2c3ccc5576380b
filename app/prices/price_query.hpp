#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/billing/price_book.hpp"

namespace spillway {

enum class PriceOrder : std::uint8_t {
    kBook,   ///< as the files have them
    kPrice,  ///< cheapest GPU-hour first; prices of tokens last
    kGpu,    ///< by GPU, cheapest first within one
    kDate,   ///< newest first
};

/// Which prices of a book are wanted; what is empty asks for nothing.
struct PriceQuery {
    std::string gpu;       ///< the catalogue's name or a vendor's; "A100" has A100-40GB and A100-80GB
    std::string platform;  ///< "runpod" has runpod-serverless and runpod-pod
    std::string region;    ///< "us-east-1" has us-east-1a
    std::optional<Offer> offer;
    PriceOrder order = PriceOrder::kBook;
};

/// Whether the price list's GPU is the one asked for, or a form of it.
bool is_listed_gpu(std::string_view listed, std::string_view wanted);

/// Whether something sold in `listed` is sold in `wanted`: no region is everywhere, a zone is in its region.
bool is_in_region(std::string_view listed, std::string_view wanted) noexcept;

/// The entries that match, in the order asked for; of equal ones the book's order. Throws InputError for a
/// GPU, a platform or a region that no price of the book has, with the nearest name. The book must outlive
/// them.
std::vector<const PriceBook::Entry*> find_prices(const PriceBook& book, const PriceQuery& query);

/// An hour of one GPU, for comparison: of a reservation at the committed price, and without what is metered
/// beside. Empty for a price of tokens.
std::optional<Money> gpu_hour(const Contract& contract);

/// What is paid, as the vendor writes it.
std::string amount_text(const Contract& contract);

}  // namespace spillway
