#include "app/calibrate/validation_report.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

ServedRun mixture_run(const std::string& where, const std::string& gpu, const std::string& engine) {
    ServedRun run;
    run.mixture = true;
    run.where = where;
    run.curve = where;
    run.llm = "gpt-oss-120b";
    run.gpu = gpu;
    run.engine = run.version = engine;
    run.weights = Precision::kNvfp4;
    run.gpus = 8;
    run.layout = "tp8";
    run.input = 1000;
    run.output = 100;
    run.clients = 4;
    run.ttft = 0.1;
    run.tpot = 0.01;
    return run;
}

struct Report {
    std::string text;
    std::string csv;
};
Report report(std::vector<ServedRun> mixtures) {
    ServedTables tables;
    tables.mixtures = std::move(mixtures);
    Report report;
    report.csv = report_shipped(tables, [&](const std::string& text) { report.text += text; });
    return report;
}

}  // namespace

TEST_CASE("runs of mixtures that the catalogue says nothing of are passed over and counted",
          "[app][validation_report]") {
    const ServedRun known = mixture_run("runs.csv:3", "H200", "vllm");
    const Report all =
        report({mixture_run("runs.csv:2", "L40S", "vllm"), known, mixture_run("runs.csv:4", "H200", "tgi")});
    const Report alone = report({known});
    CHECK(all.text ==
          alone.text +
              "\n2 runs of mixtures passed over; the first, runs.csv:2: no served run says how long "
              "gpt-oss-120b takes on 8 x L40S with vllm in nvfp4\n");
    CHECK(all.csv == alone.csv);
    CHECK(std::count(all.csv.begin(), all.csv.end(), '\n') == 2);
}

TEST_CASE("tables with nothing that the catalogue knows are refused at their first run",
          "[app][validation_report]") {
    const std::vector<ServedRun> unknown{mixture_run("runs.csv:2", "L40S", "vllm"),
                                         mixture_run("runs.csv:3", "L4", "vllm")};
    CHECK_THROWS_WITH(report(unknown), contains_text("runs.csv:2: no served run says how long"));
}

TEST_CASE("runs of versions that the catalogue lacks are predicted by their engine's own entry, and counted",
          "[app][validation_report]") {
    const auto report_of = [](const std::string& version) {
        ServedRun run = mixture_run("runs.csv:2", "H100", "vllm");
        run.mixture = false;
        run.llm = "Llama-3.1-8B";
        run.weights = Precision::kBf16;
        run.gpus = 1;
        run.version = version;
        ServedTables tables;
        tables.dense = {run};
        std::string text;
        (void)report_shipped(tables, [&](const std::string& part) { text += part; });
        return text;
    };
    CHECK_THAT(report_of("vllm-0.99"),
               contains_text("1 run by their engine's own entry") && contains_text("vllm-0.99 (1)"));
    CHECK(report_of("vllm-0.12").find("own entry") == std::string::npos);
}
