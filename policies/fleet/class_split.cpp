#include <array>

#include "policies/entries.hpp"
#include "policies/fleet/base_and_elastic.hpp"
#include "policies/route/by_class.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kClassSplitParams{
    kBaseParam,
    required_param("serverless", ParamKind::kText, "the pool of all other classes"),
    ParamSpec{"base_classes",
              ParamKind::kList,
              Presence::kRequired,
              {},
              "names of the classes that the base serves"},
    kBaseWorkersParam,
    kBasePolicyParam,
    kIdleTimeoutParam,
    kRequestsPerWorkerParam,
};

FleetSetup read_class_split(ParamReader& reader, const PolicyContext& context) {
    BaseAndElastic hybrid = read_base_and_elastic(reader, "serverless", context);
    std::vector<PoolId> by_class(context.classes.size(), hybrid.elastic);
    const ConfigNode& names = *reader.node("base_classes");
    if (names.items().empty())
        throw InputError(names.where(), "no class is named: the base would serve nothing");
    for (const ConfigNode& name : names.items()) {
        by_class[find_class(context, name.as_text(), name.where()).value] = hybrid.base;
    }
    hybrid.setup.route = make_class_route(std::move(by_class));
    return std::move(hybrid.setup);
}

}  // namespace

FleetPolicyEntry class_split_entry() {
    return {"class-split", "Some classes (batch) on a steady base, the others on a serverless pool.",
            kClassSplitParams, read_class_split};
}

}  // namespace spillway
