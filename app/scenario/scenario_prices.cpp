#include "app/scenario/scenario_prices.hpp"

#include "app/io/json_file.hpp"
#include "app/io/text_file.hpp"

namespace spillway {

PriceBook scenario_prices(const Scenario& scenario) {
    PriceBook book = PriceBook::built_in();
    if (!scenario.prices)
        return book;
    const std::filesystem::path file = scenario.folder / *scenario.prices;
    require_file(file, scenario.prices->string(), member_place(scenario.where, "prices"));
    book.merge(read_config_file(file));
    return book;
}

}  // namespace spillway
