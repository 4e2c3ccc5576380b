#include "app/prices/skypilot.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/io/csv_rows.hpp"
#include "app/prices/price_query.hpp"
#include "sim/billing/price.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

struct Cloud {
    std::string_view name;
    std::string_view platform;
};
constexpr std::array kClouds{Cloud{"aws", "aws-ec2"}, Cloud{"azure", "azure-vm"}, Cloud{"gcp", "gcp-compute"},
                             Cloud{"lambda", "lambda"}, Cloud{"runpod", "runpod-pod"}};

/// Where the columns stand; those that a file lacks are empty.
struct Columns {
    std::size_t instance;
    std::size_t gpu;
    std::size_t gpus;
    std::size_t price;
    std::size_t region;
    std::optional<std::size_t> spot;
    std::optional<std::size_t> zone;
    std::optional<std::size_t> vcpus;
    std::optional<std::size_t> memory;
};

std::optional<std::size_t> find_column(const CsvRow& header, std::string_view column) {
    const auto found = std::find(header.cells.begin(), header.cells.end(), column);
    if (found == header.cells.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - header.cells.begin());
}

std::size_t need_column(const CsvRow& header, std::string_view column, const std::string& name) {
    if (const auto found = find_column(header, column))
        return *found;
    throw InputError(fmt::format("{}:{}", name, header.line), fmt::format("has no column \"{}\"", column),
                     "SkyPilot's catalogues begin InstanceType,AcceleratorName,AcceleratorCount,...");
}

Columns columns_of(const CsvRow& header, const std::string& name) {
    return {need_column(header, "InstanceType", name),
            need_column(header, "AcceleratorName", name),
            need_column(header, "AcceleratorCount", name),
            need_column(header, "Price", name),
            need_column(header, "Region", name),
            find_column(header, "SpotPrice"),
            find_column(header, "AvailabilityZone"),
            find_column(header, "vCPUs"),
            find_column(header, "MemoryGiB")};
}

/// The digits of a price in $/h, without trailing zeros. SkyPilot writes what its floating-point sums gave:
/// beyond nine decimals they mean nothing.
std::optional<Decimal> parse_amount(std::string_view cell) {
    std::optional<Decimal> amount = parse_decimal(cell);
    if (!amount) {
        const auto number = parse_number(cell);
        if (!number || *number >= 1e6 || *number <= -1e6)
            return std::nullopt;
        amount = parse_decimal(fmt::format("{:.9f}", *number));
    }
    while (amount && amount->decimals > 0 && amount->mantissa % 10 == 0) {
        amount->mantissa /= 10;
        --amount->decimals;
    }
    return amount;
}

class Importer {
public:
    Importer(const std::string& name, const SkypilotImport& how) : name_(name), how_(how) {}

    ImportedPrices run(std::string_view csv) {
        const std::vector<CsvRow> rows = read_csv_rows(csv, name_);
        if (rows.empty())
            throw InputError(name_, "is empty", "SkyPilot's catalogue of a cloud is wanted: vms.csv");
        columns_ = columns_of(rows.front(), name_);
        for (auto row = rows.begin() + 1; row != rows.end(); ++row) add_row(*row);
        Json prices = Json::object();
        for (const auto& [entry, found] : found_) prices[entry] = found.json;
        result_.text = Json{{"prices", std::move(prices)}}.dump(2) + '\n';
        return std::move(result_);
    }

private:
    struct Found {
        Decimal amount;
        std::size_t line;
        Json json;
    };

    const std::string& cell(const CsvRow& row, const std::optional<std::size_t>& column) const {
        static const std::string kNothing;
        return column ? row.cells[*column] : kNothing;
    }

    [[noreturn]] void fail(const CsvRow& row, const std::string& problem,
                           const std::string& hint = {}) const {
        throw InputError(fmt::format("{}:{}", name_, row.line), problem, hint);
    }

    /// GPUs of the instance; nothing for a part of one.
    std::optional<int> gpus_of(const CsvRow& row) const {
        const std::string& text = row.cells[columns_.gpus];
        const auto number = parse_number(text);
        if (!number || *number <= 0 || *number > 1024)
            fail(row, fmt::format("AcceleratorCount is no number of GPUs: \"{}\"", text));
        const int whole = static_cast<int>(*number);
        if (static_cast<double>(whole) != *number)
            return std::nullopt;
        return whole;
    }

    std::optional<Decimal> price_of(const CsvRow& row, const std::optional<std::size_t>& column,
                                    std::string_view title) const {
        const std::string& text = cell(row, column);
        if (text.empty())
            return std::nullopt;
        const auto amount = parse_amount(text);
        if (!amount)
            fail(row, fmt::format("{} is not a price: \"{}\"", title, text), "dollars an hour, such as 2.49");
        if (amount->mantissa < 0)
            fail(row, fmt::format("{} is negative: {}", title, text));
        if (amount->mantissa == 0)
            return std::nullopt;
        return amount;
    }

    bool is_wanted(const CsvRow& row) const {
        const std::string& place = zone_of(row);
        return is_in_region(place, how_.region) &&
               (how_.gpu.empty() || is_listed_gpu(row.cells[columns_.gpu], how_.gpu));
    }

    const std::string& zone_of(const CsvRow& row) const {
        const std::string& zone = cell(row, columns_.zone);
        return zone.empty() ? row.cells[columns_.region] : zone;
    }

    void add_row(const CsvRow& row) {
        ++result_.rows;
        if (row.cells[columns_.gpu].empty()) {
            ++result_.without_gpu;
            return;
        }
        const auto gpus = gpus_of(row);
        const auto price = price_of(row, columns_.price, "Price");
        const auto spot = price_of(row, columns_.spot, "SpotPrice");
        if (!is_wanted(row)) {
            ++result_.filtered;
        } else if (row.cells[columns_.instance].empty()) {
            ++result_.without_instance;
        } else if (!gpus) {
            ++result_.parts_of_gpus;
        } else {
            add(row, *gpus, price, "on-demand");
            add(row, *gpus, spot, "spot");
        }
    }

    void add(const CsvRow& row, int gpus, const std::optional<Decimal>& amount, std::string_view kind) {
        const bool spot = kind == "spot";
        if (!amount) {
            ++(spot ? result_.without_spot_price : result_.without_price);
            return;
        }
        const std::string& region = spot ? zone_of(row) : row.cells[columns_.region];
        const std::string& instance = row.cells[columns_.instance];
        const std::string entry = fmt::format("{}{}/{}{}{}", how_.platform, spot ? "-spot" : "", instance,
                                              region.empty() ? "" : "@", region);
        const auto [known, is_new] = found_.try_emplace(entry, Found{*amount, row.line, {}});
        if (!is_new) {
            if (known->second.amount != *amount) {
                fail(row,
                     fmt::format("{} costs {} here and {} on line {}", entry, show(*amount),
                                 show(known->second.amount), known->second.line),
                     "one of the two lines must go");
            }
            ++result_.said_again;
            return;
        }
        ++(spot ? result_.spot : result_.on_demand);
        known->second.json = entry_of(row, gpus, *amount, kind, region);
    }

    static std::string show(const Decimal& amount) { return format_price({amount, PriceUnit::kHour}); }

    Json entry_of(const CsvRow& row, int gpus, const Decimal& amount, std::string_view kind,
                  const std::string& region) const {
        Json json;
        json["platform"] = how_.platform;
        json["gpu"] = row.cells[columns_.gpu];
        if (!region.empty())
            json["region"] = region;
        json["kind"] = kind;
        json["instance"] = show(amount);
        json["gpus"] = gpus;
        json["source"] = how_.source;
        json["confidence"] = "medium";
        json["date"] = how_.date;
        const std::string& vcpus = cell(row, columns_.vcpus);
        const std::string& memory = cell(row, columns_.memory);
        if (!vcpus.empty() && !memory.empty())
            json["note"] = fmt::format("{} vCPUs, {} GiB of memory.", vcpus, memory);
        return json;
    }

    const std::string& name_;
    const SkypilotImport& how_;
    Columns columns_{};
    std::map<std::string, Found> found_;
    ImportedPrices result_;
};

}  // namespace

std::string platform_of_cloud(std::string_view cloud, const std::string& where) {
    std::vector<std::string_view> names;
    for (const Cloud& one : kClouds) {
        if (one.name == cloud)
            return std::string(one.platform);
        names.push_back(one.name);
    }
    throw unknown_name(where, "cloud", cloud, names);
}

ImportedPrices import_skypilot(std::string_view csv, const std::string& name, const SkypilotImport& how) {
    return Importer(name, how).run(csv);
}

}  // namespace spillway
