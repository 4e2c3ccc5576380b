#include <array>
#include <cmath>

#include "policies/entries.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kSessionAffinityParams{
    default_param("max_load", ParamKind::kNumber, "1.25",
                  "a worker with more requests than this times the mean of all is passed over"),
};

/// Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998) with
/// bounded loads (Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018):
/// each session ranks the workers by a hash of its own and goes to its first one that is there and not
/// overloaded. It keeps nothing: a worker that comes or goes moves the sessions that rank it first, and no
/// others.
class SessionAffinity final : public WorkerRoute {
public:
    explicit SessionAffinity(double max_load) : max_load_(max_load) {}

    WorkerId pick(const RequestView& request, WorkerChoices& choices, RandomStream&) override {
        if (request.session == 0)
            return choices.least_loaded();
        const int count = choices.count();
        int held = 1;  // the request itself
        for (int n = 0; n < count; ++n) held += choices.load(choices.nth(n));
        const double most = std::ceil(max_load_ * held / count);
        WorkerId best = choices.nth(0);
        bool found = false;
        std::uint64_t rank = 0;
        for (int n = 0; n < count; ++n) {
            const WorkerId worker = choices.nth(n);
            const std::uint64_t hash = mix(request.session, worker.value);
            if (choices.load(worker) + 1 > most || (found && hash <= rank))
                continue;
            best = worker;
            rank = hash;
            found = true;
        }
        return best;
    }

private:
    /// The finaliser of splitmix64 over both numbers.
    static std::uint64_t mix(std::uint64_t session, std::uint64_t worker) noexcept {
        std::uint64_t bits = session * 0x9e3779b97f4a7c15 + (worker + 1) * 0xd1342543de82ef95;
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
        return bits ^ (bits >> 31);
    }

    double max_load_;
};

std::unique_ptr<WorkerRoute> read_session_affinity(ParamReader& reader, const PolicyContext&) {
    const double max_load = reader.number("max_load");
    if (!(max_load >= 1))
        throw InputError(reader.where("max_load"), "is below 1: no worker could take its share",
                         "1 spreads as evenly as can be, more keeps sessions together");
    return std::make_unique<SessionAffinity>(max_load);
}

}  // namespace

WorkerRouteEntry session_affinity_entry() {
    return {"session-affinity", "Each session to its own worker, unless that one is gone or overloaded.",
            kSessionAffinityParams, read_session_affinity};
}

}  // namespace spillway
