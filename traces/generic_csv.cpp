#include "traces/generic_csv.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "traces/csv_table.hpp"
#include "traces/grid_spread.hpp"
#include "traces/reader_source.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {

namespace {

/// The time unit's choice behind the plain numbers.
constexpr std::size_t kIso = 4;

/// Token columns must be there unless the scenario says that they are not: a mistyped one must not read as
/// zeros.
std::optional<CsvColumn> token_column(CsvTable& table, ParamReader& params, std::string_view param) {
    const std::string name = params.text(param);
    if (name == "none")
        return std::nullopt;
    try {
        return table.require(name);
    } catch (const InputError& error) {
        throw InputError(error.where(), error.problem(),
                         error.hint() + "; \"" + std::string(param) + "\": \"none\" when the file has none");
    }
}

std::optional<CsvColumn> optional_column(CsvTable& table, ParamReader& params, std::string_view param,
                                         std::string_view fallback) {
    const std::optional<std::string> name = params.optional_text(param);
    return name ? table.require(*name) : table.find(fallback);
}

struct CsvMapping {
    CsvColumn time;
    std::optional<TimeUnit> time_unit;  ///< empty: dates
    std::optional<CsvColumn> input, output, max_tokens, service, session;
    TimeUnit service_unit;
};

CsvMapping read_mapping(CsvTable& table, ParamReader& params) {
    CsvMapping map{.time = table.require(params.text("time_column")),
                   .time_unit = {},
                   .input = token_column(table, params, "input_column"),
                   .output = token_column(table, params, "output_column"),
                   .max_tokens = optional_column(table, params, "max_tokens_column", "max_tokens"),
                   .service = optional_column(table, params, "service_column", "service_s"),
                   .session = optional_column(table, params, "session_column", "session"),
                   .service_unit = static_cast<TimeUnit>(params.choice("service_unit"))};
    const std::size_t unit = params.choice("time_unit");
    if (unit != kIso)
        map.time_unit = static_cast<TimeUnit>(unit);
    return map;
}

class CsvRows final : public TraceRows {
public:
    CsvRows(CsvTable table, CsvMapping map) : table_(std::move(table)), map_(std::move(map)) {}

    RowKind next(TraceRow& row) override {
        const RowKind kind = table_.next();
        if (kind != RowKind::kRow)
            return kind;
        if (!read_time(row))
            return RowKind::kBad;
        if (map_.input && !table_.count(*map_.input, row.input_tokens))
            return RowKind::kBad;
        if (map_.output && !table_.count(*map_.output, row.output_tokens))
            return RowKind::kBad;
        const bool more = map_.max_tokens || map_.service || map_.session;
        return !more || read_rest(row) ? RowKind::kRow : RowKind::kBad;
    }
    StampKind stamps() const override {
        return map_.time_unit ? StampKind::kSinceStart : StampKind::kWallClock;
    }
    std::string where() const override { return table_.where(); }
    std::string problem() const override { return table_.problem(); }

private:
    bool read_time(TraceRow& row) {
        if (map_.time_unit)
            return table_.span(map_.time, *map_.time_unit, row.stamp);
        return table_.date(map_.time, row.stamp);
    }
    bool read_rest(TraceRow& row) {
        // These may be empty in a row: nothing was stated or measured.
        row.max_tokens = 0;
        row.service.reset();
        if (map_.max_tokens && !table_.cell(*map_.max_tokens).empty() &&
            !table_.count(*map_.max_tokens, row.max_tokens)) {
            return false;
        }
        if (map_.service && !table_.cell(*map_.service).empty() &&
            !table_.span(*map_.service, map_.service_unit, row.service.emplace())) {
            return false;
        }
        if (map_.session)
            row.session = parse_name_id(table_.cell(*map_.session));
        return true;
    }

    CsvTable table_;
    CsvMapping map_;
};

}  // namespace

std::unique_ptr<RequestSource> make_csv(ParamReader& params, const SourceContext& context) {
    const TraceFile file = read_trace_file(params, context);
    CsvTable table(file.path, file.name);
    CsvMapping map = read_mapping(table, params);
    auto rows = std::make_unique<CsvRows>(std::move(table), std::move(map));
    auto source =
        std::make_unique<ReaderSource>(std::move(rows), read_reader_options(params), file.name, context);
    const std::optional<Duration> grid = params.optional_duration("grid");
    if (!grid)
        return source;
    return std::make_unique<GridSpread>(std::move(source), *grid, context);
}

}  // namespace spillway
