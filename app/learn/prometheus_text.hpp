#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// A line of the text exposition: name{label="value"} number.
struct PrometheusSample {
    std::string name;
    std::map<std::string, std::string> labels;
    double value = 0;
    std::string where;
};

/// All samples of a scrape (Prometheus text format 0.0.4 and OpenMetrics 1.0); exemplars and time stamps are
/// passed over. Throws InputError with the line for what is no sample.
std::vector<PrometheusSample> parse_prometheus(std::string_view text, const std::string& where);

}  // namespace spillway
