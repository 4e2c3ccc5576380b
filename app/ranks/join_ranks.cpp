// Boost.DLL then needs no Boost.Filesystem.
#define BOOST_DLL_USE_STD_FS

#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>

#include "app/ranks/ranks.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Set by Open MPI, MPICH and Intel MPI, and by PMI launchers such as Slurm's, for the processes they start.
constexpr std::array kLauncherVariables{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK", "MPI_LOCALNRANKS"};

constexpr const char* kModule = "libspillway_mpi.so";

/// Beside the program in a build, under lib/spillway in an installation.
fs::path find_module() {
    const fs::path program = boost::dll::program_location().parent_path();
    for (const fs::path& folder : {program, program / "../lib/spillway"}) {
        if (fs::exists(folder / kModule))
            return folder / kModule;
    }
    throw InputError("spillway", std::string("was started by MPI, and finds no ") + kModule,
                     "it was built without MPI; --shard i/n and `spillway merge` need none");
}

/// Keeps the module as long as what it made.
class LoadedRanks final : public Ranks {
public:
    explicit LoadedRanks(const fs::path& file)
        : module_(file, boost::dll::load_mode::rtld_global),
          ranks_(module_.get<Ranks*()>("spillway_join_mpi")()) {}
    RankPlace place() const override { return ranks_->place(); }
    void send(int to, const std::string& text) override { ranks_->send(to, text); }
    std::optional<RankMessage> poll() override { return ranks_->poll(); }

private:
    boost::dll::shared_library module_;
    std::unique_ptr<Ranks> ranks_;
};

}  // namespace

bool launched_by_mpi() {
    for (const char* name : kLauncherVariables) {
        if (std::getenv(name) != nullptr)
            return true;
    }
    return false;
}

std::unique_ptr<Ranks> join_ranks() {
    const fs::path file = find_module();
    try {
        return std::make_unique<LoadedRanks>(file);
    } catch (const std::system_error& error) {
        throw InputError(file.filename().string(), std::string("cannot be loaded: ") + error.what(),
                         "is the MPI that it was built with installed?");
    }
}

}  // namespace spillway
