#include "app/schema/scenario_schema.hpp"

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {

int schema_command(const std::vector<std::string>& arguments) {
    const std::vector<OptionSpec> specs{{"output", "FILE", "where to write it; standard output without it"},
                                        {"help", "", "this text"}};
    const Options options("schema", specs, arguments);
    if (options.has("help")) {
        write_output("-",
                     help_text("schema", "[options]", "Prints the JSON Schema of scenario files.", specs));
        return 0;
    }
    if (!options.positional().empty()) {
        throw InputError("spillway schema", "takes no argument", "--output FILE writes to a file");
    }
    write_output(options.value("output").value_or("-"), scenario_schema());
    return 0;
}

}  // namespace spillway
