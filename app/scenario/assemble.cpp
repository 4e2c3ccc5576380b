#include "app/scenario/assemble.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/scenario/scenario_params.hpp"
#include "models/catalog/gpus.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/path/pool_path.hpp"
#include "models/registry.hpp"
#include "policies/registry.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "traces/combine/traffic.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

/// An API answers as many requests at once as its rate limits let in.
constexpr int kNoConcurrencyLimit = 1 << 30;

int as_int(std::int64_t value, const std::string& where) {
    if (value > std::numeric_limits<int>::max() / 2)
        throw InputError(where, fmt::format("{} is too large", value));
    return static_cast<int>(value);
}

class Assembler {
public:
    explicit Assembler(const Scenario& scenario)
        : scenario_(scenario), class_names_(scenario.class_names()), book_(price_book(scenario)) {}

    std::unique_ptr<Assembly> run() {
        auto assembly = std::make_unique<Assembly>();
        FleetSpec& fleet = assembly->fleet;
        fleet.seed = scenario_.seed;
        fleet.begin = SimTime{} - scenario_.warm_up;
        if (scenario_.horizon)
            fleet.horizon = SimTime{} + *scenario_.horizon;
        fleet.wall_clock = scenario_.wall_clock;
        for (const ScenarioClass& one : scenario_.classes) fleet.classes.push_back(one.spec);
        fleet.supplies = scenario_.supplies;
        for (const ConfigNode& node : scenario_.pools) read_pool(node, *assembly);
        add_policies(*assembly);
        assembly->source = traffic(*assembly);
        return assembly;
    }

private:
    static PriceBook price_book(const Scenario& scenario) {
        PriceBook book = PriceBook::built_in();
        if (scenario.prices)
            book.merge(read_config_file(scenario.folder / *scenario.prices));
        return book;
    }

    void read_pool(const ConfigNode& node, Assembly& assembly) {
        ParamReader reader(node, tables::kPool);
        PoolSpec& spec = assembly.fleet.pools.emplace_back();
        PoolSetup& setup = assembly.pools.emplace_back();
        setup.name = spec.name = reader.text("name");
        for (const PoolFacts& known : facts_) {
            if (known.name == spec.name)
                throw InputError(reader.where("name"), "two pools have this name");
        }
        setup.sort = reader.choice("kind") == 0 ? PoolSort::kWorkers : PoolSort::kApi;
        if ((setup.gpu = reader.optional_text("gpu")))
            find_gpu(*setup.gpu, reader.where("gpu"));
        static_cast<void>(reader.node("tags"));  // read when the pools were selected
        read_size(reader, spec, setup);
        read_waiting(reader, spec);
        read_models(reader, spec, setup);
        read_price(reader, spec, setup);
        setup.concurrency = spec.concurrency;
        setup.min_workers = spec.min_workers;
        setup.max_workers = spec.max_workers;
        facts_.push_back({spec.name, spec.concurrency, spec.min_workers, spec.max_workers});
        scale_nodes_.push_back(reader.node("policy"));
        route_nodes_.push_back(reader.node("route"));
        reader.finish();
    }

    void read_size(ParamReader& reader, PoolSpec& spec, PoolSetup& setup) const {
        const bool api = setup.sort == PoolSort::kApi;
        spec.concurrency = as_int(reader.integer("concurrency"), reader.where("concurrency"));
        if (spec.concurrency < 1)
            throw InputError(reader.where("concurrency"), "must be 1 or more");
        if (api && !reader.has("concurrency"))
            spec.concurrency = kNoConcurrencyLimit;
        const ConfigNode* workers = reader.node("workers");
        if (api == (workers != nullptr)) {
            throw InputError(
                reader.where(),
                api ? "\"workers\" are limits of GPUs of your own, not of an api" : "\"workers\" is missing",
                api ? "leave it out" : "for example {\"min\": 0, \"max\": 10}");
        }
        if (workers != nullptr) {
            ParamReader limits(*workers, tables::kWorkers);
            spec.min_workers = as_int(limits.integer("min"), limits.where("min"));
            spec.max_workers = as_int(limits.integer("max"), limits.where("max"));
            spec.excess = as_int(limits.integer("excess"), limits.where("excess"));
            if (spec.min_workers > spec.max_workers) {
                throw InputError(limits.where(),
                                 fmt::format("min {} is above max {}", spec.min_workers, spec.max_workers));
            }
            if (spec.max_workers < 1)
                throw InputError(limits.where("max"), "must be 1 or more");
            limits.finish();
        }
        read_gpus(reader, spec);
        spec.binding = static_cast<Binding>(reader.choice("binding"));
        spec.starts_empty = reader.choice("initial") == 1;
        spec.cancel_starting = reader.flag("cancel_starting");
        spec.stop_time = reader.duration("stop_time");
        spec.start_retry = reader.duration("start_retry");
        if (spec.start_retry == Duration::zero())
            throw InputError(reader.where("start_retry"), "must be above 0");
        if (const auto name = reader.optional_text("supply"))
            spec.supply = find_supply(*name, reader.where("supply"));
    }

    static void read_gpus(ParamReader& reader, PoolSpec& spec) {
        const ConfigNode* node = reader.node("gpus");
        if (node == nullptr)
            return;
        ParamReader gpus(*node, tables::kGpus);
        spec.gpus_per_worker = as_int(gpus.integer("per_worker"), gpus.where("per_worker"));
        if (spec.gpus_per_worker < 1)
            throw InputError(gpus.where("per_worker"), "must be 1 or more");
        const auto whole = gpus.optional_integer("per_instance");
        spec.gpus_per_instance = whole ? as_int(*whole, gpus.where("per_instance")) : spec.gpus_per_worker;
        if (spec.gpus_per_instance < spec.gpus_per_worker) {
            throw InputError(gpus.where("per_instance"),
                             fmt::format("a worker of {} GPUs does not fit an instance of {}",
                                         spec.gpus_per_worker, spec.gpus_per_instance));
        }
        gpus.finish();
    }

    std::size_t find_supply(const std::string& name, const std::string& where) const {
        std::vector<std::string_view> names;
        for (std::size_t i = 0; i < scenario_.supplies.size(); ++i) {
            if (scenario_.supplies[i].name == name)
                return i;
            names.push_back(scenario_.supplies[i].name);
        }
        throw unknown_name(where, "supply", name, names);
    }

    static void read_waiting(ParamReader& reader, PoolSpec& spec) {
        if (const ConfigNode* node = reader.node("queue")) {
            ParamReader queue(*node, tables::kQueue);
            if (const auto length = queue.optional_integer("max_length")) {
                spec.queue.max_length = static_cast<std::size_t>(*length);
            }
            spec.queue.max_wait = queue.duration("max_wait");
            spec.queue.hold_without_worker = queue.choice("without_worker") == 0;
            queue.finish();
        }
        if (const ConfigNode* node = reader.node("rate_limit")) {
            ParamReader limit(*node, tables::kRateLimit);
            spec.rate_limit.requests_per_minute = limit.optional_number("requests_per_minute");
            spec.rate_limit.tokens_per_minute = limit.optional_number("tokens_per_minute");
            for (const auto& amount :
                 {spec.rate_limit.requests_per_minute, spec.rate_limit.tokens_per_minute}) {
                if (amount && !(*amount > 0))
                    throw InputError(node->where(), "an allowance must be above 0");
            }
            limit.finish();
        }
    }

    void read_models(ParamReader& reader, PoolSpec& spec, PoolSetup& setup) const {
        const ModelContext context{scenario_.seed, spec.name};
        spec.service = make_service(*reader.node("service"), context);
        setup.service = spec.service.get();
        const ConfigNode* startup = reader.node("startup");
        if (startup != nullptr && setup.sort == PoolSort::kApi) {
            throw InputError(startup->where(), "an api is always there", "leave it out");
        }
        const ConfigNode at_once =
            read_config_text(R"([{"phase": "container", "time": "0s"}])", reader.where());
        spec.startup = make_startup(startup != nullptr ? *startup : at_once, context);
        setup.mean_start_seconds = spec.startup->mean_seconds();
        const ConfigNode* path = reader.node("path");
        const ConfigNode* post = reader.node("post");
        if (path != nullptr || post != nullptr)
            spec.path = make_path(path, post, context);
    }

    void read_price(ParamReader& reader, const PoolSpec& spec, PoolSetup& setup) const {
        const ConfigNode* price = reader.node("price");
        if (price == nullptr)
            return;
        setup.purchase = Purchase{read_contract(*price, book_), spec.gpus_per_worker, spec.gpus_per_instance};
        setup.purchase->contract.month = scenario_.month;
        check_purchase(*setup.purchase, price->where());
    }

    void add_policies(Assembly& assembly) {
        const PolicyContext context{facts_, class_names_, {}};
        FleetSetup together;
        std::string together_name;
        if (scenario_.policy) {
            together = make_fleet_policy(*scenario_.policy, context);
            together_name = policy_name(*scenario_.policy);
        }
        for (std::uint32_t i = 0; i < assembly.pools.size(); ++i) {
            const bool scaled =
                std::find(together.scales.begin(), together.scales.end(), PoolId{i}) != together.scales.end();
            add_pool_policy(assembly, PoolId{i}, context.for_pool({i}), scaled, together_name);
        }
        assembly.fleet.policy = std::move(together.policy);
        if (together.route && scenario_.route) {
            throw InputError(scenario_.route->where(), "the policy over several pools routes already",
                             "leave one out");
        }
        assembly.fleet.route =
            scenario_.route ? make_pool_route(*scenario_.route, context) : std::move(together.route);
        if (!assembly.fleet.route && assembly.pools.size() > 1) {
            throw InputError("route", "is missing: there are several pools",
                             "`spillway list routes` shows how requests can be shared among them");
        }
    }

    static std::string policy_name(const ConfigNode& node) {
        if (node.kind() == ConfigNode::Kind::kText)
            return node.as_text();
        const ConfigNode* name = node.find("name");
        return name != nullptr ? name->as_text() : std::string{};
    }

    void add_pool_policy(Assembly& assembly, PoolId pool, const PolicyContext& context, bool scaled_together,
                         const std::string& together_name) const {
        PoolSetup& setup = assembly.pools[pool.value];
        PoolSpec& spec = assembly.fleet.pools[pool.value];
        const ConfigNode* node = scale_nodes_[pool.value];
        const std::string where = "pool " + setup.name;
        if (setup.sort == PoolSort::kApi) {
            if (node != nullptr)
                throw InputError(node->where(), "an api scales by itself", "leave it out");
            setup.policy = "api";
            spec.scale =
                make_scale_policy(read_config_text(R"({"name": "fixed", "workers": 1})", where), context);
        } else if (scaled_together) {
            if (node != nullptr)
                throw InputError(node->where(), "the policy \"" + together_name + "\" scales this pool");
            setup.policy = together_name;
        } else if (node != nullptr) {
            setup.policy = policy_name(*node);
            spec.scale = make_scale_policy(*node, context);
        } else {
            throw InputError(where, "\"policy\" is missing", "`spillway list policies` shows what there is");
        }
        if (const ConfigNode* route = route_nodes_[pool.value])
            spec.route = make_worker_route(*route, context);
    }

    std::unique_ptr<RequestSource> traffic(Assembly& assembly) const {
        const SourceContext context{scenario_.seed,
                                    {},
                                    SimTime{},
                                    assembly.fleet.horizon,
                                    scenario_.wall_clock,
                                    scenario_.folder,
                                    assembly.entities,
                                    assembly.reads};
        return make_traffic(scenario_.traffic, class_names_, context, scenario_.warm_up);
    }

    const Scenario& scenario_;
    std::vector<std::string> class_names_;
    PriceBook book_;
    std::vector<PoolFacts> facts_;
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
    const SourceContext context{scenario.seed,   {},       SimTime{}, end, scenario.wall_clock,
                                scenario.folder, entities, reads};
    return make_traffic(scenario.traffic, scenario.class_names(), context, Duration::zero());
}

}  // namespace spillway
