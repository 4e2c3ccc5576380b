#include "policies/route/by_class.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "policies/entries.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kByClassParams{
    required_param("classes", ParamKind::kObject, "the pool of each class: {\"batch\": \"on-demand\"}"),
    optional_param("otherwise", ParamKind::kText, "the pool of the classes that are not named"),
};

class ByClass final : public PoolRoute {
public:
    explicit ByClass(std::vector<PoolId> by_class) : by_class_(std::move(by_class)) {}

    Route route(const RequestView& request, FleetView) override {
        Route route;
        route.pool = by_class_[request.class_id.value];
        return route;
    }
    bool looks_at_request_only() const override { return true; }

private:
    std::vector<PoolId> by_class_;
};

std::unique_ptr<PoolRoute> read_by_class(ParamReader& reader, const PolicyContext& context) {
    std::vector<std::optional<PoolId>> named(context.classes.size());
    const ConfigNode& classes = *reader.node("classes");
    for (const auto& [name, pool] : classes.members()) {
        named[find_class(context, name, classes.where()).value] =
            find_pool(context, pool.as_text(), pool.where());
    }
    std::optional<PoolId> otherwise;
    if (const auto name = reader.optional_text("otherwise")) {
        otherwise = find_pool(context, *name, reader.where("otherwise"));
    }
    std::vector<PoolId> by_class;
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (!named[i] && !otherwise) {
            throw InputError(classes.where(), fmt::format("class \"{}\" has no pool", context.classes[i]),
                             "name it, or say otherwise");
        }
        by_class.push_back(named[i] ? *named[i] : *otherwise);
    }
    return make_class_route(std::move(by_class));
}

}  // namespace

std::unique_ptr<PoolRoute> make_class_route(std::vector<PoolId> by_class) {
    return std::make_unique<ByClass>(std::move(by_class));
}

PoolRouteEntry by_class_entry() {
    return {"by-class", "Each class to its pool.", kByClassParams, read_by_class};
}

}  // namespace spillway
