#include "app/cli/sweep_output.hpp"

#include "app/io/output_file.hpp"

namespace spillway {

std::optional<MetricPair> front_option(const Options& options, const std::vector<Metric>& metrics) {
    const auto named = options.value("pareto");
    return named ? parse_front(*named, metrics, "--pareto") : default_front(metrics);
}

void write_table(const Options& options, const SweepTable& table) {
    const auto csv = options.value("csv");
    const auto json = options.value("json");
    if (csv)
        write_output(*csv, sweep_csv(table));
    if (json)
        write_output(*json, sweep_json(table));
    if (csv != "-" && json != "-")
        write_output("-", sweep_text(table));
}

}  // namespace spillway
