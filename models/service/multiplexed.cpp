#include "models/service/multiplexed.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "models/cold_start/phase_time.hpp"
#include "models/registry.hpp"
#include "models/service/multiplexed_worker.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kModelParams[] = {
    required_param("bytes", ParamKind::kBytes, "that the model takes of the worker's memory"),
    optional_param("classes", ParamKind::kList,
                   "names of the classes that it serves; without it, all that no other model does"),
    default_param("pinned", ParamKind::kFlag, "false", "there from the start, and never evicted"),
    required_param("service", ParamKind::kObject, "how it serves on a worker of its own"),
};

constexpr ParamSpec kMultiplexedParams[] = {
    {"models", ParamKind::kList, Presence::kRequired, {}, "the models that share a worker", {}, kModelParams},
    optional_param("memory", ParamKind::kBytes, "for models; default: that of the worker's GPUs"),
    required_param("load_bandwidth", ParamKind::kByteRate, "at which a model comes into memory"),
    default_param("load_latency", ParamKind::kDuration, "0s", "before its first byte"),
    choice_param("sharing", "time|none", "time",
                 "time: of n models that compute, each runs at 1/n; none: each as if it were alone"),
};

class MultiplexedFactory final : public ServiceFactory {
public:
    explicit MultiplexedFactory(MultiplexPlan plan) : plan_(std::move(plan)) {}

    std::unique_ptr<ServiceModel> make(TokenObserver* /*tokens*/) const override {
        return make_multiplexed_worker(plan_);
    }
    /// It depends on which models the requests ask for, in which order.
    double best_rate(const ObservedWork& /*work*/, int /*concurrency*/) const override { return 0; }
    std::optional<std::int64_t> model_bytes() const override {
        std::int64_t pinned = 0;
        for (const ModelMemory::Model& model : plan_.models) pinned += model.pinned ? model.bytes : 0;
        return pinned > 0 ? std::optional(pinned) : std::nullopt;
    }

private:
    MultiplexPlan plan_;
};

/// Classes by name and, after all models are read, those that the model without a list serves.
class ClassMap {
public:
    explicit ClassMap(const ModelContext& context)
        : context_(context), model_of_(context.class_names.size()) {}

    void add(const ConfigNode* names, std::size_t model, const std::string& where) {
        if (names == nullptr) {
            if (others_)
                throw InputError(where, "two models have no \"classes\"", "one may serve all others");
            others_ = model;
            return;
        }
        const std::vector<std::string_view> known(context_.class_names.begin(), context_.class_names.end());
        for (const ConfigNode& name : names->items()) {
            const auto found = std::find(known.begin(), known.end(), name.as_text());
            if (found == known.end())
                throw unknown_name(name.where(), "class", name.as_text(), known);
            std::optional<std::size_t>& place = model_of_[static_cast<std::size_t>(found - known.begin())];
            if (place)
                throw InputError(name.where(), fmt::format("class \"{}\" has a model already", *found));
            place = model;
        }
    }
    std::vector<std::size_t> complete(const std::string& where) const {
        std::vector<std::size_t> models;
        for (std::size_t i = 0; i < model_of_.size(); ++i) {
            if (!model_of_[i] && !others_)
                throw InputError(where, fmt::format("no model serves class \"{}\"", context_.class_names[i]),
                                 "give one model no \"classes\": it serves all others");
            models.push_back(model_of_[i] ? *model_of_[i] : *others_);
        }
        return models;
    }

private:
    const ModelContext& context_;
    std::vector<std::optional<std::size_t>> model_of_;  // by ClassId
    std::optional<std::size_t> others_;
};

std::unique_ptr<ServiceFactory> read_inner(const ConfigNode& node, const ModelContext& context) {
    auto service = make_service(node, context);
    const ConfigNode* model = node.find("model");
    if (service->shows_engines() || model->as_text() == "multiplexed")
        throw InputError(node.where(),
                         fmt::format("\"{}\" cannot share a worker with other models", model->as_text()),
                         "an engine that plans its own memory needs a pool of its own; fixed, token-rate and "
                         "micro-batch can");
    if (const ConfigNode* saves = node.find("checkpoint"))
        throw InputError(saves->where(), "a worker of several models saves no work", "leave it out");
    return service;
}

std::int64_t read_memory(ParamReader& reader, const ModelContext& context) {
    if (const auto bytes = reader.optional_bytes("memory"))
        return *bytes;
    if (context.gpu_memory_bytes)
        return *context.gpu_memory_bytes * context.gpus_per_worker;
    throw InputError(reader.where("memory"), "is missing: the pool names no GPU of known memory",
                     R"(write "memory": "24GiB")");
}

Duration load_time(std::int64_t bytes, double bandwidth, const std::string& where) {
    const double seconds = static_cast<double>(bytes) / bandwidth;
    if (!(seconds <= kLongestTransferSeconds)) {
        throw InputError(where, "at \"load_bandwidth\" its load takes more than 30 days",
                         R"(write the rate with its unit, as in "3.2GB/s")");
    }
    return from_seconds(seconds);
}

void check_memory(const MultiplexPlan& plan, const ConfigNode& list) {
    std::int64_t pinned = 0;
    for (const ModelMemory::Model& model : plan.models) pinned += model.pinned ? model.bytes : 0;
    for (std::size_t i = 0; i < plan.models.size(); ++i) {
        const std::int64_t needed = pinned + (plan.models[i].pinned ? 0 : plan.models[i].bytes);
        if (needed > plan.memory)
            throw InputError(list.items()[i].where(),
                             fmt::format("{} bytes do not fit beside the pinned models into {} bytes",
                                         plan.models[i].bytes, plan.memory),
                             "it could never be served");
    }
}

}  // namespace

std::span<const ParamSpec> multiplexed_service_params() { return kMultiplexedParams; }

std::unique_ptr<ServiceFactory> make_multiplexed_service(ParamReader& reader, const ModelContext& context) {
    MultiplexPlan plan;
    plan.memory = read_memory(reader, context);
    plan.shares_time = reader.choice("sharing") == 0;
    const double bandwidth = reader.byte_rate("load_bandwidth");
    check_byte_rate(bandwidth, reader.where("load_bandwidth"));
    const Duration latency = reader.duration("load_latency");
    const ConfigNode& list = *reader.node("models");
    if (list.items().empty())
        throw InputError(list.where(), "is empty", "a worker needs a model to serve");
    ClassMap classes(context);
    for (const ConfigNode& node : list.items()) {
        ParamReader model(node, kModelParams);
        const std::int64_t bytes = model.bytes("bytes");
        plan.load_times.push_back(latency + load_time(bytes, bandwidth, node.where()));
        classes.add(model.node("classes"), plan.models.size(), node.where());
        plan.models.push_back({bytes, model.flag("pinned")});
        plan.services.push_back(read_inner(*model.node("service"), context));
        model.finish();
    }
    plan.model_of = classes.complete(list.where());
    check_memory(plan, list);
    return std::make_unique<MultiplexedFactory>(std::move(plan));
}

}  // namespace spillway
