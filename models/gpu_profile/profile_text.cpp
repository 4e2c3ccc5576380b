#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/gpu_profile/profile_fields.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "sim/core/round_digits.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

/// Six significant digits: less than any error here, and the same text from every compiler.
double shortened(double number) { return round_digits(number, 6); }

/// Bytes that are no UTF-8, in a name that a user gave, become the replacement character.
std::string one_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Objects and lists that hold others one member a line, the rest on one line: a few kB, and diffs that read.
std::string lay_out(const Json& json, std::size_t depth) {
    const auto nests = [](const Json& value) { return value.is_structured() && !value.empty(); };
    const bool flat = !json.is_structured() || std::none_of(json.begin(), json.end(), nests);
    if (flat)
        return one_line(json);
    const std::string indent(2 * (depth + 1), ' ');
    std::string text;
    for (const auto& [name, value] : json.items()) {
        text += text.empty() ? "\n" : ",\n";
        text += indent;
        if (json.is_object())
            text += one_line(Json(name)) + ": ";
        text += lay_out(value, depth + 1);
    }
    const std::string end = "\n" + std::string(2 * depth, ' ');
    return json.is_object() ? "{" + text + end + "}" : "[" + text + end + "]";
}

template <class Owner>
Json numbers_json(std::span<const NumberField<Owner>> fields, const Owner& owner) {
    Json json = Json::object();
    for (const NumberField<Owner>& field : fields)
        json[std::string(field.name)] = shortened(owner.*field.member);
    return json;
}

Json data_sheet_json(const DataSheet& sheet) {
    Json json = Json::object();
    for (const NumberField<DataSheet>& field : kSheetFields)
        json[std::string(field.name)] = sheet.*field.member;
    for (std::size_t i = 0; i < kPrecisionCount; ++i) {
        if (sheet.flops[i] > 0)
            json["flops"][precision_name(static_cast<Precision>(i))] = sheet.flops[i];
    }
    json["source"] = sheet.source;
    return json;
}

Json quality_json(const SectionQuality& quality) {
    Json json{{"samples", quality.samples},
              {"left_out_error", shortened(quality.left_out_error)},
              {"left_out_median", shortened(quality.left_out_median)},
              {"left_out_error_unfiltered", shortened(quality.left_out_error_unfiltered)},
              {"left_out_median_unfiltered", shortened(quality.left_out_median_unfiltered)},
              {"note", quality.note},
              {"valid", Json::array()},
              {"residuals", Json::array()}};
    if (!quality.unidentified.empty())
        json["unidentified"] = quality.unidentified;
    if (quality.condition > 0)
        json["condition"] = shortened(quality.condition);
    for (const ValidRange& range : quality.valid) {
        json["valid"].push_back(
            {{"name", range.name}, {"least", shortened(range.least)}, {"most", shortened(range.most)}});
    }
    for (const Residual& part : quality.residuals) {
        json["residuals"].push_back({{"region", part.region},
                                     {"samples", part.samples},
                                     {"median", shortened(part.median)},
                                     {"p95", shortened(part.p95)},
                                     {"bias", shortened(part.bias)}});
    }
    return json;
}

template <class Form, std::size_t kCount>
Json sections_json(const std::vector<Section<Form>>& sections,
                   const std::array<NumberField<Form>, kCount>& fields) {
    Json list = Json::array();
    for (const Section<Form>& section : sections) {
        list.push_back({{"precision", precision_name(section.precision)},
                        {"form", numbers_json<Form>(fields, section.form)},
                        {"quality", quality_json(section.quality)}});
    }
    return list;
}

Json tables_json(const std::vector<AllReduceTable>& tables) {
    Json list = Json::array();
    for (const AllReduceTable& table : tables) {
        Json points = Json::array();
        for (const AllReducePoint& point : table.points)
            points.push_back({shortened(point.bytes), shortened(point.seconds)});
        list.push_back({{"gpus", table.gpus}, {"bytes_seconds", std::move(points)}});
    }
    return list;
}

Json times_json(const std::vector<TimeLine>& times) {
    Json list = Json::array();
    for (const TimeLine& time : times) {
        list.push_back({{"name", time.name},
                        {"unit", time.unit},
                        {"base_seconds", shortened(time.base_seconds)},
                        {"seconds_each", shortened(time.seconds_each)},
                        {"variation", shortened(time.variation)},
                        {"quality", quality_json(time.quality)}});
    }
    return list;
}

Json provenance_json(const ProfileProvenance& provenance) {
    Json json{{"repository", provenance.repository},
              {"commit", provenance.commit},
              {"path", provenance.path},
              {"software", provenance.software},
              {"licence", provenance.licence},
              {"method", provenance.method},
              {"rejected", Json::array()}};
    for (const Rejection& rejection : provenance.rejected) {
        json["rejected"].push_back(
            {{"section", rejection.section}, {"reason", rejection.reason}, {"samples", rejection.samples}});
    }
    return json;
}

}  // namespace

std::string profile_text(const GpuProfile& profile) {
    Json json{{"schema", fmt::format("{}{}", kProfileSchema, kProfileVersion)},
              {"name", profile.name},
              {"kind", profile_kind_name(profile.kind)},
              {"data_sheet", data_sheet_json(profile.sheet)},
              {"gemm", sections_json(profile.gemm, kGemmFields)},
              {"prefill_attention", sections_json(profile.prefill, kPrefillFields)},
              {"decode_attention", sections_json(profile.decode, kDecodeFields)},
              {"all_reduce", tables_json(profile.all_reduce)},
              {"all_reduce_quality", quality_json(profile.all_reduce_quality)},
              {"elementwise", numbers_json<ElementwiseForm>(kElementwiseFields, profile.elementwise)},
              {"elementwise_quality", quality_json(profile.elementwise_quality)}};
    if (!profile.times.empty())
        json["times"] = times_json(profile.times);
    json["provenance"] = provenance_json(profile.provenance);
    return lay_out(json, 0) + "\n";
}

}  // namespace spillway
