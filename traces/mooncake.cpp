#include "traces/mooncake.hpp"

#include <simdjson.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/error.hpp"
#include "traces/cell.hpp"
#include "traces/grid_spread.hpp"
#include "traces/line_reader.hpp"
#include "traces/reader_source.hpp"

namespace spillway {

namespace {

static_assert(kLinePadding >= simdjson::SIMDJSON_PADDING);

class MooncakeRows final : public TraceRows {
public:
    explicit MooncakeRows(const TraceFile& file) : lines_(file.path, file.name) {}

    RowKind next(TraceRow& row) override {
        while (true) {
            const std::optional<std::string_view> line = lines_.next();
            if (!line)
                return RowKind::kEnd;
            if (!line->empty())
                return read(*line, row) ? RowKind::kRow : RowKind::kBad;
        }
    }
    StampKind stamps() const override { return StampKind::kSinceStart; }
    std::string where() const override { return lines_.where(); }
    std::string problem() const override { return problem_; }

private:
    using Object = simdjson::ondemand::object;

    // Fields are asked for in the order in which the publisher writes them, which costs no second look.
    bool read(std::string_view line, TraceRow& row) {
        simdjson::ondemand::document document;
        Object object;
        if (parser_.iterate(line.data(), line.size(), line.size() + kLinePadding).get(document) != 0U ||
            document.get_object().get(object) != 0U) {
            problem_ = "is not a JSON object";
            return false;
        }
        return read_stamp(object, row) && read_count(object, "input_length", row.input_tokens) &&
               read_count(object, "output_length", row.output_tokens) && read_blocks(object, row) &&
               ends_with_object(object, line);
    }

    bool read_stamp(Object& object, TraceRow& row) {
        std::string_view text;
        if (!number_text(object, "timestamp", text))
            return false;
        return parse_span(text, TimeUnit::kMilliseconds, row.stamp) ||
               refuse("timestamp", describe_span(text));
    }
    bool read_count(Object& object, std::string_view name, std::uint32_t& value) {
        std::string_view text;
        if (!number_text(object, name, text))
            return false;
        return parse_count(text, value) || refuse(name, describe_count(text));
    }

    /// The value's own characters, so that it is taken apart and explained as a cell of a table is.
    bool number_text(Object& object, std::string_view name, std::string_view& text) {
        simdjson::ondemand::value value;
        if (object[name].get(value) != 0U)
            return refuse(name, "is missing");
        const std::string_view raw = value.raw_json_token();
        text = raw.substr(0, raw.find_last_not_of(" \t") + 1);
        return true;
    }

    bool read_blocks(Object& object, TraceRow& row) {
        row.prefix_blocks.clear();
        simdjson::ondemand::array blocks;
        const simdjson::error_code found = object["hash_ids"].get(blocks);
        if (found == simdjson::NO_SUCH_FIELD)
            return true;
        if (found != simdjson::SUCCESS)
            return refuse("hash_ids", "is not a list");
        for (auto element : blocks) {
            std::uint64_t id = 0;
            if (element.get(id) != 0U)
                return refuse("hash_ids", "has something that is not a block's number");
            row.prefix_blocks.push_back(id);
        }
        return true;
    }

    /// A second request behind the first on one line would be lost in silence.
    bool ends_with_object(Object& object, std::string_view line) {
        std::string_view whole;
        const bool known =
            object.reset().error() == simdjson::SUCCESS && object.raw_json().get(whole) == simdjson::SUCCESS;
        if (known && line.find_last_not_of(" \t") + 1 ==
                         static_cast<std::size_t>(whole.data() - line.data()) + whole.size()) {
            return true;
        }
        problem_ = "has something behind its JSON object";
        return false;
    }
    bool refuse(std::string_view name, std::string_view what) {
        problem_ = "\"" + std::string(name) + "\" " + std::string(what);
        return false;
    }

    LineReader lines_;
    simdjson::ondemand::parser parser_;
    std::string problem_;
};

}  // namespace

std::unique_ptr<RequestSource> make_mooncake(ParamReader& params, const SourceContext& context) {
    const TraceFile file = read_trace_file(params, context);
    auto rows = std::make_unique<MooncakeRows>(file);
    auto source =
        std::make_unique<ReaderSource>(std::move(rows), read_reader_options(params), file.name, context);
    const Duration grid = params.duration("grid");
    if (params.flag("as_is"))
        return source;
    return std::make_unique<GridSpread>(std::move(source), grid, context);
}

}  // namespace spillway
