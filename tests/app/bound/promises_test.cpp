#include "app/bound/promises.hpp"

#include "tests/app/bound/bound_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

std::vector<ServicePlan> plans_of(const std::string& slo, std::uint64_t requests) {
    BoundCase one;
    one.slo = slo;
    return service_plans(scenario_of(one), {requests});
}

}  // namespace

TEST_CASE("a percentile lets go what its rank lets miss", "[bound][promises]") {
    const std::vector<ServicePlan> plans = plans_of(R"("p95 total < 30s")", 101);
    REQUIRE(plans.size() == 1);
    CHECK(plans[0].by_class[0]->kind == PromiseKind::kAnswer);
    CHECK(plans[0].by_class[0]->limit == 30s);
    CHECK(plans[0].may_miss[0] == 5);  // the rank is 96
}

TEST_CASE("a failed share asks for answers before the window ends, of those that a settled run leaves none",
          "[bound][promises]") {
    const std::vector<ServicePlan> plans = plans_of(R"("failed < 2%")", 1000);
    CHECK(plans.at(0).by_class[0]->kind == PromiseKind::kEver);
    CHECK(plans[0].may_miss[0] == 20 + 10);
}

TEST_CASE("every objective that asks for service stands in a plan, limits of time first",
          "[bound][promises]") {
    const std::vector<ServicePlan> plans =
        plans_of(R"("failed < 2%", "p90 ttft < 2s", "cold share < 1%", "p99 warm total < 9s")", 100);
    REQUIRE(plans.size() == 2);
    CHECK(plans[0].by_class[0]->kind == PromiseKind::kFirstToken);
    CHECK(plans[1].by_class[0]->kind == PromiseKind::kEver);
}

}  // namespace spillway::tests
