#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/command.hpp"
#include "app/cli/verbs.hpp"
#include "app/io/json_file.hpp"
#include "app/io/output_file.hpp"
#include "app/io/text_file.hpp"
#include "app/prices/skypilot.hpp"
#include "app/report/format.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/billing/price_date.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::vector<OptionSpec> import_options() {
    return {{"cloud", "NAME", "whose catalogue it is: aws, azure, gcp, lambda or runpod"},
            {"date", "DATE", "when the prices were valid: 2026-08-22"},
            {"region", "NAME", "only what is sold there"},
            {"gpu", "NAME", "only this GPU, whatever the catalogue calls it"},
            {"output", "FILE", "the price file to write; - for standard output"},
            {"help", "", "this text"}};
}

SkypilotImport import_of(const std::string& file, const Options& options) {
    SkypilotImport how;
    how.platform =
        platform_of_cloud(options.required("cloud", "aws, azure, gcp, lambda or runpod"), "--cloud");
    how.date = options.required("date", "when were the prices valid? --date 2026-08-22");
    if (!is_price_date(how.date)) {
        throw InputError("--date", fmt::format("\"{}\" is not a date", how.date),
                         "write 2026-08-22, 2026-08 or 2026");
    }
    how.source = fmt::format("SkyPilot catalogue, {}", std::filesystem::path(file).filename().string());
    how.region = options.value("region").value_or("");
    how.gpu = options.value("gpu").value_or("");
    return how;
}

std::string report(const ImportedPrices& prices, const std::string& platform) {
    struct Count {
        std::size_t count;
        std::string_view what;
    };
    const std::array counts{
        Count{prices.filtered, "of another region or GPU"},
        Count{prices.without_gpu, "without a GPU"},
        Count{prices.without_instance, "of a GPU whose machine is sold apart"},
        Count{prices.parts_of_gpus, "of a part of a GPU"},
        Count{prices.without_price, "without an on-demand price"},
        Count{prices.without_spot_price, "without a spot price"},
        Count{prices.said_again, "with a price that an earlier row has"},
    };
    std::string text =
        fmt::format("{} on-demand and {} spot prices of {}, from {}.\n", show_count(prices.on_demand),
                    show_count(prices.spot), platform, show_counted(prices.rows, "row"));
    for (const Count& one : counts) {
        if (one.count > 0)
            text += fmt::format("  {} {}\n", show_counted(one.count, "row"), one.what);
    }
    return text;
}

int run_import(const std::string& file, const Options& options) {
    const std::string output = options.required("output", "name the file to write, or - for standard output");
    const SkypilotImport how = import_of(file, options);
    const ImportedPrices prices = import_skypilot(read_text_file(file, file), file, how);
    if (prices.on_demand + prices.spot == 0)
        throw InputError(file, "has no price of that", "`spillway prices import --help` says what is read");
    PriceBook::built_in().merge(
        read_config_text(prices.text, output));  // what a scenario would refuse is not kept
    write_output(output, prices.text);
    if (output != "-")
        write_output("-", report(prices, how.platform));
    return 0;
}

constexpr std::array kVerbs{
    Verb{"import", "FILE.csv --cloud NAME --date DATE --output FILE",
         "Makes a price file of SkyPilot's catalogue of a cloud (vms.csv), for `list prices --prices` and a\n"
         "scenario's \"prices\". A price is billed by the rules of the cloud's platform in the price book.",
         import_options, run_import},
};

}  // namespace

int prices_command(const std::vector<std::string>& arguments) {
    return run_verb({"prices", "file", kVerbs}, arguments);
}

}  // namespace spillway
