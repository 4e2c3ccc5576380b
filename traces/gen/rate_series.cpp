#include "traces/gen/rate_series.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/csv_table.hpp"
#include "traces/gen/rate_source.hpp"

namespace spillway {
namespace {

struct RateStep {
    Duration from;
    double rate;
};

struct RateTable {
    std::vector<RateStep> steps;
    std::optional<Duration> end;  ///< empty: the last rate holds for ever
};

/// The steps of a table; nothing arrives before the first one.
class RateSteps {
public:
    RateSteps(SimTime begin, RateTable table)
        : begin_(begin), steps_(std::move(table.steps)), end_(table.end ? begin + *table.end : kForEver) {}

    std::optional<RateSegment> next() {
        if (!waited_) {
            waited_ = true;
            return RateSegment{0, begin_ + steps_.front().from};
        }
        if (index_ == steps_.size())
            return std::nullopt;
        const double rate = steps_[index_++].rate;
        return RateSegment{rate, index_ < steps_.size() ? begin_ + steps_[index_].from : end_};
    }

private:
    SimTime begin_;
    std::vector<RateStep> steps_;
    SimTime end_;
    std::size_t index_ = 0;
    bool waited_ = false;
};

void add_step(std::vector<RateStep>& steps, const RateStep& step, const std::string& where) {
    if (step.rate < 0)
        throw InputError(where, "a rate cannot be negative");
    if (!steps.empty() && step.from <= steps.back().from) {
        throw InputError(where, "does not come after the step before it",
                         "steps stand in ascending order of time");
    }
    steps.push_back(step);
}

RateTable read_inline(const ConfigNode& list) {
    RateTable table;
    for (const ConfigNode& item : list.items()) {
        ParamReader reader(item, kRateStepParams);
        add_step(table.steps, {reader.duration("from"), reader.rate("rate")}, item.where());
        reader.finish();
    }
    if (table.steps.empty())
        throw InputError(list.where(), "has no steps");
    return table;
}

/// Where in a file the rates stand.
struct RateColumns {
    std::string file;
    std::string time;
    std::string rate;
    std::optional<std::string> where_column;
    std::optional<std::string> where_value;
};

RateColumns read_columns(ParamReader& params) {
    RateColumns columns{params.optional_text("file").value_or(""), params.text("time_column"),
                        params.text("rate_column"), params.optional_text("where_column"),
                        params.optional_text("where_value")};
    if (columns.where_column.has_value() != columns.where_value.has_value()) {
        throw InputError(params.where(), "\"where_column\" and \"where_value\" go together");
    }
    return columns;
}

RateTable read_file(const RateColumns& columns, const SourceContext& context) {
    CsvTable csv(context.folder / columns.file, columns.file);
    const CsvColumn time = csv.require(columns.time);
    const CsvColumn rate = csv.require(columns.rate);
    std::optional<CsvColumn> filter;
    if (columns.where_column)
        filter = csv.require(*columns.where_column);
    RateTable table;
    for (RowKind kind = csv.next(); kind != RowKind::kEnd; kind = csv.next()) {
        RateStep step{};
        const bool read = kind == RowKind::kRow && csv.span(time, TimeUnit::kSeconds, step.from);
        if (!read)
            throw InputError(csv.where(), csv.problem());
        if (filter && csv.cell(*filter) != *columns.where_value)
            continue;
        const std::optional<double> number = parse_number(csv.cell(rate));
        if (!number)
            throw InputError(csv.where(), "column \"" + columns.rate + "\" is not a number");
        add_step(table.steps, {step.from, *number}, csv.where());
    }
    if (table.steps.size() < 2) {
        throw InputError(columns.file, "has fewer than two rows to take rates from",
                         columns.where_value ? "is \"where_value\" spelt as in the file?" : "");
    }
    const Duration last = table.steps.back().from;
    table.end = last + (last - table.steps[table.steps.size() - 2].from);
    return table;
}

RateTable read_table(ParamReader& params, const SourceContext& context) {
    const ConfigNode* list = params.node("steps");
    const RateColumns columns = read_columns(params);
    if ((list == nullptr) == columns.file.empty()) {
        throw InputError(params.where(), "needs either \"steps\" or \"file\"");
    }
    RateTable table = list != nullptr ? read_inline(*list) : read_file(columns, context);
    const double factor = positive_number(params, "factor");
    for (RateStep& step : table.steps) step.rate *= factor;
    return table;
}

}  // namespace

std::unique_ptr<RequestSource> make_rate_series(ParamReader& params, const SourceContext& context) {
    RateTable table = read_table(params, context);
    const double cv = positive_number(params, "cv");
    RequestMaker requests(params, context);
    if (!table.end)
        requests.require_end(params);
    RateSteps steps(requests.begin(), std::move(table));
    return make_rate_source(std::move(requests), std::move(steps), cv);
}

}  // namespace spillway
