#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/billing/contract.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// How a price is sold.
enum class Offer : std::uint8_t {
    kServerless,        ///< workers that the platform starts and stops with the traffic
    kServerlessActive,  ///< of these, workers that are always on
    kOnDemand,          ///< instances of one's own, paid for until they are given back
    kSpot,              ///< likewise, and the platform may take them back
    kReserved,          ///< likewise, paid for whether used or not
    kApi,               ///< by the token
};

/// "serverless", "serverless-active", "on-demand", "spot", "reserved", "api".
std::string_view offer_name(Offer offer) noexcept;
/// In the order of the enumerators.
std::span<const std::string_view> offer_names() noexcept;

/// Named prices with where they come from. A value type; readers may share one between threads.
///
/// Its file has two members. "platforms" maps a name to the rules that the platform bills by, as a contract
/// without a price; "prices" maps "PLATFORM/WHAT" to what is laid over its platform's rules. Both carry
/// "source", "date", "confidence" and "note"; a price must have a date, and a source of its own or its
/// platform's.
class PriceBook {
public:
    struct Entry {
        std::string name;
        std::string platform;  ///< whose rules it is billed by
        std::string gpu;       ///< as the vendor names it
        std::string region;    ///< as the vendor names it, zone and all; empty: any, or not said
        Contract contract;
        std::optional<Offer> offer;  ///< empty: the file does not say
    };

    /// The catalog that ships with the program.
    static PriceBook built_in();

    /// Adds a user's file: a platform or price of a known name takes its place, the rest stays (prices read
    /// before keep the platform's rules as they were). InputError where the file is wrong.
    void merge(const ConfigNode& file);

    /// In the order of the files.
    std::span<const Entry> entries() const noexcept { return entries_; }

    /// InputError at `where` with the nearest names and the file that a missing price goes into.
    const Entry& entry(std::string_view name, const std::string& where) const;

private:
    struct Platform {
        std::string name;
        Contract rules;
        std::optional<Offer> offer;
    };
    const Platform& platform(std::string_view name, const std::string& where) const;
    void merge_platform(const std::string& name, const ConfigNode& node);
    void merge_price(const std::string& name, const ConfigNode& node);

    std::vector<Platform> platforms_;
    std::vector<Entry> entries_;
};

/// The members of a price file; those of a platform and of a price in it: those of a contract, and those that
/// every entry has.
std::span<const ParamSpec> price_file_params();
std::vector<ParamSpec> platform_params();
std::vector<ParamSpec> price_params();

/// The contract that a pool's "price" states: a text such as "$2.49/h", or an object of contract_params(),
/// laid over the catalog's entry where it names one. Checked by itself; check_purchase() checks it against
/// the pool.
Contract read_contract(const ConfigNode& node, const PriceBook& book);

}  // namespace spillway
