// write_samples: a sample file as JSON.
#include <ostream>

#include <nlohmann/json.hpp>

#include "calibration/common/sample_file.hpp"
#include "sim/core/round_digits.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json words_json(const NamedWords& words) {
    Json json = Json::object();
    for (const auto& [name, word] : words) json[name] = word;
    return json;
}

/// Nine digits: a nanosecond in a second.
double shortened(double seconds) { return round_digits(seconds, 9); }

template <class Point>
Json point_json(const Point& point) {
    Json parameters = words_json(point.words);
    for (const auto& [name, number] : point.numbers) parameters[name] = number;
    return {{"probe", point.probe}, {"params", std::move(parameters)}};
}

Json sample_json(const Sample& sample) {
    Json json = point_json(sample);
    json["unit"] = "s";
    json["median"] = shortened(sample.median_seconds);
    json["n"] = sample.repeats;
    if (const auto& spread = sample.spread) {
        json["spread"] = {shortened(spread->least), shortened(spread->lower_quartile),
                          shortened(spread->upper_quartile), shortened(spread->most)};
    }
    if (sample.half_width)
        json["half_width"] = shortened(*sample.half_width);
    if (sample.rerun)
        json["rerun"] = shortened(*sample.rerun);
    if (!sample.stopped.empty())
        json["stopped"] = sample.stopped;
    if (!sample.values.empty()) {
        json["values"] = Json::array();
        for (const double value : sample.values) json["values"].push_back(shortened(value));
    }
    if (!sample.marks.empty())
        json["marks"] = sample.marks;
    return json;
}

Json skipped_json(const SkippedPoint& point) {
    Json json = point_json(point);
    json["reason"] = point.reason;
    return json;
}

/// Bytes that are no UTF-8, in what a driver or a disk calls itself, become the replacement character.
std::string one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json numbers_json(const NamedNumbers& numbers) {
    Json json = Json::object();
    for (const auto& [name, number] : numbers) json[name] = number;
    return json;
}

/// One object a line.
template <class Items, class ToJson>
void write_lines(std::ostream& out, const char* name, const Items& items, const ToJson& to_json) {
    out << ",\n \"" << name << "\": [";
    const char* separator = "\n";
    for (const auto& item : items) {
        out << separator << one_line(to_json(item));
        separator = ",\n";
    }
    out << (items.empty() ? "]" : "\n]");
}

}  // namespace

void write_samples(const SampleFile& file, std::ostream& out) {
    out << "{\"schema\": " << one_line(kSampleSchema) << ",\n \"gpu\": " << one_line(file.gpu)
        << ",\n \"backend\": " << one_line(file.backend);
    if (!file.device.empty())
        out << ",\n \"device\": " << one_line(numbers_json(file.device));
    out << ",\n \"env\": " << one_line(words_json(file.environment))
        << ",\n \"provenance\": " << one_line(words_json(file.provenance));
    write_lines(out, "probes", file.samples, sample_json);
    if (!file.skipped.empty())
        write_lines(out, "skipped", file.skipped, skipped_json);
    out << "}\n";
}

}  // namespace spillway
