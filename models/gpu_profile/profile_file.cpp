#include "models/gpu_profile/profile_file.hpp"

#include <array>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "models/gpu_profile/json_config.hpp"
#include "models/gpu_profile/kernel_times.hpp"
#include "models/gpu_profile/profile_fields.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::string profile_schema() { return fmt::format("{}{}", kProfileSchema, kProfileVersion); }

constexpr std::array<const char*, 4> kKindNames{"fitted_from_public_table", "measured", "data_sheet",
                                                "measured_host"};
constexpr double kMostVariation = 10;      // beyond, noise of that law is mostly nothing
constexpr double kMostLineSeconds = 3600;  // of a step of a start, or of one byte
constexpr double kAnyNumber = std::numeric_limits<double>::max();

void check_version(const ConfigNode& file) {
    const ConfigNode& schema = member_of(file, "schema");
    const std::string text = schema.as_text();
    if (text == profile_schema())
        return;
    throw InputError(schema.where(),
                     fmt::format("is \"{}\"; this program reads \"{}\"", text, profile_schema()),
                     "fit the profile again with this program: spillway calibrate fit");
}

ProfileKind read_kind(const ConfigNode& value) {
    const std::string& word = value.as_text();
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < kKindNames.size(); ++i) {
        if (word == kKindNames[i])
            return static_cast<ProfileKind>(i);
        names.emplace_back(kKindNames[i]);
    }
    throw unknown_name(value.where(), "kind of profile", word, names);
}

Residual read_residual(const ConfigNode& value) {
    return {member_of(value, "region").as_text(), count_of(member_of(value, "samples")),
            number_within(member_of(value, "median"), 0, kAnyNumber),
            number_within(member_of(value, "p95"), 0, kAnyNumber), member_of(value, "bias").as_number()};
}

ValidRange read_range(const ConfigNode& value) {
    return {member_of(value, "name").as_text(), number_within(member_of(value, "least"), 0, kAnyNumber),
            number_within(member_of(value, "most"), 0, kAnyNumber)};
}

SectionQuality read_quality(const ConfigNode& value) {
    const auto error = [&](const char* name) { return number_within(member_of(value, name), 0, kAnyNumber); };
    SectionQuality quality;
    quality.samples = count_of(member_of(value, "samples"));
    quality.left_out_error = error("left_out_error");
    quality.left_out_median = error("left_out_median");
    quality.left_out_error_unfiltered = error("left_out_error_unfiltered");
    quality.left_out_median_unfiltered = error("left_out_median_unfiltered");
    quality.note = member_of(value, "note").as_text();
    if (const ConfigNode* names = value.find("unidentified")) {
        for (const ConfigNode& name : names->items()) quality.unidentified.push_back(name.as_text());
    }
    if (const ConfigNode* condition = value.find("condition"))
        quality.condition = number_within(*condition, 1, kAnyNumber);
    for (const ConfigNode& range : member_of(value, "valid").items())
        quality.valid.push_back(read_range(range));
    for (const ConfigNode& part : member_of(value, "residuals").items())
        quality.residuals.push_back(read_residual(part));
    return quality;
}

/// [{"precision", "form", "quality"}, ...], no precision twice.
template <class Form, std::size_t kCount>
std::vector<Section<Form>> read_sections(const ConfigNode& list,
                                         const std::array<NumberField<Form>, kCount>& fields) {
    std::vector<Section<Form>> sections;
    for (const ConfigNode& item : list.items()) {
        allow_only(item, {"precision", "form", "quality"});
        Section<Form>& section = sections.emplace_back();
        section.precision = read_precision(member_of(item, "precision"));
        for (const auto& earlier : std::span(sections).first(sections.size() - 1)) {
            if (earlier.precision == section.precision)
                throw InputError(item.where(), "is a second section of that precision");
        }
        read_numbers<Form>(member_of(item, "form"), fields, section.form);
        section.quality = read_quality(member_of(item, "quality"));
    }
    return sections;
}

AllReduceTable read_table(const ConfigNode& value) {
    AllReduceTable table;
    table.gpus = static_cast<int>(count_of(member_of(value, "gpus")));
    for (const ConfigNode& item : member_of(value, "bytes_seconds").items()) {
        const auto pair = item.items();
        if (pair.size() != 2)
            throw InputError(item.where(), "is not a pair of bytes and seconds");
        const AllReducePoint point{number_within(pair[0], 1, kAnyNumber),
                                   number_within(pair[1], kSmallest, kAnyNumber)};
        if (!table.points.empty() &&
            (point.bytes <= table.points.back().bytes || point.seconds < table.points.back().seconds))
            throw InputError(item.where(), "is out of order: sizes rise and times do not fall");
        table.points.push_back(point);
    }
    if (table.points.size() < 2)
        throw InputError(value.where(), "has fewer than two points");
    return table;
}

TimeLine read_time(const ConfigNode& value) {
    allow_only(value, {"name", "unit", "base_seconds", "seconds_each", "variation", "quality"});
    TimeLine time;
    time.name = member_of(value, "name").as_text();
    time.unit = member_of(value, "unit").as_text();
    time.base_seconds = number_within(member_of(value, "base_seconds"), 0, kMostLineSeconds);
    time.seconds_each = number_within(member_of(value, "seconds_each"), 0, kMostLineSeconds);
    time.variation = number_within(member_of(value, "variation"), 0, kMostVariation);
    time.quality = read_quality(member_of(value, "quality"));
    if (time.base_seconds <= 0 && (time.seconds_each <= 0 || time.unit.empty()))
        throw InputError(value.where(), "takes no time");
    return time;
}

ProfileProvenance read_provenance(const ConfigNode& value) {
    ProfileProvenance provenance;
    provenance.repository = member_of(value, "repository").as_text();
    provenance.commit = member_of(value, "commit").as_text();
    provenance.path = member_of(value, "path").as_text();
    provenance.software = member_of(value, "software").as_text();
    provenance.licence = member_of(value, "licence").as_text();
    provenance.method = member_of(value, "method").as_text();
    for (const ConfigNode& item : member_of(value, "rejected").items()) {
        provenance.rejected.push_back({member_of(item, "section").as_text(),
                                       member_of(item, "reason").as_text(),
                                       count_of(member_of(item, "samples"))});
    }
    return provenance;
}

}  // namespace

const char* profile_kind_name(ProfileKind kind) noexcept {
    return kKindNames[static_cast<std::size_t>(kind)];
}

GpuProfile read_profile(std::string_view text, const std::string& where) {
    const ConfigNode file = parse_json_config(text, where);
    check_version(file);
    allow_only(file, {"schema", "name", "kind", "data_sheet", "gemm", "prefill_attention", "decode_attention",
                      "all_reduce", "all_reduce_quality", "elementwise", "elementwise_quality", "times",
                      "provenance"});
    GpuProfile profile;
    profile.name = member_of(file, "name").as_text();
    profile.kind = read_kind(member_of(file, "kind"));
    profile.sheet = read_data_sheet(member_of(file, "data_sheet"));
    profile.gemm = read_sections(member_of(file, "gemm"), kGemmFields);
    profile.prefill = read_sections(member_of(file, "prefill_attention"), kPrefillFields);
    profile.decode = read_sections(member_of(file, "decode_attention"), kDecodeFields);
    for (const ConfigNode& table : member_of(file, "all_reduce").items())
        profile.all_reduce.push_back(read_table(table));
    profile.all_reduce_quality = read_quality(member_of(file, "all_reduce_quality"));
    read_numbers<ElementwiseForm>(member_of(file, "elementwise"), kElementwiseFields, profile.elementwise);
    profile.elementwise_quality = read_quality(member_of(file, "elementwise_quality"));
    if (const ConfigNode* times = file.find("times")) {
        for (const ConfigNode& time : times->items()) {
            TimeLine line = read_time(time);
            if (find_time(profile, line.name) != nullptr)
                throw InputError(time.where(), fmt::format("is a second time of the name \"{}\"", line.name));
            profile.times.push_back(std::move(line));
        }
    }
    profile.provenance = read_provenance(member_of(file, "provenance"));
    for (const Section<GemmForm>& section : profile.gemm) {
        if (profile.sheet.flops_of(section.precision) <= 0)
            throw InputError(where, fmt::format("times {} products, but its data sheet has no such peak",
                                                precision_name(section.precision)));
    }
    return profile;
}

}  // namespace spillway
