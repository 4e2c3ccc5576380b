#include "calibration/common/sample_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
const Value& find_parameter(const std::vector<std::pair<std::string, Value>>& list, std::string_view name,
                            const std::string& probe) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.first == name; });
    if (found == list.end())
        throw InputError(fmt::format("a sample of probe {}", probe), fmt::format("lacks \"{}\"", name));
    return found->second;
}

const Json& member(const Json& object, const char* name, const std::string& where) {
    if (!object.is_object() || !object.contains(name))
        throw InputError(where, fmt::format("lacks \"{}\"", name));
    return object[name];
}

/// The elements of a list; whatever else stands there is refused.
const Json& list_at(const Json& value, const std::string& where) {
    if (!value.is_array())
        throw InputError(where, "is not a list");
    return value;
}

const Json& object_member(const Json& object, const char* name, const std::string& where) {
    const Json& value = member(object, name, where);
    if (!value.is_object())
        throw InputError(fmt::format("{}.{}", where, name), "is not an object");
    return value;
}

std::string text_member(const Json& object, const char* name, const std::string& where) {
    const Json& value = member(object, name, where);
    if (!value.is_string())
        throw InputError(fmt::format("{}.{}", where, name), "is not text");
    return value.get<std::string>();
}

NamedWords words_member(const Json& object, const char* name, const std::string& where) {
    NamedWords words;
    for (const auto& [key, value] : object_member(object, name, where).items()) {
        if (!value.is_string())
            throw InputError(fmt::format("{}.{}.{}", where, name, key), "is not text");
        words.emplace_back(key, value.get<std::string>());
    }
    return words;
}

double number_at(const Json& value, const std::string& where) {
    if (!value.is_number())
        throw InputError(where, "is not a number");
    return value.get<double>();
}

NamedNumbers numbers_member(const Json& object, const char* name, const std::string& where) {
    NamedNumbers numbers;
    for (const auto& [key, value] : object_member(object, name, where).items())
        numbers.emplace_back(key, number_at(value, fmt::format("{}.{}.{}", where, name, key)));
    return numbers;
}

void allow_only(const Json& object, const std::string& where, const std::vector<std::string_view>& names) {
    for (const auto& [name, value] : object.items()) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw unknown_name(where, "member", name, names);
    }
}

/// A probe with its parameters: of a sample, or of a point that was skipped.
template <class Point>
void read_point(const Json& json, const std::string& where, Point& point) {
    point.probe = text_member(json, "probe", where);
    for (const auto& [name, value] : object_member(json, "params", where).items()) {
        if (value.is_string())
            point.words.emplace_back(name, value.template get<std::string>());
        else if (value.is_number())
            point.numbers.emplace_back(name, value.template get<double>());
        else
            throw InputError(fmt::format("{}.params.{}", where, name), "is neither a number nor text");
    }
}

double read_median(const Json& json, const std::string& where) {
    const Json& median = member(json, "median", where);
    if (!median.is_number() && !median.is_null())
        throw InputError(where + ".median", "is not a number", "seconds; null where there is no time");
    // null is how a time that is no number is written: the fit counts it.
    const double seconds = median.is_null() ? std::numeric_limits<double>::quiet_NaN() : median.get<double>();
    if (seconds <= 0)
        throw InputError(where + ".median", "is not above 0", "seconds; null where there is no time");
    return seconds;
}

std::int64_t read_repeats(const Json& json, const std::string& where) {
    const Json& repeats = member(json, "n", where);
    if (!repeats.is_number_integer())
        throw InputError(where + ".n", "is not a whole number");
    if (repeats.get<std::int64_t>() < 1)
        throw InputError(where + ".n", "is not above 0", "how often it was measured");
    return repeats.get<std::int64_t>();
}

/// [least, lower quartile, upper quartile, most], around the median.
SampleSpread read_spread(const Json& json, double median, const std::string& where) {
    if (!json.is_array() || json.size() != 4)
        throw InputError(where, "is not a list of four numbers",
                         "least, lower quartile, upper quartile, most");
    const SampleSpread spread{number_at(json[0], where), number_at(json[1], where), number_at(json[2], where),
                              number_at(json[3], where)};
    const bool in_order = 0 < spread.least && spread.least <= spread.lower_quartile &&
                          spread.lower_quartile <= median && median <= spread.upper_quartile &&
                          spread.upper_quartile <= spread.most;
    if (!in_order)
        throw InputError(where, "is out of order", "least, lower quartile, the median, upper quartile, most");
    return spread;
}

Sample read_sample(const Json& json, const std::string& where) {
    Sample sample;
    read_point(json, where, sample);
    if (text_member(json, "unit", where) != "s")
        throw InputError(where + ".unit", "is not \"s\"");
    sample.median_seconds = read_median(json, where);
    sample.repeats = read_repeats(json, where);
    if (json.contains("spread"))
        sample.spread = read_spread(json["spread"], sample.median_seconds, where + ".spread");
    if (json.contains("half_width"))
        sample.half_width = number_at(json["half_width"], where + ".half_width");
    if (json.contains("rerun"))
        sample.rerun = number_at(json["rerun"], where + ".rerun");
    if (json.contains("stopped"))
        sample.stopped = text_member(json, "stopped", where);
    if (json.contains("values")) {
        for (const Json& value : list_at(json["values"], where + ".values"))
            sample.values.push_back(number_at(value, where + ".values"));
    }
    if (json.contains("marks")) {
        for (const Json& mark : list_at(json["marks"], where + ".marks")) {
            if (!mark.is_string())
                throw InputError(where + ".marks", "is not a list of texts");
            sample.marks.push_back(mark.get<std::string>());
        }
    }
    allow_only(json, where,
               {"probe", "params", "unit", "median", "n", "spread", "half_width", "rerun", "stopped",
                "values", "marks"});
    return sample;
}

SkippedPoint read_skipped(const Json& json, const std::string& where) {
    SkippedPoint point;
    read_point(json, where, point);
    point.reason = text_member(json, "reason", where);
    allow_only(json, where, {"probe", "params", "reason"});
    return point;
}

Json parse(std::string_view text, const std::string& where) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
        throw InputError(fmt::format("{}:{}", where, 1 + std::count(text.begin(), end, '\n')), "is not JSON",
                         "NaN and infinity are none either");
    } catch (const Json::out_of_range&) {
        throw InputError(where, "has a number that is too large to read");
    }
}

}  // namespace

double Sample::number(std::string_view name) const { return find_parameter(numbers, name, probe); }

const std::string& Sample::word(std::string_view name) const { return find_parameter(words, name, probe); }

SampleFile read_samples(std::string_view text, const std::string& where) {
    const Json json = parse(text, where);
    const std::string schema = text_member(json, "schema", where);
    if (schema != kSampleSchema) {
        throw InputError(where + ": schema",
                         fmt::format("is \"{}\"; this program reads \"{}\"", schema, kSampleSchema));
    }
    SampleFile file;
    file.gpu = text_member(json, "gpu", where);
    file.backend = text_member(json, "backend", where);
    if (file.backend != "cuda" && file.backend != "host" && file.backend != "table")
        throw unknown_name(where + ".backend", "backend", file.backend, {"cuda", "host", "table"});
    if (json.contains("device"))
        file.device = numbers_member(json, "device", where);
    file.environment = words_member(json, "env", where);
    file.provenance = words_member(json, "provenance", where);
    const Json& samples = list_at(member(json, "probes", where), where + ": probes");
    file.samples.reserve(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        file.samples.push_back(read_sample(samples[i], fmt::format("{}: probes[{}]", where, i)));
    if (json.contains("skipped")) {
        const Json& skipped = list_at(json["skipped"], where + ": skipped");
        for (std::size_t i = 0; i < skipped.size(); ++i)
            file.skipped.push_back(read_skipped(skipped[i], fmt::format("{}: skipped[{}]", where, i)));
    }
    allow_only(json, where, {"schema", "gpu", "backend", "device", "env", "provenance", "probes", "skipped"});
    return file;
}

}  // namespace spillway
