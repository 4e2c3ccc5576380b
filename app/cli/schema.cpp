#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "app/schema/price_schema.hpp"
#include "app/schema/sample_schema.hpp"
#include "app/schema/scenario_schema.hpp"
#include "app/schema/study_schema.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

struct Topic {
    std::string_view name;
    std::string (*text)();
};
constexpr std::array kTopics{Topic{"scenario", scenario_schema}, Topic{"prices", price_schema},
                             Topic{"samples", sample_schema}, Topic{"study", study_schema}};

const Topic& find_topic(const std::string& wanted) {
    std::vector<std::string_view> names;
    for (const Topic& topic : kTopics) {
        if (topic.name == wanted)
            return topic;
        names.push_back(topic.name);
    }
    throw unknown_name("spillway schema", "kind of file", wanted, names);
}

}  // namespace

int schema_command(const std::vector<std::string>& arguments) {
    const std::vector<OptionSpec> specs{{"output", "FILE", "where to write it; standard output without it"},
                                        {"help", "", "this text"}};
    const Options options("spillway schema", specs, arguments);
    if (options.has("help")) {
        write_output(
            "-",
            help_text("spillway schema", "[scenario|prices|samples|study] [options]",
                      "Prints the JSON Schema of scenario files, of price files, of samples, or of studies.",
                      specs));
        return 0;
    }
    if (options.positional().size() > 1)
        throw InputError("spillway schema", "takes one kind of file", "scenario, prices, samples or study");
    const Topic& topic = options.positional().empty() ? kTopics[0] : find_topic(options.positional()[0]);
    write_output(options.value("output").value_or("-"), topic.text());
    return 0;
}

}  // namespace spillway
