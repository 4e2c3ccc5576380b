#include "tests/laws/world.hpp"

#include <algorithm>
#include <sstream>

#include "tests/support/rapidcheck.hpp"

namespace spillway::laws {

World::World(const Scenario& its_scenario, std::vector<Purchase> purchases)
    : scenario(its_scenario),
      made(build_source(scenario)),
      source(*made),
      fleet(build_spec(scenario), source),
      log(fleet) {
    fleet.observe(static_cast<SnapshotObserver&>(snapshots));
    if (!purchases.empty()) {
        meter.emplace(std::move(purchases));
        fleet.observe(static_cast<RequestObserver&>(*meter));
        fleet.observe(static_cast<UsageObserver&>(*meter));
    }
    fleet.run();
}

namespace {

// A law. Sanitizers make each many times dearer, and look for what a few hundred show.
#ifdef __SANITIZE_ADDRESS__
constexpr int kScenarios = 300;
#else
constexpr int kScenarios = 1000;
#endif

}  // namespace

void check_scenarios(const std::function<void()>& property) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = std::max(params.maxSuccess, kScenarios);
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    INFO(text.str());
    REQUIRE(result.is<rc::detail::SuccessResult>());
}

void check_law(void (*law)(const World&)) {
    check_law([](Scenario&) {}, law);
}

void check_law(void (*shape)(Scenario&), void (*law)(const World&)) {
    check_scenarios([=] {
        Scenario scenario = draw_scenario();
        shape(scenario);
        RC_LOG() << describe(scenario);
        law(World(scenario));
    });
}

}  // namespace spillway::laws
