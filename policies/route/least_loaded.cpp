#include "policies/entries.hpp"

namespace spillway {
namespace {

class LeastLoaded final : public WorkerRoute {
public:
    WorkerId pick(const RequestView&, WorkerChoices& choices, RandomStream&) override {
        return choices.least_loaded();
    }
};

std::unique_ptr<WorkerRoute> read_least_loaded(ParamReader&, const PolicyContext&) {
    return std::make_unique<LeastLoaded>();
}

}  // namespace

WorkerRouteEntry least_loaded_entry() {
    return {"least-loaded", "The worker with the fewest requests.", {}, read_least_loaded};
}

}  // namespace spillway
