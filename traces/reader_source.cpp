#include "traces/reader_source.hpp"

#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {

ReaderSource::ReaderSource(std::unique_ptr<TraceRows> rows, const ReaderOptions& options,
                           const std::string& file, const SourceContext& context)
    : rows_(std::move(rows)),
      options_(options),
      count_(context.reads.add(file)),
      class_id_(context.class_id),
      begin_(context.begin),
      end_(context.end),
      leaf_(context.entities.next_leaf()) {
    if (options_.align == Align::kAsWritten) {
        const bool wall = rows_->stamps() == StampKind::kWallClock;
        zero_ = wall ? SimTime{} - std::chrono::seconds(context.wall_clock) : SimTime{};
    }
    advance();
    if (!next_ && context.emptiness == Emptiness::kRefused)
        refuse_empty();
}

void ReaderSource::pop(Arrival& arrival) {
    SPILLWAY_CHECK(next_.has_value(), "pop() without a next_time()");
    give_blocks();
    arrival.at = *next_;
    arrival.origin = entity_id(leaf_, given_++);
    arrival.class_id = class_id_;
    arrival.input_tokens = row_.input_tokens;
    arrival.output_tokens = row_.output_tokens;
    arrival.max_tokens = row_.max_tokens;
    arrival.session = row_.session == 0 ? 0 : scoped_id(leaf_, row_.session);
    arrival.turn = row_.turn;
    arrival.service = row_.service;
    arrival.prefix_blocks = given_blocks_;
    advance();
}

void ReaderSource::give_blocks() {
    if (row_.prefix_blocks.empty() && given_blocks_.empty())
        return;
    given_blocks_.swap(row_.prefix_blocks);
    for (std::uint64_t& block : given_blocks_) block = scoped_id(leaf_, block);
}

/// Reads up to the next row that is wanted.
void ReaderSource::advance() {
    next_.reset();
    while (true) {
        const RowKind kind = rows_->next(row_);
        if (kind == RowKind::kEnd)
            return;
        ++count_.rows;
        if (kind == RowKind::kRow) {
            const SimTime at = place_row();
            if (end_ && at >= *end_)
                return;
            if (at >= begin_) {
                next_ = at;
                return;
            }
        }
        if (kind == RowKind::kBad) {
            if (!options_.skip_bad_rows)
                refuse_bad_row();
            ++count_.bad;
        } else {
            ++count_.filtered;
        }
    }
}

SimTime ReaderSource::place_row() {
    if (!zero_)
        zero_ = begin_ - row_.stamp;
    const SimTime at = *zero_ + row_.stamp;
    if (last_ && at < *last_) {
        throw InputError(rows_->where(), "time goes backwards by " + format_duration(*last_ - at),
                         "sort the file by its time column");
    }
    last_ = at;
    return at;
}

void ReaderSource::refuse_bad_row() const {
    throw InputError(
        rows_->where(), rows_->problem(),
        "1 of " + std::to_string(count_.rows) + " rows so far; skip_bad_rows counts and reports them");
}

void ReaderSource::refuse_empty() const {
    if (count_.rows == 0)
        throw InputError(count_.file, "has no rows", "an empty trace has nothing to replay");
    const std::string rows = std::to_string(count_.rows) + (count_.rows == 1 ? " row: " : " rows: ");
    std::string why =
        std::to_string(count_.bad) + " bad, " + std::to_string(count_.filtered) + " filtered out";
    throw InputError(
        count_.file, "has no usable row among " + rows + why,
        options_.align == Align::kAsWritten
            ? "rows before the first moment of traffic are filtered out: check the scenario's wall clock"
            : "check the filters and the columns");
}

}  // namespace spillway
