#include "models/gpu_profile/kernel_times.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

template <class Form>
const Section<Form>* find_section(const std::vector<Section<Form>>& sections, Precision precision) noexcept {
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&](const auto& section) { return section.precision == precision; });
    return found == sections.end() ? nullptr : &*found;
}

template <class Form>
const Form& form_of(const std::vector<Section<Form>>& sections, Precision precision) {
    const Section<Form>* section = find_section(sections, precision);
    SPILLWAY_CHECK(section != nullptr, "a kernel is timed in a precision that the profile lacks");
    return section->form;
}

const AllReduceTable* find_table(const GpuProfile& profile, int gpus) noexcept {
    for (const AllReduceTable& table : profile.all_reduce) {
        if (table.gpus == gpus)
            return &table;
    }
    return nullptr;
}

}  // namespace

bool has_gemm(const GpuProfile& profile, Precision weights) noexcept {
    return find_section(profile.gemm, weights) != nullptr;
}

bool has_attention(const GpuProfile& profile, Precision cache) noexcept {
    return find_section(profile.prefill, cache) != nullptr && find_section(profile.decode, cache) != nullptr;
}

bool has_all_reduce(const GpuProfile& profile, int gpus) noexcept {
    return gpus == 1 || find_table(profile, gpus) != nullptr;
}

double gemm_seconds(const GpuProfile& profile, Precision weights, double m, double n, double k) {
    return gemm_seconds(profile.sheet, weights, form_of(profile.gemm, weights), m, n, k);
}

double prefill_attention_seconds(const GpuProfile& profile, Precision cache, const AttentionShape& shape,
                                 std::span<const PrefillChunk> chunks) {
    return prefill_attention_seconds(profile.sheet, cache, form_of(profile.prefill, cache), shape, chunks);
}

double prefill_attention_seconds(const GpuProfile& profile, Precision cache, const AttentionShape& shape,
                                 PrefillChunk chunk) {
    return prefill_attention_seconds(profile, cache, shape, std::span(&chunk, 1));
}

std::vector<DecodeLine> decode_attention_lines(const GpuProfile& profile, Precision cache,
                                               const AttentionShape& shape, double batch) {
    return decode_attention_lines(profile.sheet, cache, form_of(profile.decode, cache), shape, batch);
}

double all_reduce_seconds(const AllReduceTable& table, double bytes) {
    const std::vector<AllReducePoint>& points = table.points;
    SPILLWAY_CHECK(!points.empty(), "an all-reduce table without points");
    if (bytes <= points.front().bytes)
        return points.front().seconds;
    if (bytes >= points.back().bytes)
        return points.back().seconds * bytes / points.back().bytes;
    const auto above =
        std::upper_bound(points.begin(), points.end(), bytes,
                         [](double size, const AllReducePoint& point) { return size < point.bytes; });
    const auto below = above - 1;
    const double share = (bytes - below->bytes) / (above->bytes - below->bytes);
    return below->seconds + (above->seconds - below->seconds) * share;
}

double all_reduce_seconds(const GpuProfile& profile, int gpus, double bytes) {
    if (gpus == 1)
        return 0;
    const AllReduceTable* table = find_table(profile, gpus);
    SPILLWAY_CHECK(table != nullptr, "an all-reduce over a number of GPUs that the profile lacks");
    return all_reduce_seconds(*table, bytes);
}

const TimeLine* find_time(const GpuProfile& profile, std::string_view name) noexcept {
    const auto found = std::find_if(profile.times.begin(), profile.times.end(),
                                    [name](const TimeLine& time) { return time.name == name; });
    return found == profile.times.end() ? nullptr : &*found;
}

double line_seconds(const TimeLine& line, double count) noexcept {
    return line.base_seconds + line.seconds_each * count;
}

double elementwise_seconds(const DataSheet& sheet, const ElementwiseForm& form, double bytes,
                           double kernels) {
    return kernels * form.launch_seconds + bytes / (sheet.memory_bandwidth * form.memory_efficiency);
}

double elementwise_seconds(const GpuProfile& profile, double bytes, double kernels) {
    return elementwise_seconds(profile.sheet, profile.elementwise, bytes, kernels);
}

}  // namespace spillway
