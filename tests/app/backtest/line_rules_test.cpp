#include "app/backtest/line_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/backtest/bill_residual.hpp"
#include "app/backtest/words.hpp"
#include "sim/core/error.hpp"
#include "sim/core/rng.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

PredictedLine line_of(const std::string& pool, LineSort sort, const std::string& name = {}) {
    PredictedLine line;
    line.pool = pool;
    line.sort = sort;
    line.name = fmt::format("{}: {}{}{}", pool, line_sort_name(sort), name.empty() ? "" : " ", name);
    return line;
}

const std::vector<PredictedLine>& two_pools() {
    static const std::vector<PredictedLine> kLines{
        line_of("base", LineSort::kGpuTime),    line_of("base", LineSort::kCpu),
        line_of("base", LineSort::kMemory),     line_of("base", LineSort::kStorage, "container disk"),
        line_of("burst", LineSort::kGpuTime),   line_of("burst", LineSort::kEgress),
        line_of("api", LineSort::kInputTokens), line_of("api", LineSort::kOutputTokens)};
    return kLines;
}

const std::vector<PoolWords>& pool_names() {
    static const std::vector<PoolWords> kPools{
        {"base", "L4", "g6.xlarge"}, {"burst", "A100-80GB", ""}, {"api", "", ""}};
    return kPools;
}

/// Names of the predicted lines that the words go to.
std::string target_of(const std::string& words, const std::vector<LineMapping>& mappings = {}) {
    const std::vector<InvoiceLine> invoice{{words, InvoiceSort::kCharge, 1, Money{}, std::nullopt, 0}};
    std::string names;
    const std::vector<LineTarget> targets = target_lines(invoice, two_pools(), pool_names(), mappings);
    for (const std::size_t line : targets.front().lines)
        names += (names.empty() ? "" : " + ") + two_pools()[line].name;
    return names;
}

}  // namespace

TEST_CASE("an invoice's words find the predicted lines that they are like", "[backtest][rules]") {
    CHECK(target_of("BASE: gpu time") == "base: GPU time");
    CHECK(target_of("USE1-BoxUsage:g6.xlarge") == "base: GPU time");
    CHECK(target_of("g6.xlarge") == "base: GPU time");
    CHECK(target_of("NVIDIA L4") == "base: GPU time");
    CHECK(target_of("Nvidia A100 80GB GPU attached to Spot") == "burst: GPU time");
    CHECK(target_of("Serverless workers") == "base: GPU time + burst: GPU time");
    CHECK(target_of("burst workers") == "burst: GPU time");
    CHECK(target_of("idle: floor kept warm") == "base: GPU time + burst: GPU time");
    CHECK(target_of("Services CPU (Instance-based billing) in us-central1") == "base: CPU");
    CHECK(target_of("Services Memory (Instance-based billing)") == "base: memory");
    CHECK(target_of("EBS:VolumeUsage.gp3") == "base: storage container disk");
    CHECK(target_of("DataTransfer-Out-Bytes") == "burst: egress");
    CHECK(target_of("gpt input tokens") == "api: tokens: input");
    CHECK(target_of("Output tokens") == "api: tokens: output");
    // What no pool has is not predicted.
    CHECK(target_of("NVIDIA H100 80GB").empty());
    CHECK(target_of("Support plan").empty());
    CHECK(target_of("Reserved instances").empty());
    CHECK(target_of("API requests").empty());
    CHECK(target_of("$0.096 per On Demand Linux m5.large Instance Hour / BoxUsage:m5.large") ==
          "burst: GPU time");  // whose instance is not known
    CHECK(target_of("BoxUsage:m5.large L4").empty());
    CHECK(target_of("base: NVIDIA A100 80GB") == "burst: GPU time");
}

TEST_CASE("GPUs are found in the spellings of price lists", "[backtest][rules]") {
    CHECK(WordList("NVIDIA GeForce RTX 4090").has_gpu("RTX4090"));
    CHECK(WordList("RTX PRO 6000").has_gpu("RTX-PRO-6000"));
    CHECK(WordList("a100_80gb").has_gpu("A100-80GB"));
    CHECK(WordList("A100").has_gpu("A100-80GB"));
    CHECK_FALSE(WordList("A100 40GB").has_gpu("A100-80GB"));
    CHECK_FALSE(WordList("L40S").has_gpu("L40"));
    CHECK_FALSE(WordList("RTX 4090").has_gpu("RTX-PRO-6000"));
    CHECK_FALSE(WordList("anything").has_gpu(""));
}

TEST_CASE("types of instances are known by their form", "[backtest][rules]") {
    for (const char* text :
         {"g6.xlarge", "BoxUsage:p5.48xlarge", "m7i.metal", "t3.micro", "p5en.48xlarge now"}) {
        INFO(text);
        CHECK(WordList(text).has_instance_type());
    }
    for (const char* text : {"large", "gpu large", "L4 workers", "h100 80gb", "48xlarge", "a large pool"}) {
        INFO(text);
        CHECK_FALSE(WordList(text).has_instance_type());
    }
}

TEST_CASE("the user's mapping goes before the rules", "[backtest][rules]") {
    CHECK(target_of("Support plan", parse_line_mapping("support*=burst: GPU time", "--lines")) ==
          "burst: GPU time");
    CHECK(target_of("NVIDIA L4", parse_line_mapping("*l4*=*: GPU time", "--lines")) ==
          "base: GPU time + burst: GPU time");
    CHECK(target_of("NVIDIA L4", parse_line_mapping("*=none", "--lines")).empty());
    CHECK_THROWS_WITH(target_of("NVIDIA L4", parse_line_mapping("*L4=base: GPU tme", "--lines")),
                      contains_text("base: GPU time"));
    CHECK_THROWS_WITH(target_of("NVIDIA L4", parse_line_mapping("NVIDIA L5=base: CPU", "--lines")),
                      contains_text("NVIDIA L4"));
    CHECK_THROWS_AS(parse_line_mapping("whatever", "--lines"), InputError);
    CHECK_THROWS_AS(parse_line_mapping("=base: CPU", "--lines"), InputError);
}

TEST_CASE("a mapped tax or credit takes part in the residual", "[backtest][rules]") {
    const std::vector<InvoiceLine> invoice{{"tax", InvoiceSort::kTax, 1, Money{}, std::nullopt, 0},
                                           {"discount", InvoiceSort::kCredit, 1, Money{}, std::nullopt, 0}};
    const auto targets =
        target_lines(invoice, two_pools(), pool_names(), parse_line_mapping("disc*=base: CPU", "x"));
    CHECK_FALSE(targets[0].compared);
    CHECK(targets[1].compared);
    CHECK(targets[1].by_user);
}

TEST_CASE("globs", "[backtest][rules]") {
    CHECK(matches_glob("BoxUsage:g6", "boxusage*"));
    CHECK(matches_glob("a-b-c", "*b*"));
    CHECK(matches_glob("abc", "a?c"));
    CHECK(matches_glob("", "*"));
    CHECK(matches_glob("aXbXc", "a*X*c"));
    CHECK_FALSE(matches_glob("abc", "a?"));
    CHECK_FALSE(matches_glob("abc", "abcd"));
    CHECK_FALSE(matches_glob("abc", ""));
}

TEST_CASE("residuals of all lines add up to that of the bill, whatever goes where", "[backtest][law]") {
    RandomStream stream(StreamKey({7, 0}, "bills"), 1);
    const auto up_to = [&](std::uint64_t most) { return stream() % (most + 1); };
    for (int round = 0; round < 300; ++round) {
        const std::size_t lines = 1 + up_to(5);
        const std::size_t replications = 1 + up_to(3);
        std::vector<std::vector<PredictedLine>> runs(replications);
        for (std::vector<PredictedLine>& run : runs) {
            for (std::size_t i = 0; i < lines; ++i) {
                PredictedLine line = line_of("p" + std::to_string(i), LineSort::kGpuTime);
                line.measure = up_to(3) == 0 && replications == 1 ? Measure::kTokens : Measure::kTime;
                line.usage = static_cast<Int128>(up_to(1'000'000'000'000'000));
                line.amount = Money::from_nanos(static_cast<std::int64_t>(up_to(1'000'000'000'000'000)));
                run.push_back(line);
            }
        }
        std::vector<InvoiceLine> invoice;
        std::vector<LineTarget> targets;
        Money billed;
        for (std::uint64_t i = up_to(8); i > 0; --i) {
            InvoiceLine line{"i" + std::to_string(i), InvoiceSort::kCharge, 1, Money{}, std::nullopt, 0};
            line.amount = Money::from_nanos(static_cast<std::int64_t>(up_to(1'000'000'000'000'000)));
            if (up_to(3) > 0) {
                line.unit = InvoiceUnit{Measure::kTime, 1, up_to(1) == 0};
                line.usage = static_cast<Int128>(up_to(1'000'000'000'000'000));
            }
            LineTarget target;
            target.compared = up_to(5) > 0;
            for (std::size_t k = 0; target.compared && k < lines; ++k) {
                if (up_to(2) == 0)
                    target.lines.push_back(k);
            }
            if (target.compared)
                billed += line.amount;
            invoice.push_back(line);
            targets.push_back(target);
        }
        const BillResidual bill = bill_residual(forecast_lines(runs), invoice, targets);
        CHECK(bill.billed == billed);
        Money sum;
        for (const ResidualLine& line : bill.lines) {
            sum += line.residual();
            CHECK(line.usage_effect.has_value() == line.price_effect.has_value());
            if (line.usage_effect)
                CHECK(*line.usage_effect + *line.price_effect == line.residual());
        }
        CHECK(sum == bill.residual());
        // Each invoice line that is compared is in one residual line.
        std::vector<std::size_t> seen;
        for (const ResidualLine& line : bill.lines)
            seen.insert(seen.end(), line.invoiced.begin(), line.invoiced.end());
        std::sort(seen.begin(), seen.end());
        CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
        CHECK(seen.size() ==
              static_cast<std::size_t>(std::count_if(targets.begin(), targets.end(),
                                                     [](const LineTarget& one) { return one.compared; })));
    }
}

TEST_CASE("an invoice of instances is compared with the GPUs that each holds", "[backtest]") {
    PredictedLine line = line_of("p", LineSort::kGpuTime);
    line.gpus = 8;
    line.usage = Int128{8} * 3600 * 1'000'000'000;
    line.amount = Money::from_nanos(10'000'000'000);
    const std::vector<std::vector<PredictedLine>> runs{{line}};
    const auto usage_billed = [&](bool of_gpus) {
        InvoiceLine one{"p", InvoiceSort::kCharge, 1, line.amount, InvoiceUnit{Measure::kTime, 1, of_gpus},
                        0};
        one.usage = Int128{3600} * 1'000'000'000;
        LineTarget target;
        target.lines = {0};
        return bill_residual(forecast_lines(runs), {one}, {target}).lines.front().billed_usage;
    };
    CHECK(usage_billed(false) == line.usage);
    CHECK(usage_billed(true) == line.usage / 8);
}
