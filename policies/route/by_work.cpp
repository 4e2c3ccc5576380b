#include <fmt/format.h>

#include <array>
#include <optional>

#include "policies/entries.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kSteps{
    required_param("pool", ParamKind::kText, "the pool of the requests up to this step's limit"),
    optional_param("tokens", ParamKind::kCount, "its limit, with \"by\": \"tokens\""),
    optional_param("service", ParamKind::kDuration, "its limit, with \"by\": \"service\""),
};

constexpr std::array kByWorkParams{
    choice_param("by", "tokens|service", "tokens",
                 "tokens: prompt and max_tokens of the request; service: what its class expects"),
    optional_param("expected", ParamKind::kObject,
                   "the service that each class expects: {\"render\": \"40m\"}; with \"by\": \"service\""),
    ParamSpec{"steps",
              ParamKind::kList,
              Presence::kRequired,
              {},
              "pools with their limits, the smallest first",
              {},
              kSteps},
    required_param("otherwise", ParamKind::kText, "the pool of the requests beyond the last limit"),
};

struct Step {
    std::uint64_t limit;  // tokens, or nanoseconds
    PoolId pool;
};

class ByWork final : public PoolRoute {
public:
    /// `expected` by class, in nanoseconds; empty: by tokens.
    ByWork(std::vector<Step> steps, PoolId otherwise, std::vector<std::uint64_t> expected)
        : steps_(std::move(steps)), otherwise_(otherwise), expected_(std::move(expected)) {}

    Route route(const RequestView& request, FleetView) override {
        const std::uint64_t work = expected_.empty()
                                       ? std::uint64_t{request.input_tokens} + request.max_tokens
                                       : expected_[request.class_id.value];
        Route route;
        route.pool = otherwise_;
        for (const Step& step : steps_) {
            if (work > step.limit)
                continue;
            route.pool = step.pool;
            break;
        }
        return route;
    }
    bool looks_at_request_only() const override { return true; }

private:
    std::vector<Step> steps_;
    PoolId otherwise_;
    std::vector<std::uint64_t> expected_;
};

std::vector<std::uint64_t> read_expected(const ConfigNode& node, const PolicyContext& context) {
    std::vector<std::optional<std::uint64_t>> named(context.classes.size());
    for (const auto& [name, time] : node.members()) {
        const Duration service = time.as_duration();
        named[find_class(context, name, node.where()).value] = static_cast<std::uint64_t>(service.count());
    }
    std::vector<std::uint64_t> expected;
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (!named[i])
            throw InputError(node.where(), fmt::format("class \"{}\" is missing", context.classes[i]),
                             "every class needs the service that it expects");
        expected.push_back(*named[i]);
    }
    return expected;
}

std::uint64_t read_limit(ParamReader& reader, bool by_tokens) {
    const auto tokens = reader.optional_integer("tokens");
    const auto service = reader.optional_duration("service");
    if (by_tokens != tokens.has_value() || by_tokens == service.has_value())
        throw InputError(reader.where(), "the limit is not the one that \"by\" looks at",
                         by_tokens ? R"(write "tokens": 4000)" : R"(write "service": "5m")");
    return by_tokens ? static_cast<std::uint64_t>(*tokens) : static_cast<std::uint64_t>(service->count());
}

std::unique_ptr<PoolRoute> read_by_work(ParamReader& reader, const PolicyContext& context) {
    const bool by_tokens = reader.choice("by") == 0;
    const ConfigNode* expected = reader.node("expected");
    if (by_tokens == (expected != nullptr)) {
        throw InputError(reader.where("expected"),
                         by_tokens ? "tokens are the request's own: no class says them"
                                   : "is missing: a request does not say how long it will take",
                         R"(it goes with "by": "service")");
    }
    const ConfigNode& list = *reader.node("steps");
    if (list.items().empty())
        throw InputError(list.where(), "is empty", R"(for example [{"tokens": 4000, "pool": "serverless"}])");
    std::vector<Step> steps;
    for (const ConfigNode& node : list.items()) {
        ParamReader step(node, kSteps);
        const std::uint64_t limit = read_limit(step, by_tokens);
        if (!steps.empty() && limit <= steps.back().limit)
            throw InputError(node.where(), "its limit is not above that of the step before it");
        steps.push_back({limit, find_pool(context, step.text("pool"), step.where("pool"))});
        step.finish();
    }
    const PoolId otherwise = find_pool(context, reader.text("otherwise"), reader.where("otherwise"));
    return std::make_unique<ByWork>(
        std::move(steps), otherwise,
        by_tokens ? std::vector<std::uint64_t>{} : read_expected(*expected, context));
}

}  // namespace

PoolRouteEntry by_work_entry() {
    return {"by-work", "Short requests to one pool, long ones to another.", kByWorkParams, read_by_work};
}

}  // namespace spillway
