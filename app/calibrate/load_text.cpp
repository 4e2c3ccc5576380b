// What `calibrate loads` writes: the catalogue of loaders, and how far it is off.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/calibrate/load_fit.hpp"
#include "app/report/table.hpp"
#include "models/cold_start/loaders.hpp"
#include "sim/core/round_digits.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

/// As a scenario names it: "NVMe 29.4GB/s" is nvme-29.4gb/s.
std::string slug(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
        return letter == ' ' ? '-' : static_cast<char>(std::tolower(letter));
    });
    return text;
}

/// The name that the field has for a loader of the table.
std::string loader_name(const std::string& loader) { return loader == "sllm" ? "serverlessllm" : loader; }

Json law(const std::vector<std::pair<double, double>>& points) {
    Json values = Json::object();
    for (const auto& [share, value] : points)
        values[fmt::format("p{:g}", 100 * share)] = round_digits(value, 6);
    return {{"quantiles", std::move(values)}};
}

std::string rate(double bytes_per_second) {
    return fmt::format("{}GB/s", round_digits(bytes_per_second / 1e9, 5));
}

Json loader_json(const LoaderFit& fit, const std::string& origin) {
    Json json{{"loader", loader_name(fit.loader)}, {"storage", slug(fit.storage)}, {"gpu", fit.gpu}};
    if (fit.line.overhead > 0)
        json["overhead"] = fmt::format("{:.0f}ms", 1e3 * fit.line.overhead);
    json["bandwidth"] = rate(fit.line.bandwidth);
    json["noise"] = law(fit.noise);
    if (!fit.memory.empty()) {
        json["memory_bandwidth"] = rate(fit.memory_line.bandwidth);
        json["memory_noise"] = law(load_noise(fit.memory));
    }
    std::int64_t runs = 0;
    std::vector<std::int64_t> sizes;
    for (const std::vector<MeasuredLoads>* cells : {&fit.disk, &fit.memory}) {
        for (const MeasuredLoads& cell : *cells) {
            runs += static_cast<std::int64_t>(cell.seconds.size());
            sizes.push_back(std::llround(cell.bytes));
        }
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    json["runs"] = runs;
    json["sizes"] = sizes;
    json["fitted_error"] = round_digits(fit.errors.fitted, 3);
    if (fit.errors.left_out)
        json["left_out_error"] = round_digits(*fit.errors.left_out, 3);
    json["p95_error"] = round_digits(fit.errors.p95, 3);
    json["source"] = origin;
    json["confidence"] = "medium";
    return json;
}

std::string percent(double predicted, double measured) {
    return fmt::format("{:+.1f}%", 100 * (predicted / measured - 1));
}

void add_cells(TextTable& table, const LoaderFit& fit) {
    const double high = [&] {
        for (const auto& [share, value] : fit.noise) {
            if (share == 0.95)
                return value;
        }
        return 1.0;
    }();
    for (const MeasuredLoads& cell : fit.disk) {
        const std::vector<MeasuredLoads> others = without_size(fit.disk, cell);
        const double seconds = mean_seconds(cell);
        const double p95 = quantile_seconds(cell, 0.95);
        table.add({loader_name(fit.loader), fit.gpu, cell.model, fmt::format("{:.1f}", cell.bytes / 1e9),
                   std::to_string(cell.seconds.size()), fmt::format("{:.3f}", seconds),
                   percent(fit.line.seconds(cell.bytes), seconds),
                   others.empty() ? "-" : percent(fit_load_line(others).seconds(cell.bytes), seconds),
                   fmt::format("{:.3f}", p95), percent(seconds * high, p95)});
    }
}

}  // namespace

std::string loaders_text(const std::vector<LoaderFit>& fits, const std::string& origin) {
    const auto lines = [](const std::vector<std::string>& objects) {
        std::string text;
        for (const std::string& object : objects) text += (text.empty() ? "\n    " : ",\n    ") + object;
        return text + "\n  ]";
    };
    std::vector<std::string> fitted;
    fitted.reserve(fits.size());
    for (const LoaderFit& fit : fits) fitted.push_back(loader_json(fit, origin).dump());
    std::vector<std::string> published;
    for (const Loader& loader : loader_catalog()) {
        if (loader.runs == 1)
            published.push_back(loader.text);
    }
    return fmt::format("{{\n  \"fitted\": [{},\n  \"published\": [{}\n}}\n", lines(fitted), lines(published));
}

std::string load_report(const std::vector<LoaderFit>& fits) {
    TextTable table({"loader", "GPU", "model", "GB", "runs", "mean s", "fitted", "size left out", "p95 s",
                     "p95 by the mean"},
                    {0, 1, 2});
    std::string lines;
    for (const LoaderFit& fit : fits) {
        add_cells(table, fit);
        lines += fmt::format("{} on {}: {}, means {:.1f}% off", loader_name(fit.loader), fit.gpu,
                             rate(fit.line.bandwidth), 100 * fit.errors.fitted);
        if (fit.errors.left_out)
            lines += fmt::format(", a size left out {:.1f}%", 100 * *fit.errors.left_out);
        lines += fmt::format("; p95 {:.1f}%", 100 * fit.errors.p95);
        if (fit.errors.left_out_p95)
            lines += fmt::format(", by the noise of other models {:.1f}%", 100 * *fit.errors.left_out_p95);
        if (fit.errors.memory) {
            lines += fmt::format("; from memory {}, {:.1f}%", rate(fit.memory_line.bandwidth),
                                 100 * *fit.errors.memory);
        }
        lines += "\n";
    }
    return table.text() + "\n" + lines;
}

}  // namespace spillway
