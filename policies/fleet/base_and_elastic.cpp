#include "policies/fleet/base_and_elastic.hpp"

#include <fmt/format.h>

#include "policies/fleet/pool_wise.hpp"
#include "policies/registry.hpp"
#include "policies/scale/fixed.hpp"
#include "policies/scale/scale_to_zero.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::unique_ptr<ScalePolicy> read_base_policy(ParamReader& reader, const PolicyContext& context) {
    const ConfigNode* policy = reader.node("base_policy");
    const bool counted = reader.has("base_workers");
    if (counted == (policy != nullptr)) {
        throw InputError(reader.where(),
                         counted ? "base_workers and base_policy both say the size of the base"
                                 : "the size of the base is missing",
                         "give base_workers (a constant number) or base_policy, such as a schedule");
    }
    if (policy != nullptr)
        return make_scale_policy(*policy, context);
    return make_fixed(read_workers(reader, "base_workers", context.own_pool()));
}

}  // namespace

BaseAndElastic read_base_and_elastic(ParamReader& reader, std::string_view elastic,
                                     const PolicyContext& context) {
    const PoolId base = find_pool(context, reader.text("base"), reader.where("base"));
    const PoolId other = find_pool(context, reader.text(elastic), reader.where(elastic));
    if (base == other) {
        throw InputError(reader.where(elastic),
                         fmt::format("it is the same pool as base, \"{}\"", reader.text("base")),
                         "a hybrid needs two pools");
    }
    const PolicyContext of_other = context.for_pool(other);
    std::vector<std::unique_ptr<ScalePolicy>> by_pool(context.pools.size());
    by_pool[base.value] = read_base_policy(reader, context.for_pool(base));
    by_pool[other.value] = make_scale_to_zero(
        {reader.duration("idle_timeout"), read_requests_per_worker(reader, of_other.own_pool()), {}, {}});
    return {base, other, make_pool_wise(std::move(by_pool))};
}

}  // namespace spillway
