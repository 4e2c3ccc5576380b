#include <array>

#include "policies/entries.hpp"

namespace spillway {
namespace {

constexpr std::array kSingleParams{optional_param("pool", ParamKind::kText, "which one; default: the first")};

class Single final : public PoolRoute {
public:
    explicit Single(PoolId pool) { route_.pool = pool; }
    Route route(const RequestView&, FleetView) override { return route_; }
    bool looks_at_request_only() const override { return true; }

private:
    Route route_{};
};

std::unique_ptr<PoolRoute> read_single(ParamReader& reader, const PolicyContext& context) {
    const auto name = reader.optional_text("pool");
    return std::make_unique<Single>(name ? find_pool(context, *name, reader.where("pool")) : PoolId{});
}

}  // namespace

PoolRouteEntry single_entry() { return {"single", "Everything to one pool.", kSingleParams, read_single}; }

}  // namespace spillway
