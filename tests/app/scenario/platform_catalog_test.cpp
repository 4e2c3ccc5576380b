#include "app/scenario/platform_catalog.hpp"

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/scenario/assemble.hpp"
#include "app/scenario/platform_price.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/billing/price_date.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

std::unique_ptr<Assembly> assemble_pool(const std::string& members) {
    const std::string text =
        fmt::format(R"({{"horizon": "1m", "traffic": [{{"source": "poisson", "rate": "1/s",
        "input_tokens": 1, "output_tokens": 1}}], "pools": [{{"name": "p", "service": {{"model": "fixed",
        "time": "1s"}}, {}}}]}})",
                    members);
    const Scenario scenario = read_scenario(read_config_text(text, "day.json"), ".");
    return assemble(scenario);
}

/// What a user adds who names the platform: limits and a policy where it has none.
std::string least_members(const PlatformPreset& preset) {
    std::string members = fmt::format(R"("platform": "{}", "workers": {{"max": 4, "min": 1}})", preset.name);
    if (preset.pool.find("policy") == nullptr)
        members += R"(, "policy": {"name": "fixed", "workers": 1})";
    if (preset.pool.find("startup") != nullptr && preset.pool.find("startup")->find("preset") != nullptr)
        members += R"(, "startup": {"weights": {"name": "model", "bytes": "8GB"}})";
    if (preset.pool.find("startup") == nullptr)
        members += R"(, "startup": [{"phase": "container", "time": "60s"}])";
    if (preset.name == "skyserve")
        members += R"(, "policy": {"target_qps_per_replica": "1/s"})";
    return members;
}

}  // namespace

TEST_CASE("every platform says what it is, where that was read, when, how sure it is and what is assumed",
          "[app][platform]") {
    CHECK(platform_catalog().size() >= 20);
    for (const PlatformPreset& preset : platform_catalog()) {
        INFO(preset.name);
        CHECK_FALSE(preset.summary.empty());
        CHECK_FALSE(preset.provenance.source.empty());
        CHECK(is_price_date(preset.provenance.date));
        const std::string& confidence = preset.provenance.confidence;
        CHECK((confidence == "high" || confidence == "medium" || confidence == "low"));
        CHECK_FALSE(preset.assumed.empty());
        for (const char* own : {"name", "service", "gpu", "price", "platform"})
            CHECK(preset.pool.find(own) == nullptr);
        CHECK(find_preset(preset.name) == &preset);
    }
}

TEST_CASE("the documentation says of each platform what it is, where that stands and what is assumed",
          "[app][platform]") {
    const std::string page = read_text(source_dir() / "docs/platforms.md");
    for (const PlatformPreset& preset : platform_catalog()) {
        INFO(preset.name);
        CHECK_THAT(page, contains_text(fmt::format("### {}\n\n{}\n", preset.name, preset.summary)));
        CHECK_THAT(page,
                   contains_text(fmt::format("Source: {} ({}), confidence {}.", preset.provenance.source,
                                             preset.provenance.date, preset.provenance.confidence)));
        const std::size_t begin = page.find(fmt::format("### {}\n", preset.name));
        REQUIRE(begin != std::string::npos);
        const std::string section = page.substr(begin, page.find("\n### ", begin) - begin);
        for (const std::string& one : preset.assumed)
            CHECK_THAT(section, contains_text("- assumed: " + one + "\n"));
        for (const auto& [member, value] : preset.pool.members()) {
            CHECK_THAT(section, contains_text(fmt::format("| `{}` | `", member)));
            if (value.kind() == ConfigNode::Kind::kText)
                CHECK_THAT(section,
                           contains_text(fmt::format("| `{}` | `\"{}\"` |", member, value.as_text())));
        }
    }
}

TEST_CASE("every platform makes a pool that can be run, with each GPU that it usually sells",
          "[app][platform]") {
    const PriceBook book = PriceBook::built_in();
    for (const PlatformPreset& preset : platform_catalog()) {
        INFO(preset.name);
        const std::string members = least_members(preset);
        if (preset.prices.empty()) {
            CHECK_NOTHROW(assemble_pool(members));
            continue;
        }
        int sold = 0;
        for (const GpuFacts& gpu : gpu_catalog()) {
            const PlatformOrder order{gpu.name, preset.offers.front(), preset.region, 1, {}};
            const PriceBook::Entry* price = find_platform_price(preset, order, book);
            if (price == nullptr)
                continue;
            ++sold;
            const auto assembly = assemble_pool(fmt::format(R"({}, "gpu": "{}")", members, gpu.name));
            REQUIRE(assembly->pools.at(0).purchase);
            CHECK(assembly->pools[0].purchase->contract.provenance.catalog == price->name);
        }
        CHECK(sold > 0);
    }
}

TEST_CASE("platforms that go to zero only where they are told to keep one worker", "[app][platform]") {
    for (const char* name : {"ray-serve", "aibrix", "kubernetes-hpa"}) {
        INFO(name);
        const std::string members = fmt::format(R"("platform": "{}", "gpu": "L4", "price": "$1/h",
            "startup": {{"weights": {{"name": "m", "bytes": "8GB"}}}})",
                                                name);
        CHECK(assemble_pool(members + R"(, "workers": {"max": 4})")->pools.at(0).min_workers == 1);
    }
}

TEST_CASE("after a failed start, Beam waits 5 s and RunPod's serverless endpoints 30 s", "[app][platform]") {
    const auto retry = [](std::string_view platform) {
        return find_preset(platform)->pool.find("start_retry")->as_text();
    };
    CHECK(retry("beam") == "5s");
    CHECK(retry("runpod-serverless") == "30s");
    CHECK(retry("runpod-serverless-request-count") == "30s");
    CHECK(retry("runpod-load-balancing") == "30s");
}

TEST_CASE("a limit of calls at once is laid over that of a platform's calls in a window", "[app][platform]") {
    CHECK_NOTHROW(assemble_pool(
        R"("platform": "runpod-serverless", "gpu": "L4", "rate_limit": {"concurrent": {"base": 200}},
        "startup": {"weights": {"name": "m", "bytes": "8GB"}})"));
}

TEST_CASE("a platform sets no start of a replica that nobody has published", "[app][platform]") {
    for (const char* name : {"azure-container-apps", "beam", "huggingface-endpoints"}) {
        INFO(name);
        CHECK(find_preset(name)->pool.find("startup") == nullptr);
    }
}

TEST_CASE("a policy over several pools takes the place of a platform's own", "[app][platform]") {
    const std::string text =
        R"({"horizon": "1m", "traffic": [{"source": "poisson", "rate": "1/s", "input_tokens": 1,
        "output_tokens": 1}], "policy": {"name": "pool-wise", "pools": {"p": {"name": "scale-to-zero"}}},
        "pools": [{"name": "p", "platform": "modal", "gpu": "L4", "service": {"model": "fixed", "time": "1s"},
        "startup": {"weights": {"name": "model", "bytes": "8GB"}}}]})";
    const Scenario scenario = read_scenario(read_config_text(text, "day.json"), ".");
    CHECK(assemble(scenario)->pools.at(0).policy == "scale-to-zero");
}

TEST_CASE("a platform whose start loads the model asks for its size where the service has none",
          "[app][platform]") {
    CHECK_THROWS_WITH(assemble_pool(R"("platform": "modal", "gpu": "L4")"),
                      contains_text("does not say how large it is") && contains_text("\"bytes\": \"16GB\""));
}
