#include "models/llm/step_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kNoEnd = std::numeric_limits<std::uint64_t>::max();

void lift(std::vector<Ticks>& values) {
    for (std::size_t i = 1; i < values.size(); ++i) values[i] = std::max(values[i], values[i - 1]);
}

/// The first KV total at which `later` exceeds `line`; empty if it never does.
std::optional<std::uint64_t> overtaken_at(const KvLine& line, const KvLine& later) {
    if (later.per_token <= line.per_token)
        return std::nullopt;
    const Ticks lead = line.base - later.base;
    if (lead < 0)
        return 0;
    return static_cast<std::uint64_t>(lead / (later.per_token - line.per_token)) + 1;
}

Ticks times(Ticks ticks, double factor) {
    return static_cast<Ticks>(std::nearbyint(static_cast<double>(ticks) * factor));
}

void multiply(std::vector<Ticks>& values, double factor) {
    for (Ticks& value : values) value = times(value, factor);
}

}  // namespace

std::vector<KvPiece> upper_envelope(const std::vector<KvLine>& lines) {
    SPILLWAY_CHECK(!lines.empty(), "an envelope of no lines");
    const auto lower = [](const KvLine& a, const KvLine& b) {
        return std::pair(a.base, a.per_token) < std::pair(b.base, b.per_token);
    };
    KvLine line = *std::max_element(lines.begin(), lines.end(), lower);
    std::vector<KvPiece> pieces;
    while (true) {
        std::uint64_t end = kNoEnd;
        KvLine next;
        for (const KvLine& other : lines) {
            const std::optional<std::uint64_t> at = overtaken_at(line, other);
            if (!at || *at > end)
                continue;
            if (*at < end ||
                std::pair(other.at(end), other.per_token) > std::pair(next.at(end), next.per_token))
                next = other;
            end = *at;
        }
        pieces.push_back({line, end});
        if (end == kNoEnd)
            return pieces;
        line = next;
    }
}

StepTime::StepTime(StepTables tables) : tables_(std::move(tables)) {
    SPILLWAY_CHECK(tables_.tokens.size() >= 2 && tables_.head.size() >= 2 && tables_.attention.size() >= 2 &&
                       tables_.prefill_context.size() >= 2,
                   "a step time without tables");
    SPILLWAY_CHECK(
        tables_.head.size() >= tables_.attention.size() && tables_.tokens.size() >= tables_.attention.size(),
        "a step time for more sequences than tokens");
    if (tables_.prompt_tokens.empty())
        tables_.prompt_tokens = tables_.tokens;
    SPILLWAY_CHECK(tables_.prompt_tokens.size() == tables_.tokens.size(), "tables of two lengths");
    lift(tables_.tokens);
    lift(tables_.prompt_tokens);
    // A prompt token beside n decodes takes no less than the decodes alone.
    for (std::size_t n = 1; n < tables_.tokens.size(); ++n)
        tables_.prompt_tokens[n] = std::max(tables_.prompt_tokens[n], tables_.tokens[n - 1]);
    lift(tables_.head);
    lift(tables_.prefill_context);
    tables_.host_prefill = std::max(tables_.host_prefill, tables_.host_decode);
    build_pieces();
    shortest_ = std::min(decode_piece(1, 0).line.at(0), of({0, 0, 1, 0, 0}));
    SPILLWAY_CHECK(shortest_ >= to_ticks(std::chrono::microseconds{1}), "an iteration shorter than 1 us");
}

StepTime StepTime::without_host() const {
    StepTables tables = tables_;
    tables.host_decode = tables.host_prefill = Ticks{0};
    return StepTime(std::move(tables));
}

void StepTime::build_pieces() {
    tables_.attention[0] = {KvLine{}};
    pieces_.resize(tables_.attention.size());
    for (std::size_t decodes = 1; decodes < pieces_.size(); ++decodes) {
        // No line below the best of a smaller batch: with both kept, the maximum is monotone in the batch.
        std::vector<KvLine>& lines = tables_.attention[decodes];
        const std::vector<KvLine>& fewer = tables_.attention[decodes - 1];
        lines.insert(lines.end(), fewer.begin(), fewer.end());
        std::vector<KvLine> kept;
        for (const KvPiece& piece : upper_envelope(lines)) kept.push_back(piece.line);
        lines = std::move(kept);

        const Ticks serial =
            tables_.serial_step + tables_.serial_sequence * static_cast<std::int64_t>(decodes);
        const Ticks device = tables_.tokens[decodes] + tables_.head[decodes] + serial;
        std::vector<KvLine> whole{{tables_.host_decode + serial, 0}};
        for (const KvLine& line : lines) whole.push_back({device + line.base, line.per_token});
        pieces_[decodes] = upper_envelope(whole);
    }
}

StepTime StepTime::scaled(double factor) const {
    if (factor == 1)
        return *this;
    StepTables tables = tables_;
    for (std::vector<Ticks>* table :
         {&tables.tokens, &tables.prompt_tokens, &tables.head, &tables.prefill_context})
        multiply(*table, factor);
    for (std::vector<KvLine>& lines : tables.attention) {
        for (KvLine& line : lines)
            line = {times(line.base, factor), static_cast<std::int64_t>(times(line.per_token, factor))};
    }
    for (Ticks* part : {&tables.host_decode, &tables.host_prefill, &tables.serial_step,
                        &tables.serial_sequence, &tables.serial_prompt_step, &tables.serial_token})
        *part = times(*part, factor);
    return StepTime(std::move(tables));
}

Ticks StepTime::context(std::uint32_t tokens) const noexcept {
    const std::size_t cell = tokens / kContextStep;
    const std::int64_t rest = tokens % kContextStep;
    const Ticks low = tables_.prefill_context[cell];
    if (rest == 0)
        return low;
    return low + (tables_.prefill_context[cell + 1] - low) * rest / kContextStep;
}

Ticks StepTime::of(const StepShape& shape) const noexcept {
    if (shape.prefill_tokens == 0)
        return decode_piece(shape.decodes, shape.kv_tokens).line.at(shape.kv_tokens);
    Ticks attention = shape.prefill_attention;
    Ticks decoding{0};
    for (const KvLine& line : tables_.attention[shape.decodes])
        decoding = std::max(decoding, line.at(shape.kv_tokens));
    attention += decoding;
    const Ticks device = tables_.prompt_tokens[shape.decodes + shape.prefill_tokens] + attention +
                         tables_.head[shape.emitting];
    return std::max(device, tables_.host_prefill) + tables_.serial_step + tables_.serial_prompt_step +
           tables_.serial_sequence * shape.emitting + tables_.serial_token * shape.prefill_tokens;
}

}  // namespace spillway
