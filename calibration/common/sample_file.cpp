#include "calibration/common/sample_file.hpp"

#include <algorithm>
#include <limits>
#include <ostream>

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

std::string text_member(const Json& object, const char* name, const std::string& where) {
    const Json& value = member(object, name, where);
    if (!value.is_string())
        throw InputError(fmt::format("{}.{}", where, name), "is not text");
    return value.get<std::string>();
}

NamedWords words_member(const Json& object, const char* name, const std::string& where) {
    NamedWords words;
    for (const auto& [key, value] : member(object, name, where).items()) {
        if (!value.is_string())
            throw InputError(fmt::format("{}.{}.{}", where, name, key), "is not text");
        words.emplace_back(key, value.get<std::string>());
    }
    return words;
}

Sample read_sample(const Json& json, const std::string& where) {
    Sample sample;
    sample.probe = text_member(json, "probe", where);
    for (const auto& [name, value] : member(json, "params", where).items()) {
        if (value.is_string())
            sample.words.emplace_back(name, value.get<std::string>());
        else if (value.is_number())
            sample.numbers.emplace_back(name, value.get<double>());
        else
            throw InputError(fmt::format("{}.params.{}", where, name), "is neither a number nor text");
    }
    if (text_member(json, "unit", where) != "s")
        throw InputError(where + ".unit", "is not \"s\"");
    const Json& median = member(json, "median", where);
    if (!median.is_number() && !median.is_null())
        throw InputError(where + ".median", "is not a number", "seconds; null where there is no time");
    // null is how a time that is no number is written: the fit counts it.
    sample.median_seconds =
        median.is_null() ? std::numeric_limits<double>::quiet_NaN() : median.get<double>();
    if (sample.median_seconds <= 0)
        throw InputError(where + ".median", "is not above 0", "seconds; null where there is no time");
    const Json& repeats = member(json, "n", where);
    if (!repeats.is_number_integer())
        throw InputError(where + ".n", "is not a whole number");
    sample.repeats = repeats.get<std::int64_t>();
    if (sample.repeats < 1)
        throw InputError(where + ".n", "is not above 0", "how often it was measured");
    for (const auto& [name, value] : json.items()) {
        if (name != "probe" && name != "params" && name != "unit" && name != "median" && name != "n")
            throw unknown_name(where, "member", name, {"probe", "params", "unit", "median", "n"});
    }
    return sample;
}

Json words_json(const NamedWords& words) {
    Json json = Json::object();
    for (const auto& [name, word] : words) json[name] = word;
    return json;
}

Json sample_json(const Sample& sample) {
    Json parameters = words_json(sample.words);
    for (const auto& [name, number] : sample.numbers) parameters[name] = number;
    return {{"probe", sample.probe},
            {"params", std::move(parameters)},
            {"unit", "s"},
            {"median", sample.median_seconds},
            {"n", sample.repeats}};
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
    file.environment = words_member(json, "env", where);
    file.provenance = words_member(json, "provenance", where);
    const Json& samples = member(json, "probes", where);
    file.samples.reserve(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        file.samples.push_back(read_sample(samples[i], fmt::format("{}: probes[{}]", where, i)));
    return file;
}

void write_samples(const SampleFile& file, std::ostream& out) {
    out << "{\"schema\": " << Json(kSampleSchema) << ",\n \"gpu\": " << Json(file.gpu)
        << ",\n \"backend\": " << Json(file.backend) << ",\n \"env\": " << words_json(file.environment)
        << ",\n \"provenance\": " << words_json(file.provenance) << ",\n \"probes\": [";
    const char* separator = "\n";
    for (const Sample& sample : file.samples) {
        out << separator << sample_json(sample);
        separator = ",\n";
    }
    out << "\n]}\n";
}

}  // namespace spillway
