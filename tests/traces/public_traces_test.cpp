// The staged public traces against the figures that stand beside them (computed independently).
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/statistics.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

std::optional<TrafficStatistics> statistics_of(std::string_view json, const StatisticsOptions& options = {}) {
    const auto data = data_dir();
    if (!data)
        return std::nullopt;
    SourceRig rig;
    rig.folder = *data / "traces";
    const auto source = rig.make(json);
    return collect_statistics(*source, options);
}

constexpr std::string_view kNoData = "SPILLWAY_DATA does not name the folder of public traces";

void check_azure(const TrafficStatistics& stats) {
    CHECK(stats.requests == 19'366);
    CHECK(to_seconds(stats.last - stats.first) == Approx(3501.7).margin(0.05));
    CHECK(stats.mean_rate * 60 == Approx(331.8).margin(0.05));
    CHECK(stats.peak_per_minute == 507);
    CHECK(stats.peak_per_second == 16);
    CHECK(stats.dispersion_1s == Approx(1.39).margin(0.005));
    CHECK(stats.dispersion_60s == Approx(16.1).margin(0.05));
    CHECK(stats.gap_cv == Approx(1.09).margin(0.005));
    CHECK(stats.gap_seconds.max == Approx(4.3).margin(0.05));
    CHECK(stats.input_tokens.p50 == Approx(1020).epsilon(0.001));
    CHECK(stats.input_tokens.p90 == Approx(2734).epsilon(0.001));
    CHECK(stats.input_tokens.p99 == Approx(4142).epsilon(0.001));
    CHECK(stats.input_tokens.mean == Approx(1155).margin(0.5));
    CHECK(stats.output_tokens.p50 == 129);
    CHECK(stats.output_tokens.p90 == 424);
    CHECK(stats.output_tokens.p99 == 601);
    CHECK(stats.output_tokens.mean == Approx(211).margin(0.5));
    CHECK_FALSE(stats.stamps.step);
    CHECK(stats.idle[0].hours_per_day == 0);
}

TEST_CASE("the Azure conversation trace has its published statistics", "[traces][data]") {
    const auto own = statistics_of(R"({"source": "csv", "file": "azure_llm_2023_conv.csv"})");
    if (!own)
        SPILLWAY_SKIP(kNoData);
    check_azure(*own);
}

TEST_CASE("the publisher's own file gives the same as its extract", "[traces][data]") {
    const auto stats = statistics_of(R"({"source": "azure-llm", "file": "AzureLLMInferenceTrace_conv.csv"})");
    if (!stats)
        SPILLWAY_SKIP(kNoData);
    check_azure(*stats);
}

TEST_CASE("the Mooncake conversation trace has its published statistics and its grid", "[traces][data]") {
    const auto stats = statistics_of(
        R"({"source": "mooncake", "file": "mooncake_conversation_trace.jsonl", "as_is": true})");
    if (!stats)
        SPILLWAY_SKIP(kNoData);
    CHECK(stats->requests == 12'031);
    CHECK(to_seconds(stats->last - stats->first) == Approx(3537.0).margin(0.05));
    CHECK(stats->mean_rate * 60 == Approx(204.1).margin(0.05));
    CHECK(stats->peak_per_minute == 247);
    CHECK(stats->peak_per_second == 28);
    CHECK(stats->dispersion_1s == Approx(7.90).margin(0.01));
    CHECK(stats->dispersion_60s == Approx(2.89).margin(0.05));
    CHECK(stats->gap_cv == Approx(3.03).margin(0.005));
    CHECK(stats->input_tokens.p50 == Approx(6909).epsilon(0.001));
    CHECK(stats->input_tokens.mean == Approx(12035).margin(0.5));
    CHECK(stats->output_tokens.p99 == Approx(1118).epsilon(0.003));
    CHECK(stats->stamps.distinct == 1180);
    CHECK(stats->stamps.most_at_one == 28);
    CHECK(stats->stamps.step == 3s);
}

TEST_CASE("Mooncake's requests are a mild traffic once they are spread over their grid", "[traces][data]") {
    const auto stats =
        statistics_of(R"({"source": "mooncake", "file": "mooncake_conversation_trace.jsonl"})");
    if (!stats)
        SPILLWAY_SKIP(kNoData);
    CHECK(stats->dispersion_1s < 1.5);
    CHECK(stats->gap_cv < 1.2);
    CHECK_FALSE(stats->stamps.step);
}

TEST_CASE("the Azure Functions sample has as many invocations as it says", "[traces][data]") {
    const auto stats = statistics_of(R"({"source": "azure-functions",
        "file": "azure_functions_2019_500fn_per_minute.csv", "durations": "azure_functions_2019_500fn_profile.csv"})");
    if (!stats)
        SPILLWAY_SKIP(kNoData);
    CHECK(stats->requests == 3'037'902);
    CHECK(stats->mean_rate * 60 == Approx(6329).margin(1));
    CHECK(stats->peak_per_minute == Approx(7603).epsilon(0.01));  // minutes begin at the first arrival here
    REQUIRE(stats->demand);
    CHECK(stats->demand->busy_share > 0.99);
}

}  // namespace
}  // namespace spillway::tests
