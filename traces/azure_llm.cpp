#include "traces/azure_llm.hpp"

#include <utility>

#include "traces/csv_table.hpp"
#include "traces/reader_source.hpp"

namespace spillway {

namespace {

class AzureLlmRows final : public TraceRows {
public:
    explicit AzureLlmRows(const TraceFile& file)
        : table_(file.path, file.name),
          time_(table_.require("TIMESTAMP")),
          input_(table_.require("ContextTokens")),
          output_(table_.require("GeneratedTokens")) {}

    RowKind next(TraceRow& row) override {
        const RowKind kind = table_.next();
        if (kind != RowKind::kRow)
            return kind;
        const bool good = table_.date(time_, row.stamp) && table_.count(input_, row.input_tokens) &&
                          table_.count(output_, row.output_tokens);
        return good ? RowKind::kRow : RowKind::kBad;
    }
    StampKind stamps() const override { return StampKind::kWallClock; }
    std::string where() const override { return table_.where(); }
    std::string problem() const override { return table_.problem(); }

private:
    CsvTable table_;
    CsvColumn time_, input_, output_;
};

}  // namespace

std::unique_ptr<RequestSource> make_azure_llm(ParamReader& params, const SourceContext& context) {
    const TraceFile file = read_trace_file(params, context);
    auto rows = std::make_unique<AzureLlmRows>(file);
    return std::make_unique<ReaderSource>(std::move(rows), read_reader_options(params), file.name, context);
}

}  // namespace spillway
