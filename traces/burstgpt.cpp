#include "traces/burstgpt.hpp"

#include <optional>
#include <string>
#include <utility>

#include "traces/csv_table.hpp"
#include "traces/grid_spread.hpp"
#include "traces/reader_source.hpp"

namespace spillway {

namespace {

struct BurstGptFilter {
    std::optional<std::string> model;
    std::optional<std::string> log_type;
    bool drop_failed = true;
};

BurstGptFilter read_burstgpt_filter(ParamReader& params) {
    constexpr std::size_t kDrop = 0;
    return {params.optional_text("model"), params.optional_text("log_type"),
            params.choice("failed") == kDrop};
}

class BurstGptRows final : public TraceRows {
public:
    BurstGptRows(const TraceFile& file, BurstGptFilter filter)
        : table_(file.path, file.name),
          time_(table_.require("Timestamp")),
          model_(table_.require("Model")),
          input_(table_.require("Request tokens")),
          output_(table_.require("Response tokens")),
          log_type_(table_.require("Log Type")),
          session_(table_.find("Session ID")),
          elapsed_(table_.find("Elapsed time")),
          filter_(std::move(filter)) {}

    RowKind next(TraceRow& row) override {
        const RowKind kind = table_.next();
        if (kind != RowKind::kRow)
            return kind;
        if (filter_.model && table_.cell(model_) != *filter_.model)
            return RowKind::kFiltered;
        if (filter_.log_type && table_.cell(log_type_) != *filter_.log_type)
            return RowKind::kFiltered;
        const bool good = table_.span(time_, TimeUnit::kSeconds, row.stamp) &&
                          table_.count(input_, row.input_tokens) &&
                          table_.count(output_, row.output_tokens) && read_rest(row);
        if (!good)
            return RowKind::kBad;
        return row.output_tokens == 0 && filter_.drop_failed ? RowKind::kFiltered : RowKind::kRow;
    }
    StampKind stamps() const override { return StampKind::kSinceStart; }
    std::string where() const override { return table_.where(); }
    std::string problem() const override { return table_.problem(); }

private:
    bool read_rest(TraceRow& row) {
        if (session_)
            row.session = parse_name_id(table_.cell(*session_));
        row.service.reset();
        if (!elapsed_ || table_.cell(*elapsed_).empty())
            return true;
        return table_.span(*elapsed_, TimeUnit::kSeconds, row.service.emplace());
    }

    CsvTable table_;
    CsvColumn time_, model_, input_, output_, log_type_;
    std::optional<CsvColumn> session_, elapsed_;
    BurstGptFilter filter_;
};

}  // namespace

std::unique_ptr<RequestSource> make_burstgpt(ParamReader& params, const SourceContext& context) {
    const TraceFile file = read_trace_file(params, context);
    auto rows = std::make_unique<BurstGptRows>(file, read_burstgpt_filter(params));
    auto source =
        std::make_unique<ReaderSource>(std::move(rows), read_reader_options(params), file.name, context);
    const Duration grid = params.duration("grid");
    if (params.flag("as_is"))
        return source;
    return std::make_unique<GridSpread>(std::move(source), grid, context);
}

}  // namespace spillway
