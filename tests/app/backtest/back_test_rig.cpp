#include "tests/app/backtest/back_test_rig.hpp"

#include <sstream>

#include <fmt/format.h>

#include "app/backtest/exact_number.hpp"
#include "app/run/run_scenario.hpp"
#include "sim/metrics/requests_writer.hpp"

namespace spillway::tests {
namespace {

constexpr std::string_view kScenario = R"({
  "name": "own", "horizon": "20m", "warm_up": "0s",
  "traffic": [{"source": "poisson", "rate": "0.2/s", "input_tokens": 300, "output_tokens": 50}],
  "pools": [{"name": "gpu", "gpu": "L4", "concurrency": 2, "workers": {"max": 6},
    "service": {"model": "fixed", "time": SERVICE},
    "startup": [{"phase": "pull", "time": "4s"}, {"phase": "weights", "time": "5s"}],
    "policy": {"name": "scale-to-zero", "idle_timeout": "15s"},
    "price": PRICE}]
})";

std::string replaced(std::string text, std::string_view from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

/// number / 10^decimals, every digit of it.
std::string decimal_text(Int128 number, int decimals) {
    std::string digits;
    for (; number > 0; number /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
    while (digits.size() <= static_cast<std::size_t>(decimals)) digits.insert(digits.begin(), '0');
    if (decimals > 0)
        digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
    return digits;
}

/// A unit in which the usage is a finite decimal, and its digits behind the point.
std::pair<std::string, int> exact_unit(Measure measure) {
    switch (measure) {
        case Measure::kTime:
            return {"GPU-s", 9};
        case Measure::kVcpuTime:
            return {"vCPU-s", 12};
        case Measure::kByteTime:
            return {"byte-seconds", 9};
        case Measure::kBytes:
            return {"bytes", 0};
        case Measure::kTokens:
            return {"tokens", 0};
        case Measure::kRequests:
            return {"requests", 0};
    }
    return {};
}

}  // namespace

BackTestRig::BackTestRig(const std::string& price, const std::string& service)
    : BackTestRig(replaced(replaced(std::string(kScenario), "SERVICE", service), "PRICE", price), 0) {}

BackTestRig::BackTestRig(const std::string& scenario, int) {
    write("s.json", scenario);
    run();
}

void BackTestRig::run() {
    const Scenario one = scenario().scenario();
    const std::unique_ptr<Assembly> assembly = assemble(one);
    std::vector<std::string> pools;
    for (const PoolSetup& pool : assembly->pools) pools.push_back(pool.name);
    std::vector<MeasuredClass> classes;
    for (const ScenarioClass& each : one.classes) classes.push_back({each.spec.name, each.delivery});
    std::ostringstream out;
    RequestsWriter writer(out, "log.csv", classes, pools);
    Onlookers onlookers;
    onlookers.requests.push_back(&writer);
    const RunResult result = run_assembled(one, *assembly, onlookers);
    writer.finish();
    write("log.csv", out.str());
    lines_ = predicted_lines(result, {});
}

ServedLog BackTestRig::log(std::string_view text) const {
    write("other.csv", text);
    return read_served_log(file("other.csv"));
}

BackTest BackTestRig::against(const std::string& bill, BackTestRules rules) const {
    write("bill.csv", bill);
    return back_test(scenario(), log(), file("bill.csv"), rules);
}

BackTest BackTestRig::against(const std::string& bill) const { return against(bill, whole_window()); }

BackTestRules whole_window() {
    BackTestRules rules;
    rules.replications = 1;
    rules.window.settle = Duration{0};
    return rules;
}

std::string bill_of(const std::vector<PredictedLine>& lines, int usage_tenths, int amount_tenths) {
    std::string text = "Description,Usage,Unit,Amount\n";
    for (const PredictedLine& line : lines) {
        const auto [unit, decimals] = exact_unit(line.measure);
        const Int128 nanos = *multiply_ratio(line.amount.nanos(), amount_tenths, 10);
        text += fmt::format("{},{},{},{}\n", line.name, decimal_text(line.usage * usage_tenths, decimals + 1),
                            unit, exact_usd(Money::from_nanos(static_cast<std::int64_t>(nanos))));
    }
    return text;
}

}  // namespace spillway::tests
