// The module that ranks.hpp loads: everything that knows MPI.
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>

#include "app/ranks/ranks.hpp"

namespace spillway {
namespace {

namespace mpi = boost::mpi;

constexpr int kTag = 1;

class MpiRanks final : public Ranks {
public:
    // Only the thread that joined calls MPI; the others compute.
    MpiRanks() : environment_(mpi::threading::funneled) {
        MPI_Comm machine = MPI_COMM_NULL;
        MPI_Comm_split_type(world_, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
        MPI_Comm_size(machine, &local_);
        MPI_Comm_free(&machine);
    }

    RankPlace place() const override { return {world_.rank(), world_.size(), local_}; }
    void send(int to, const std::string& text) override { world_.send(to, kTag, text); }
    std::optional<RankMessage> poll() override {
        const auto waiting = world_.iprobe(mpi::any_source, kTag);
        if (!waiting)
            return std::nullopt;
        RankMessage message{waiting->source(), {}};
        world_.recv(message.from, kTag, message.text);
        return message;
    }

private:
    mpi::environment environment_;
    mpi::communicator world_;
    int local_ = 1;
};

}  // namespace
}  // namespace spillway

extern "C" spillway::Ranks* spillway_join_mpi() { return new spillway::MpiRanks; }
