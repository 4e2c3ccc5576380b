#include "app/scenario/read_pool.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/scenario/read_admission.hpp"
#include "app/scenario/read_zones.hpp"
#include "app/scenario/scenario_params.hpp"
#include "models/catalog/gpus.hpp"
#include "models/cold_start/parse_startup.hpp"
#include "models/path/pool_path.hpp"
#include "models/registry.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace tables = scenario_tables;

/// An API answers as many requests at once as its rate limits let in.
constexpr int kNoConcurrencyLimit = 1 << 30;
constexpr std::int64_t kMostRequeues = 1'000'000;

int as_int(std::int64_t value, const std::string& where) {
    if (value > std::numeric_limits<int>::max() / 2)
        throw InputError(where, fmt::format("{} is too large", value));
    return static_cast<int>(value);
}

void read_limits(const ConfigNode& workers, PoolSpec& spec) {
    ParamReader limits(workers, tables::kWorkers);
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

void read_gpus(ParamReader& reader, PoolSpec& spec) {
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

void read_size(ParamReader& reader, PoolSpec& spec, PoolSetup& setup) {
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
    if (workers != nullptr)
        read_limits(*workers, spec);
    read_gpus(reader, spec);
}

std::size_t find_supply(const Scenario& scenario, const std::string& name, const std::string& where) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < scenario.supplies.size(); ++i) {
        if (scenario.supplies[i].name == name)
            return i;
        names.push_back(scenario.supplies[i].name);
    }
    throw unknown_name(where, "supply", name, names);
}

void read_start_backoff(const ConfigNode& node, PoolSpec& spec) {
    ParamReader reader(node, tables::kStartBackoff);
    spec.start_backoff.factor = reader.number("factor");
    if (!(spec.start_backoff.factor >= 1))
        throw InputError(reader.where("factor"), "must be 1 or more");
    spec.start_backoff.max = reader.duration("max");
    if (*spec.start_backoff.max < spec.start_retry)
        throw InputError(reader.where("max"), "is below start_retry", "leave the growth out, or raise it");
    spec.start_backoff.jitter = reader.ratio("jitter");
    reader.finish();
}

void read_life(ParamReader& reader, const Scenario& scenario, PoolSpec& spec) {
    spec.binding = static_cast<Binding>(reader.choice("binding"));
    spec.starts_empty = reader.choice("initial") == 1;
    spec.cancel_starting = reader.flag("cancel_starting");
    spec.stop_time = reader.duration("stop_time");
    spec.start_retry = reader.duration("start_retry");
    if (spec.start_retry == Duration::zero())
        throw InputError(reader.where("start_retry"), "must be above 0");
    if (const ConfigNode* backoff = reader.node("start_backoff"))
        read_start_backoff(*backoff, spec);
    spec.init_timeout = reader.optional_duration("init_timeout");
    spec.init_timeout_after_pull = reader.choice("init_timeout_from") == 1;
    spec.execution_timeout = reader.optional_duration("execution_timeout");
    for (const char* name : {"init_timeout", "execution_timeout"}) {
        if (reader.has(name) && reader.optional_duration(name) == Duration::zero())
            throw InputError(reader.where(name), "must be above 0");
    }
    spec.crash_rate = read_fault_rate(reader, "crash_rate");
    spec.on_worker_lost = static_cast<OnWorkerLost>(reader.choice("on_worker_lost"));
    spec.max_requeues =
        static_cast<std::uint32_t>(std::min<std::int64_t>(reader.integer("max_requeues"), kMostRequeues));
    if (const auto name = reader.optional_text("supply"))
        spec.supply = find_supply(scenario, *name, reader.where("supply"));
}

/// Before a preset asks for the size of its model: "byts" is a slip, and no size that is missing.
void check_stored_keys(const ConfigNode& startup) {
    if (startup.kind() != ConfigNode::Kind::kObject)
        return;
    for (const ParamSpec& param : startup_params()) {
        if (param.name != "image" && param.name != "weights")
            continue;
        if (const ConfigNode* given = startup.find(param.name))
            static_cast<void>(ParamReader(*given, param.fields));
    }
}

void read_models(ParamReader& reader, const Scenario& scenario, const PoolGround& ground, ReadPool& pool) {
    PoolSpec& spec = pool.spec;
    PoolSetup& setup = pool.setup;
    ModelContext context{scenario.draws.luck, spec.name};
    context.profiles = &ground.profiles;
    context.ground = ground.starts;
    context.errors = &ground.errors;
    context.gpu = setup.gpu;
    context.gpus_per_worker = spec.gpus_per_worker;
    context.gpu_memory_bytes = setup.gpu_memory_bytes;
    context.folder = scenario.folder;
    for (const ScenarioClass& one : scenario.classes) {
        context.class_names.push_back(one.spec.name);
        context.class_priorities.push_back(one.spec.priority);
        context.class_streams.push_back(one.delivery == Delivery::kStreamed);
    }
    spec.service = make_service(*reader.node("service"), context);
    setup.service = spec.service.get();
    if (const ConfigNode* llm = reader.node("service")->find("llm"))
        setup.serves = llm->as_text();
    if (!reader.has("concurrency"))
        spec.concurrency = spec.service->own_concurrency().value_or(spec.concurrency);
    context.model_bytes = spec.service->model_bytes();
    const ConfigNode* startup = reader.node("startup");
    if (startup != nullptr && setup.sort == PoolSort::kApi) {
        throw InputError(startup->where(), "an api is always there", "leave it out");
    }
    if (startup != nullptr)
        check_stored_keys(*startup);
    const ConfigNode at_once = read_config_text(R"([{"phase": "container", "time": "0s"}])", reader.where());
    spec.startup = make_startup(startup != nullptr ? *startup : at_once, context);
    setup.mean_start_seconds = spec.startup->mean_seconds();
    const ConfigNode* path = reader.node("path");
    const ConfigNode* post = reader.node("post");
    if (path != nullptr || post != nullptr) {
        spec.path = make_path(path, post, context);
        context.error_of("path of " + spec.name, std::nullopt);
    }
}

/// Nobody bills one GPU by another's price. A GPU that the catalogue does not know may have any name.
void refuse_other_gpu(const ConfigNode& price, const PriceBook::Entry& entry, const std::string& gpu) {
    const GpuFacts* sold = gpu_of_price_list(entry.gpu);
    const GpuFacts* used = gpu_of_price_list(gpu);
    if (sold == nullptr || used == nullptr || sold->name == used->name)
        return;
    throw InputError(price.where(),
                     fmt::format("\"{}\" is a price of \"{}\", and the pool's \"gpu\" is \"{}\"", entry.name,
                                 sold->name, gpu),
                     fmt::format("`spillway list prices --gpu {}` shows who sells it; a price that is only "
                                 "assumed is written out, as in \"$2.49/h\"",
                                 gpu));
}

void read_price(ParamReader& reader, const Scenario& scenario, const PriceBook& book, ReadPool& pool) {
    const ConfigNode* price = reader.node("price");
    if (price == nullptr)
        return;
    const ConfigNode* name = price->kind() == ConfigNode::Kind::kObject ? price->find("catalog") : nullptr;
    if (name != nullptr && pool.setup.gpu)
        refuse_other_gpu(*price, book.entry(name->as_text(), name->where()), *pool.setup.gpu);
    Purchase& purchase = pool.setup.purchase.emplace();
    purchase = {read_contract(*price, book), pool.spec.gpus_per_worker, pool.spec.gpus_per_instance};
    purchase.contract.month = scenario.month;
    check_purchase(purchase, price->where());
}

/// Of a GPU of a profile of the run's own, or of one of the catalogue. Throws InputError for another.
std::optional<std::int64_t> memory_of(const std::string& gpu, const GpuProfiles& profiles,
                                      const std::string& where) {
    if (const GpuProfile* own = profiles.own(gpu))
        return static_cast<std::int64_t>(own->sheet.memory_bytes);
    return find_gpu(gpu, where).memory_bytes;
}

}  // namespace

ReadPool read_pool(const ConfigNode& node, const Scenario& scenario, const PoolGround& ground) {
    ParamReader reader(node, tables::kPool);
    ReadPool pool;
    PoolSpec& spec = pool.spec;
    PoolSetup& setup = pool.setup;
    setup.name = spec.name = reader.text("name");
    setup.sort = reader.choice("kind") == 0 ? PoolSort::kWorkers : PoolSort::kApi;
    setup.gpu = reader.optional_text("gpu");
    if (setup.gpu)
        setup.gpu_memory_bytes = memory_of(*setup.gpu, ground.profiles, reader.where("gpu"));
    static_cast<void>(reader.node("tags"));  // read when the pools were selected
    for (const std::string_view member : {"platform", "offer", "region"})
        SPILLWAY_CHECK(!reader.has(member), "a pool's platform was not expanded");
    read_size(reader, spec, setup);
    read_life(reader, scenario, spec);
    if (const ConfigNode* limit = reader.node("rate_limit"))
        read_rate_limit(*limit, spec);
    read_models(reader, scenario, ground, pool);
    if (const ConfigNode* queue = reader.node("queue"))
        read_queue(*queue, setup.mean_start_seconds, spec);
    read_price(reader, scenario, ground.book, pool);
    setup.concurrency = spec.concurrency;
    setup.min_workers = spec.min_workers;
    setup.max_workers = spec.max_workers;
    setup.gpus_per_worker = spec.gpus_per_worker;
    pool.policy = reader.node("policy");
    pool.route = reader.node("route");
    reader.finish();
    return pool;
}

}  // namespace spillway
