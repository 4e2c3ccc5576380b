#include "models/path/request_path.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kRequestPathParams[] = {
    default_param("gateway_in", ParamKind::kDurationLaw, "0s", "from the client to the pool's queue"),
    default_param("take_up", ParamKind::kDurationLaw, "0s",
                  "from getting a slot to the worker's taking the request up: "
                  "a law from 0 to the poll period where workers poll"),
    default_param("gateway_out", ParamKind::kDurationLaw, "0s", "from the pool back to the client"),
};

PathLeg parse_leg(ParamReader& reader, std::string_view name, const ModelContext& context) {
    return {parse_distribution(*reader.node(name), LawUnit::kSeconds), context.stream(name)};
}

}  // namespace

std::span<const ParamSpec> request_path_params() { return kRequestPathParams; }

RequestPath parse_request_path(const ConfigNode* node, const ModelContext& context) {
    const ConfigNode nothing = ConfigNode::object("path", {});
    ParamReader reader(node == nullptr ? nothing : *node, kRequestPathParams);
    RequestPath path{parse_leg(reader, "gateway_in", context), parse_leg(reader, "take_up", context),
                     parse_leg(reader, "gateway_out", context)};
    reader.finish();
    return path;
}

}  // namespace spillway
