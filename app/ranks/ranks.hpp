#pragma once

#include <memory>
#include <optional>
#include <string>

namespace spillway {

/// Where this process stands among those that one launcher started.
struct RankPlace {
    int rank = 0;   ///< 0 leads
    int size = 1;   ///< processes
    int local = 1;  ///< of them, on this machine
};

struct RankMessage {
    int from = 0;
    std::string text;
};

/// The processes of one study, which tell each other text. Used from one thread. When one of them leaves by
/// an exception, all are ended.
class Ranks {
public:
    virtual ~Ranks() = default;
    virtual RankPlace place() const = 0;
    /// Returns once the text may be forgotten, which may be when it is received.
    virtual void send(int to, const std::string& text) = 0;
    /// The next message of any other process; empty when none is there.
    virtual std::optional<RankMessage> poll() = 0;
};

/// Whether a launcher of MPI started this process.
bool launched_by_mpi();

/// Joins the processes that the launcher started. MPI is loaded here and nowhere else: a program that runs
/// alone needs none of it. Throws InputError when the program was built or installed without it.
std::unique_ptr<Ranks> join_ranks();

}  // namespace spillway
