#include "policies/entries.hpp"

namespace spillway {
namespace {

class RoundRobin final : public WorkerRoute {
public:
    WorkerId pick(const RequestView&, WorkerChoices& choices, RandomStream&) override {
        return choices.next_in_turn();
    }
};

std::unique_ptr<WorkerRoute> read_round_robin(ParamReader&, const PolicyContext&) {
    return std::make_unique<RoundRobin>();
}

}  // namespace

WorkerRouteEntry round_robin_entry() {
    return {"round-robin", "Each in turn; keeps every worker from its idle time-out.", {}, read_round_robin};
}

}  // namespace spillway
