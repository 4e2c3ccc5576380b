#include "app/scenario/read_rollout.hpp"

#include "app/scenario/scenario_params.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/registry.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

PoolId find_pool(const Assembly& assembly, const std::string& name, const std::string& where) {
    std::vector<std::string_view> names;
    for (std::uint32_t i = 0; i < assembly.pools.size(); ++i) {
        if (assembly.pools[i].name == name)
            return {i};
        names.push_back(assembly.pools[i].name);
    }
    throw unknown_name(where, "pool", name, names);
}

int read_workers(ParamReader& reader, std::string_view name) {
    constexpr std::int64_t kMost = 1'000'000;
    const std::int64_t workers = reader.integer(name);
    if (workers > kMost)
        throw InputError(reader.where(name), "is more than a million workers");
    return static_cast<int>(workers);
}

}  // namespace

RolloutSpec read_rollout(const ConfigNode& node, const Scenario& scenario, const PoolGround& ground,
                         const Assembly& assembly) {
    ParamReader reader(node, scenario_tables::kRollout);
    RolloutSpec rollout;
    rollout.at = SimTime{reader.duration("at")};
    rollout.pool = find_pool(assembly, reader.text("pool"), reader.where("pool"));
    const PoolSetup& setup = assembly.pools[rollout.pool.value];
    const PoolSpec& pool = assembly.fleet.pools[rollout.pool.value];
    if (setup.sort == PoolSort::kApi)
        throw InputError(reader.where("pool"), "an api has no workers to replace");
    rollout.surge = read_workers(reader, "surge");
    rollout.max_unavailable = read_workers(reader, "max_unavailable");
    if (rollout.surge == 0 && rollout.max_unavailable == 0)
        throw InputError(node.where(), "\"surge\" and \"max_unavailable\" are both 0",
                         "no worker could ever be replaced");
    if (const ConfigNode* startup = reader.node("startup")) {
        ModelContext context{scenario.draws.luck, pool.name};
        context.profiles = &ground.profiles;
        context.ground = ground.starts;
        context.errors = &ground.errors;
        context.gpu = setup.gpu;
        context.gpu_memory_bytes = setup.gpu_memory_bytes;
        context.gpus_per_worker = pool.gpus_per_worker;
        context.folder = scenario.folder;
        context.model_bytes = pool.service->model_bytes();
        rollout.startup = make_startup(*startup, context);
    }
    reader.finish();
    return rollout;
}

}  // namespace spillway
