#include "app/scenario/assemble.hpp"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/io/text_file.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/read_flows.hpp"
#include "app/scenario/read_pool.hpp"
#include "app/scenario/read_rollout.hpp"
#include "app/scenario/scenario_prices.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "models/learned/learned_file.hpp"
#include "policies/registry.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/core/error.hpp"
#include "traces/combine/traffic.hpp"

namespace spillway {
namespace {

/// The member of the pool that a place in what its platform sets stands for: "platform catalog:
/// platforms.modal.pool.startup" is "day.json: pools[0].startup".
std::string place_in_pool(const ConfigNode& pool, const std::string& platform, const std::string& where) {
    for (const std::string& inside : {fmt::format("platform catalog: platforms.{}.pool", platform),
                                      fmt::format("platform {}: ", platform)}) {
        if (!where.starts_with(inside))
            continue;
        const std::size_t member = where.find_first_not_of('.', inside.size());
        return member == std::string::npos ? pool.where() : member_place(pool.where(), where.substr(member));
    }
    const std::string file = pool.where().substr(0, pool.where().find(": "));
    return where.starts_with(file) ? where : fmt::format("{}: {}", pool.where(), where);
}

/// What a platform sets stands in no file of the user's: an error names the user's pool, and where it is
/// shown.
template <class Work>
auto blaming_platform(const ConfigNode& node, Work work) {
    const ConfigNode* platform = node.find("platform");
    try {
        return work();
    } catch (const InputError& error) {
        if (platform == nullptr)
            throw;
        throw InputError(
            place_in_pool(node, platform->as_text(), error.where()), error.problem(),
            fmt::format("{}{}the platform sets what the pool does not: `spillway list platforms {}`",
                        error.hint(), error.hint().empty() ? "" : "; ", platform->as_text()));
    }
}

class Assembler {
public:
    explicit Assembler(const Scenario& scenario)
        : scenario_(scenario),
          class_names_(scenario.class_names()),
          book_(scenario_prices(scenario)),
          profiles_(scenario.host_profiles),
          errors_(scenario.draws.model),
          starts_(std::make_shared<StartGround>(
              GroundSpec{scenario.draws.luck, scenario.links, scenario.gear, scenario.host_groups})) {
        read_profiles();
    }

    std::unique_ptr<Assembly> run() {
        auto assembly = std::make_unique<Assembly>();
        FleetSpec& fleet = assembly->fleet;
        fleet.seed = scenario_.draws.luck;
        fleet.begin = SimTime{} - scenario_.warm_up;
        if (scenario_.horizon)
            fleet.horizon = SimTime{} + *scenario_.horizon;
        fleet.wall_clock = scenario_.wall_clock;
        for (const ScenarioClass& one : scenario_.classes) {
            fleet.classes.push_back(one.spec);
            if (one.learned_patience)
                fleet.classes.back().patience = learned_patience(*one.learned_patience);
        }
        fleet.supplies = scenario_.supplies;
        fleet.zones = scenario_.zones;
        fleet.hosts = scenario_.hosts;
        for (const ConfigNode& node : scenario_.pools) add_pool(node, *assembly);
        for (const ConfigNode& node : scenario_.rollouts)
            fleet.rollouts.push_back(
                read_rollout(node, scenario_, {book_, profiles_, starts_, errors_}, *assembly));
        check_profiles_used();
        assembly->model_errors = errors_.stated();
        if (scenario_.flows)
            assembly->stages = read_flows(*scenario_.flows, fleet);
        add_policies(*assembly);
        assembly->source = traffic(*assembly);
        assembly->prices = book_;
        return assembly;
    }

private:
    /// A file that the scenario's `member` names. InputError there when there is none.
    static std::filesystem::path named_file(const Scenario& scenario, const std::string& name,
                                            std::string_view member) {
        require_file(scenario.folder / name, name, member_place(scenario.where, member));
        return scenario.folder / name;
    }

    void read_profiles() {
        for (const ProfileFile& one : scenario_.gpu_profiles) {
            const std::string shown = one.file.string();
            if (one.demand == ProfileFile::Demand::kMayBeUnused)
                named_file(scenario_, shown, "gpu_profiles");
            GpuProfile profile = read_profile(read_text_file(scenario_.folder / one.file, shown), shown);
            if (one.demand == ProfileFile::Demand::kMustBeUsed)
                demanded_.emplace_back(profile.name, shown);
            profiles_.add(std::move(profile), shown);
        }
    }

    /// What was asked for and changes nothing is a slip.
    void check_profiles_used() const {
        for (const auto& [name, file] : demanded_) {
            if (!profiles_.used(name))
                throw InputError(file,
                                 fmt::format("is a profile of \"{}\", and nothing is served from it", name),
                                 "a pool of that \"gpu\" with the service \"llm\" is; "
                                 "`spillway calibrate fit --gpu NAME` gives a profile another name");
        }
    }

    Distribution learned_patience(const ConfigNode& name) const {
        const LearnedFile file = read_learned_file(scenario_.folder, name.as_text(), name.where());
        if (file.patience)
            return parse_distribution(*file.patience, LawUnit::kSeconds);
        throw InputError(
            name.where(),
            file.name + " has no patience" + (file.no_patience.empty() ? "" : ": " + file.no_patience),
            R"(write a law, such as "patience": {"exponential": {"mean": "30s"}})");
    }

    void add_pool(const ConfigNode& node, Assembly& assembly) {
        const ConfigNode& whole = expanded_.emplace_back(expand_platform(node, book_));
        refuse_unknown_start(node, whole);
        ReadPool pool = blaming_platform(node, [&] {
            return read_pool(whole, scenario_, {book_, profiles_, starts_, errors_});
        });
        for (const PoolFacts& known : facts_) {
            if (known.name == pool.spec.name)
                throw InputError(node.where() + ".name", "two pools have this name");
        }
        facts_.push_back({pool.spec.name, pool.spec.concurrency, pool.spec.min_workers, pool.spec.max_workers,
                          pool.setup.mean_start_seconds});
        scale_nodes_.push_back(pool.policy);
        route_nodes_.push_back(pool.route);
        assembly.fleet.pools.push_back(std::move(pool.spec));
        assembly.pools.push_back(std::move(pool.setup));
    }

    void add_policies(Assembly& assembly) {
        PolicyContext context{facts_, class_names_, {}};
        if (scenario_.plugin) {
            assembly.plugin = std::make_unique<PolicyLibrary>(*scenario_.plugin);
            context.plugin = &assembly.plugin->manifest();
        }
        FleetSetup together;
        if (scenario_.policy)
            together = make_fleet_policy(*scenario_.policy, context);
        for (std::uint32_t i = 0; i < assembly.pools.size(); ++i) {
            add_pool_policy(assembly, PoolId{i}, context.for_pool({i}), shared_policy(together, {i}));
        }
        assembly.fleet.policy = std::move(together.policy);
        if (together.route && scenario_.route) {
            throw InputError(scenario_.route->where(), "the policy over several pools routes already",
                             "leave one out");
        }
        assembly.fleet.route =
            scenario_.route ? make_pool_route(*scenario_.route, context) : std::move(together.route);
        if (!assembly.fleet.route && assembly.pools.size() > 1 && needs_route(assembly.fleet)) {
            throw InputError(member_place(scenario_.where, "route"), "is missing: there are several pools",
                             "`spillway list routes` shows how requests can be shared among them");
        }
    }

    /// What reports call the policy over several pools where it scales this one: the policy that it gave the
    /// pool, or else its own name. Empty where it leaves the pool alone.
    std::optional<std::string> shared_policy(const FleetSetup& together, PoolId pool) const {
        if (std::find(together.scales.begin(), together.scales.end(), pool) == together.scales.end())
            return std::nullopt;
        if (!together.own_policies.empty())
            return together.own_policies[pool.value];
        return policy_name(*scenario_.policy);
    }

    void add_pool_policy(Assembly& assembly, PoolId pool, const PolicyContext& context,
                         const std::optional<std::string>& shared) const {
        PoolSetup& setup = assembly.pools[pool.value];
        PoolSpec& spec = assembly.fleet.pools[pool.value];
        const ConfigNode* node = scale_nodes_[pool.value];
        if (setup.sort == PoolSort::kApi) {
            if (node != nullptr)
                throw InputError(node->where(), "an api scales by itself", "leave it out");
            setup.policy = "api";
            const ConfigNode one =
                read_config_text(R"({"name": "fixed", "workers": 1})", "pool " + setup.name);
            spec.scale = make_scale_policy(one, context);
        } else if (shared) {
            if (scenario_.pools[pool.value].find("policy") != nullptr) {
                throw InputError(node->where(),
                                 "the policy \"" + policy_name(*scenario_.policy) + "\" scales this pool");
            }
            setup.policy = *shared;
        } else if (node != nullptr) {
            setup.policy = policy_name(*node);
            spec.scale = blaming_platform(scenario_.pools[pool.value],
                                          [&] { return make_scale_policy(*node, context); });
        } else {
            throw InputError(scenario_.pools[pool.value].where(), "\"policy\" is missing",
                             "`spillway list policies` shows what there is");
        }
        if (const ConfigNode* route = route_nodes_[pool.value])
            spec.route = make_worker_route(*route, context);
        if (spec.route && spec.route->asks_engines() && !spec.service->shows_engines()) {
            throw InputError(route_nodes_[pool.value]->where(),
                             "asks engines for their tokens, and the pool's service has none",
                             "it goes with the service \"llm\"; \"least-loaded\" asks for requests alone");
        }
    }

    std::unique_ptr<RequestSource> traffic(Assembly& assembly) const {
        const SourceContext context{scenario_.draws.traffic,
                                    {},
                                    SimTime{},
                                    assembly.fleet.horizon,
                                    scenario_.wall_clock,
                                    scenario_.folder,
                                    assembly.entities,
                                    assembly.reads,
                                    Emptiness::kRefused,
                                    scenario_.draws.resample};
        return make_traffic(scenario_.traffic, class_names_, context, scenario_.warm_up);
    }

    const Scenario& scenario_;
    std::vector<std::string> class_names_;
    PriceBook book_;
    GpuProfiles profiles_;
    ModelErrors errors_;
    std::shared_ptr<StartGround> starts_;
    std::vector<std::pair<std::string, std::string>> demanded_;  // names of profiles and their files
    std::vector<PoolFacts> facts_;
    std::deque<ConfigNode> expanded_;  // pools with what their platforms set
    std::vector<const ConfigNode*> scale_nodes_;
    std::vector<const ConfigNode*> route_nodes_;
};

}  // namespace

std::unique_ptr<Assembly> assemble(const Scenario& scenario) { return Assembler(scenario).run(); }

std::unique_ptr<RequestSource> assemble_traffic(const Scenario& scenario, EntityCounter& entities,
                                                ReadLog& reads) {
    std::optional<SimTime> end;
    if (scenario.horizon)
        end = SimTime{} + *scenario.horizon;
    const SourceContext context{scenario.draws.traffic,
                                {},
                                SimTime{},
                                end,
                                scenario.wall_clock,
                                scenario.folder,
                                entities,
                                reads,
                                Emptiness::kRefused,
                                scenario.draws.resample};
    return make_traffic(scenario.traffic, scenario.class_names(), context, Duration::zero());
}

}  // namespace spillway
