#include "traces/gen/servegen_data.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/csv_table.hpp"
#include "traces/gen/quantile_law.hpp"

namespace spillway {
namespace {

/// The rows of a model (and client) in one of the two files, by client and time.
class ClientRows {
public:
    ClientRows(const ServegenFiles& files, const std::string& name)
        : files_(files),
          csv_(files.folder / name, name),
          model_(csv_.require("model")),
          client_(csv_.require("client")),
          time_(csv_.require("t_s")) {}

    CsvColumn require(std::string_view column) { return csv_.require(column); }

    bool next() {
        while (true) {
            const RowKind kind = csv_.next();
            if (kind == RowKind::kEnd)
                return false;
            if (kind != RowKind::kRow)
                throw InputError(csv_.where(), csv_.problem());
            if (csv_.cell(model_) != files_.model)
                continue;
            const bool read = csv_.count(client_, client) && csv_.span(time_, TimeUnit::kSeconds, start);
            if (!read)
                throw InputError(csv_.where(), csv_.problem());
            if (!files_.client || *files_.client == std::int64_t{client})
                return true;
        }
    }

    std::string_view text(const CsvColumn& column) const { return csv_.cell(column); }
    double number(const CsvColumn& column) const {
        const std::optional<double> value = parse_number(csv_.cell(column));
        if (value && *value >= 0)
            return *value;
        throw InputError(csv_.where(), "column \"" + column.name + "\" is not a number of 0 or more");
    }
    [[noreturn]] void refuse(std::string problem) const {
        throw InputError(csv_.where(), std::move(problem));
    }

    std::uint32_t client = 0;
    Duration start{};

private:
    const ServegenFiles& files_;
    CsvTable csv_;
    CsvColumn model_;
    CsvColumn client_;
    CsvColumn time_;
};

ServegenClient* find_client(std::vector<ServegenClient>& clients, std::uint32_t id) {
    const auto found =
        std::find_if(clients.begin(), clients.end(), [id](const auto& each) { return each.id == id; });
    return found == clients.end() ? nullptr : &*found;
}

/// Appends a window, which must not begin before the one in front of it has ended.
template <class Window>
void add_window(std::vector<Window>& windows, Window window, const ClientRows& rows) {
    if (!windows.empty() && window.start - windows.back().start < Window::kLength) {
        rows.refuse("this window overlaps the client's window before it, or lies before it");
    }
    windows.push_back(std::move(window));
}

GapLaw read_law(const ClientRows& rows, const CsvColumn& column) {
    const std::string_view name = rows.text(column);
    if (name == "G")
        return GapLaw::kGamma;
    if (name == "W")
        return GapLaw::kWeibull;
    if (name.empty())
        return GapLaw::kExponential;
    rows.refuse("column \"dist\" is neither G, W nor empty");
}

std::vector<ServegenClient> read_rates(const ServegenFiles& files) {
    ClientRows rows(files, files.rates);
    const CsvColumn rate = rows.require("rate_rps");
    const CsvColumn law = rows.require("dist");
    const CsvColumn shape = rows.require("p1");
    std::vector<ServegenClient> clients;
    while (rows.next()) {
        ServegenClient* client = find_client(clients, rows.client);
        if (client == nullptr)
            client = &clients.emplace_back(ServegenClient{rows.client, {}, {}, {}});
        RateWindow window{rows.start, std::llround(rows.number(rate) * to_seconds(RateWindow::kLength)),
                          read_law(rows, law), 1};
        if (window.law != GapLaw::kExponential)
            window.shape = rows.number(shape);
        if (window.shape <= 0)
            rows.refuse("column \"p1\" must be above 0");
        add_window(client->rates, window, rows);
    }
    std::sort(clients.begin(), clients.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return clients;
}

struct QuantileColumn {
    double probability;
    std::string_view name;
};
constexpr std::array kQuantiles{
    QuantileColumn{0, "min"},    QuantileColumn{0.1, "p10"},  QuantileColumn{0.25, "p25"},
    QuantileColumn{0.5, "p50"},  QuantileColumn{0.75, "p75"}, QuantileColumn{0.9, "p90"},
    QuantileColumn{0.95, "p95"}, QuantileColumn{0.99, "p99"}, QuantileColumn{1, "max"},
};

/// The columns that describe the lengths of a window.
struct LengthColumns {
    CsvColumn mean;
    std::vector<CsvColumn> quantiles;
};

TokenLaw read_lengths(const ClientRows& rows, const LengthColumns& columns) {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < columns.quantiles.size(); ++i) {
        points.emplace_back(kQuantiles[i].probability, rows.number(columns.quantiles[i]));
        if (i > 0 && points[i].second < points[i - 1].second) {
            rows.refuse("column \"" + columns.quantiles[i].name + "\" is below the quantile in front of it");
        }
    }
    std::optional<Distribution> law = quantiles_with_mean(points, rows.number(columns.mean));
    if (!law)
        rows.refuse("column \"mean\" lies outside what the quantiles allow");
    return TokenLaw(std::move(*law));
}

void read_tokens(const ServegenFiles& files, std::vector<ServegenClient>& clients) {
    ClientRows rows(files, files.tokens);
    const CsvColumn field = rows.require("field");
    LengthColumns columns{rows.require("mean"), {}};
    columns.quantiles.reserve(kQuantiles.size());
    for (const QuantileColumn& column : kQuantiles) columns.quantiles.push_back(rows.require(column.name));
    while (rows.next()) {
        ServegenClient* client = find_client(clients, rows.client);
        if (client == nullptr)
            continue;
        const bool input = rows.text(field) == "input_tokens";
        if (!input && rows.text(field) != "output_tokens")
            continue;
        add_window(input ? client->input : client->output,
                   LengthWindow{rows.start, read_lengths(rows, columns)}, rows);
    }
}

}  // namespace

std::vector<ServegenClient> read_servegen(const ServegenFiles& files) {
    std::vector<ServegenClient> clients = read_rates(files);
    if (clients.empty()) {
        const std::string who = files.client ? "client " + std::to_string(*files.client) + " of " : "";
        throw InputError(files.rates, "has no rates for " + who + "model \"" + files.model + "\"");
    }
    read_tokens(files, clients);
    return clients;
}

}  // namespace spillway
