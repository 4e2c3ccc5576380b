// Learnt from some loads of measured curves, held against the load that was left out.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "app/calibrate/error_figures.hpp"
#include "app/calibrate/number_table.hpp"
#include "app/learn/importers.hpp"
#include "app/learn/learn_engine.hpp"
#include "app/learn/replay_engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/skip.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

struct Point {
    std::uint32_t clients = 0;
    std::uint32_t input = 0;
    std::uint32_t output = 0;
    double ttft_ms = 0;
    double tpot_ms = 0;
    std::string model;
};

/// Curves of vLLM of one nominal shape, by their configuration: the mean of repeated loads.
std::map<std::string, std::vector<Point>> measured_curves(const std::filesystem::path& file) {
    NumberTable table(file, {"isl", "osl", "concurrency", "ttft_ms", "tpot_ms"},
                      {"curve_id", "mode", "backend", "model"});
    std::map<std::string, std::map<std::uint32_t, std::vector<Point>>> all;
    while (table.next()) {
        if (table.word("mode") != "agg" || table.word("backend") != "vllm" ||
            table.word("concurrency").empty())
            continue;
        const Point point{table.count("concurrency"), table.count("isl"),
                          table.count("osl"),         table.number("ttft_ms"),
                          table.number("tpot_ms"),    std::string(table.word("model"))};
        all[std::string(table.word("curve_id"))][point.clients].push_back(point);
    }
    std::map<std::string, std::vector<Point>> curves;
    for (const auto& [curve, loads] : all) {
        for (const auto& [clients, points] : loads) {
            Point mean = points.front();
            mean.ttft_ms = mean.tpot_ms = 0;
            for (const Point& point : points) {
                mean.ttft_ms += point.ttft_ms / static_cast<double>(points.size());
                mean.tpot_ms += point.tpot_ms / static_cast<double>(points.size());
            }
            curves[curve].push_back(mean);
        }
    }
    return curves;
}

/// As `vllm bench serve --save-result` would have written the point: its lengths lie between 80 and 100 % of
/// the nominal ones.
std::string bench_json(const Point& point) {
    const std::uint32_t count = std::min(10 * point.clients, 1280U);
    std::ostringstream inputs;
    std::ostringstream outputs;
    double input_sum = 0;
    double output_sum = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto length = [&](std::uint32_t nominal, double step) {
            return static_cast<std::uint32_t>(nominal * (0.8 + 0.2 * std::fmod(i * step, 1.0)));
        };
        const std::uint32_t input = length(point.input, 0.6180339887);
        const std::uint32_t output = length(point.output, 0.7548776662);
        input_sum += input;
        output_sum += output;
        inputs << (i > 0 ? "," : "") << input;
        outputs << (i > 0 ? "," : "") << output;
    }
    std::ostringstream json;
    json.precision(10);
    json << R"({"date": "20251029-101530", "backend": "vllm", "model_id": ")" << point.model
         << R"(", "num_prompts": )" << count
         << R"(, "request_rate": "inf", "burstiness": 1.0, "max_concurrency": )" << point.clients
         << R"(, "completed": )" << count << R"(, "total_input_tokens": )" << input_sum
         << R"(, "total_output_tokens": )" << output_sum << R"(, "mean_ttft_ms": )" << point.ttft_ms
         << R"(, "mean_tpot_ms": )" << point.tpot_ms << R"(, "input_lens": [)" << inputs.str()
         << R"(], "output_lens": [)" << outputs.str() << "]}";
    return json.str();
}

struct LeftOut {
    std::vector<double> ttft;
    std::vector<double> tpot;
};

/// Leaves out each load of a curve but the least and the largest, which would be beyond what was learnt.
void leave_out(const std::vector<Point>& curve, LeftOut& errors) {
    const ScratchDir folder;
    for (std::size_t left = 1; left + 1 < curve.size(); ++left) {
        std::vector<std::string> files;
        for (std::size_t i = 0; i < curve.size(); ++i) {
            const std::filesystem::path file = folder / ("bench" + std::to_string(i) + ".json");
            write_text(file, bench_json(curve[i]));
            if (i != left)
                files.push_back(file.string());
        }
        const EngineFinding found = learn_engine(import_files(files, std::nullopt, {}), {});
        REQUIRE(found.fit);
        const Observed wanted =
            import_files({(folder / ("bench" + std::to_string(left) + ".json")).string()}, std::nullopt, {});
        const ReplayEngine engine = replay_engine(found.fit->engine, ranges_of(wanted.runs));
        double ttft = 0;
        double tpot = 0;
        const auto replayed = replay(wanted.runs.front(), replay_setup(engine, found.fit->engine.step));
        for (const ReplayedRequest& one : replayed) {
            ttft += one.ttft / static_cast<double>(replayed.size());
            tpot += one.tpot / static_cast<double>(replayed.size());
        }
        errors.ttft.push_back(1e3 * ttft / curve[left].ttft_ms - 1);
        errors.tpot.push_back(1e3 * tpot / curve[left].tpot_ms - 1);
    }
}

}  // namespace

TEST_CASE("a load that was left out of a measured curve is predicted from its other loads",
          "[learn][measured]") {
    const auto data = data_dir();
    if (!data)
        SPILLWAY_SKIP("SPILLWAY_DATA is not set: the measured serving runs are not there");
    LeftOut errors;
    std::size_t curves = 0;
    for (const auto& [name, curve] : measured_curves(*data / "serving" / "silicon_train.csv")) {
        // Ends of an answer of 8,192 tokens and hundreds of clients take long to replay, and tell no more.
        if (curve.size() < 5 || curve.back().clients > 128 || curve.front().output > 1024)
            continue;
        leave_out(curve, errors);
        ++curves;
    }
    REQUIRE(curves > 5);
    const ErrorFigures tpot = error_figures(errors.tpot);
    const ErrorFigures ttft = error_figures(errors.ttft);
    INFO(curves << " curves, " << errors.tpot.size() << " left out");
    INFO("TPOT: median " << tpot.median << ", mean " << tpot.mean << ", p90 " << tpot.p90 << ", bias "
                         << tpot.bias);
    INFO("TTFT: median " << ttft.median << ", mean " << ttft.mean << ", p90 " << ttft.p90 << ", bias "
                         << ttft.bias);
    CHECK(tpot.median < 0.05);
    CHECK(tpot.p90 < 0.20);
    CHECK(ttft.median < 0.15);
    CHECK(ttft.p90 < 0.40);
}
