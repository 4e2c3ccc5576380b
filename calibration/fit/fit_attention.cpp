#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

#include "calibration/fit/fit_sections.hpp"
#include "calibration/fit/row_filter.hpp"

namespace spillway {
namespace {

using PrefillCoefficient = FormCoefficient<PrefillForm>;
using DecodeCoefficient = FormCoefficient<DecodeForm>;

constexpr std::array kPrefill{
    PrefillCoefficient{"launch_seconds", &PrefillForm::launch_seconds, 2e-7, 2e-4, 1e-5},
    PrefillCoefficient{"wide_tile_seconds", &PrefillForm::wide_tile_seconds, 1e-9, 1e-4, 1.5e-6,
                       AtBound::kMayVanish},
    PrefillCoefficient{"compute_efficiency", &PrefillForm::compute_efficiency, 0.02, 2, 0.6},
    PrefillCoefficient{"memory_efficiency", &PrefillForm::memory_efficiency, 0.02, 2, 0.4,
                       AtBound::kMayReach},
    PrefillCoefficient{"l2_share", &PrefillForm::l2_share, 1e-3, 10, 0.3, AtBound::kMayVanish},
    PrefillCoefficient{"overlap_exponent", &PrefillForm::overlap_exponent, 1, 30, 1.5, AtBound::kMayReach},
    PrefillCoefficient{"serial_seconds_per_token", &PrefillForm::serial_seconds_per_token, 1e-11, 1e-6, 8e-9,
                       AtBound::kMayVanish},
    PrefillCoefficient{"seconds_per_head", &PrefillForm::seconds_per_head, 1e-12, 1e-6, 1e-8,
                       AtBound::kMayVanish},
    PrefillCoefficient{"store_seconds_per_token", &PrefillForm::store_seconds_per_token, 1e-12, 1e-6, 3e-9,
                       AtBound::kMayVanish},
};

constexpr std::array kDecode{
    DecodeCoefficient{"launch_seconds", &DecodeForm::launch_seconds, 2e-7, 2e-4, 1e-5, AtBound::kMayVanish},
    DecodeCoefficient{"seconds_per_sequence", &DecodeForm::seconds_per_sequence, 1e-12, 1e-6, 5e-9,
                      AtBound::kMayVanish},
    DecodeCoefficient{"seconds_per_head", &DecodeForm::seconds_per_head, 1e-13, 1e-7, 3e-10,
                      AtBound::kMayVanish},
    DecodeCoefficient{"seconds_per_kv_head", &DecodeForm::seconds_per_kv_head, 1e-13, 1e-6, 2e-8,
                      AtBound::kMayVanish},
    DecodeCoefficient{"stream_launch_seconds", &DecodeForm::stream_launch_seconds, 1e-8, 2e-4, 1.2e-5,
                      AtBound::kMayVanish},
    DecodeCoefficient{"stream_sequence_share", &DecodeForm::stream_sequence_share, 1e-3, 1, 0.4,
                      AtBound::kMayReach},
    DecodeCoefficient{"memory_efficiency", &DecodeForm::memory_efficiency, 0.02, 1, 0.8, AtBound::kMayReach},
    DecodeCoefficient{"compute_efficiency", &DecodeForm::compute_efficiency, 1e-3, 2, 0.15,
                      AtBound::kMayReach},
};

constexpr double kFewestNewTokens = 16;
constexpr double kShortestContext = 128;

std::string shown_shape(const AttentionShape& shape) {
    return fmt::format("{}/{} heads of {}", shape.heads, shape.kv_heads, shape.head_dim);
}

double kv_bytes(Precision cache, const AttentionShape& shape, double tokens) {
    return tokens * 2 * shape.kv_heads * shape.head_dim * weight_bytes(cache);
}

/// The highest peak that attention over such a cache can have: fp8 caches may be multiplied in fp8.
double peak_flops(const DataSheet& sheet, Precision cache) {
    return std::max(sheet.flops_of(wide_precision(cache)), sheet.flops_of(cache));
}

std::string token_band(const char* what, double tokens) {
    if (tokens < 64)
        return fmt::format("{} 00001-63", what);
    if (tokens < 512)
        return fmt::format("{} 00064-511", what);
    if (tokens < 4096)
        return fmt::format("{} 00512-4095", what);
    return fmt::format("{} 04096-", what);
}

RowFacts prefill_facts(const DataSheet& sheet, const PrefillRow& row, RowFilter& filter) {
    RowFacts fact;
    fact.measured = row.seconds;
    fact.site = shown_shape(row.shape);
    fact.region = token_band("new tokens", row.chunk.new_tokens);
    fact.shown = fmt::format("{}, {} x {} after {}", fact.site, row.batch, row.chunk.new_tokens,
                             row.chunk.prefix_tokens);
    const double seen = row.chunk.prefix_tokens + (row.chunk.new_tokens + 1) / 2;
    const double flops = row.batch * row.chunk.new_tokens * seen * 4 * row.shape.heads * row.shape.head_dim;
    const double bytes =
        row.batch * (4 * row.chunk.new_tokens * row.shape.heads * row.shape.head_dim +
                     kv_bytes(row.precision, row.shape, row.chunk.prefix_tokens + row.chunk.new_tokens));
    filter.judge(fact, fact.shown,
                 std::max(flops / peak_flops(sheet, row.precision), bytes / sheet.memory_bandwidth));
    if (fact.rejected.empty() && row.chunk.new_tokens < kFewestNewTokens)
        fact.rejected = kFewNewTokens;
    if (fact.rejected.empty() && row.shape.heads == row.shape.kv_heads)
        fact.rejected = kNoGroups;
    return fact;
}

RowFacts decode_facts(const DataSheet& sheet, const DecodeRow& row, const RowOrigin& origin,
                      RowFilter& filter) {
    // A cache this size stays in the L2 between a benchmark's repetitions, not between layers of a model.
    constexpr double kLeastOfL2 = 0.1;
    constexpr double kMostOfL2 = 2;
    RowFacts fact;
    fact.measured = row.seconds;
    fact.site = shown_shape(row.shape);
    fact.region = token_band("context", row.context);
    fact.shown = fmt::format("{}, {} x {}", fact.site, row.batch, row.context);
    const double bytes = kv_bytes(row.precision, row.shape, row.batch * row.context);
    filter.judge(fact, fact.shown, bytes / sheet.memory_bandwidth);
    const bool may_stay = origin.caches == RowOrigin::Caches::kAsLeft &&
                          bytes >= kLeastOfL2 * sheet.l2_bytes && bytes <= kMostOfL2 * sheet.l2_bytes;
    if (fact.rejected.empty() && may_stay)
        fact.rejected = kNearL2;
    if (fact.rejected.empty() && row.context < kShortestContext)
        fact.rejected = kShortContext;
    if (fact.rejected.empty() && row.shape.heads == row.shape.kv_heads)
        fact.rejected = kNoGroups;
    return fact;
}

template <class Row, class Size>
ValidRange range_of(const char* name, const std::vector<Row>& rows, const Size& size) {
    ValidRange range{name, size(rows[0]), size(rows[0])};
    for (const Row& row : rows) {
        range.least = std::min(range.least, size(row));
        range.most = std::max(range.most, size(row));
    }
    return range;
}

}  // namespace

PrefillFit fit_prefill(const DataSheet& sheet, Precision cache, const std::vector<PrefillRow>& rows,
                       const RowOrigin& origin) {
    std::vector<RowFacts> facts;
    std::vector<std::vector<PrefillChunk>> chunks;
    RowFilter filter;
    for (const PrefillRow& row : rows) {
        facts.push_back(prefill_facts(sheet, row, filter));
        chunks.emplace_back(static_cast<std::size_t>(row.batch), row.chunk);
    }
    const auto fit_with = [&](double packs_heads) {
        auto fitted = fit_form<PrefillForm>(fmt::format("prefill attention {}", precision_name(cache)), facts,
                                            Searched<PrefillForm>{kPrefill, origin.untold, origin.time_room},
                                            [&](std::size_t i, PrefillForm candidate) {
                                                candidate.packs_heads = packs_heads;
                                                return prefill_attention_seconds(sheet, cache, candidate,
                                                                                 rows[i].shape, chunks[i]);
                                            });
        fitted.first.packs_heads = packs_heads;
        return fitted;
    };
    // No coefficient between the two: libraries pack the heads of a group or do not.
    auto [form, report] = fit_with(0);
    if (auto [packed, packed_report] = fit_with(1); packed_report.left_out.mean < report.left_out.mean)
        std::tie(form, report) = std::pair(packed, std::move(packed_report));
    PrefillFit fit{{cache, form, quality_of(report)}, std::move(report)};
    fit.section.quality.valid = {
        range_of("heads", rows, [](const PrefillRow& row) { return row.shape.heads; }),
        range_of("head_dim", rows, [](const PrefillRow& row) { return row.shape.head_dim; }),
        range_of("sequences", rows, [](const PrefillRow& row) { return row.batch; }),
        range_of("prefix_tokens", rows, [](const PrefillRow& row) { return row.chunk.prefix_tokens; }),
        range_of("new_tokens", rows, [](const PrefillRow& row) { return row.chunk.new_tokens; })};
    return fit;
}

DecodeFit fit_decode(const DataSheet& sheet, Precision cache, const std::vector<DecodeRow>& rows,
                     const RowOrigin& origin) {
    std::vector<RowFacts> facts;
    RowFilter filter;
    facts.reserve(rows.size());
    for (const DecodeRow& row : rows) facts.push_back(decode_facts(sheet, row, origin, filter));
    auto [form, report] =
        fit_form<DecodeForm>(fmt::format("decode attention {}", precision_name(cache)), facts,
                             Searched<DecodeForm>{kDecode, origin.untold, origin.time_room},
                             [&](std::size_t i, const DecodeForm& candidate) {
                                 const DecodeRow& row = rows[i];
                                 return decode_attention_seconds(
                                     decode_attention_lines(sheet, cache, candidate, row.shape, row.batch),
                                     row.batch * row.context);
                             });
    DecodeFit fit{{cache, form, quality_of(report)}, std::move(report)};
    fit.section.quality.valid = {
        range_of("heads", rows, [](const DecodeRow& row) { return row.shape.heads; }),
        range_of("head_dim", rows, [](const DecodeRow& row) { return row.shape.head_dim; }),
        range_of("sequences", rows, [](const DecodeRow& row) { return row.batch; }),
        range_of("kv_tokens", rows, [](const DecodeRow& row) { return row.batch * row.context; })};
    return fit;
}

}  // namespace spillway
