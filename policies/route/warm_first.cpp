#include "policies/entries.hpp"

namespace spillway {
namespace {

class WarmFirst final : public WorkerRoute {
public:
    WorkerId pick(const RequestView&, WorkerChoices& choices, RandomStream&) override {
        return choices.warmest();
    }
};

std::unique_ptr<WorkerRoute> read_warm_first(ParamReader&, const PolicyContext&) {
    return std::make_unique<WarmFirst>();
}

}  // namespace

WorkerRouteEntry warm_first_entry() {
    return {"warm-first",
            "The fullest busy worker with a free slot, then the idle one used last.",
            {},
            read_warm_first};
}

}  // namespace spillway
